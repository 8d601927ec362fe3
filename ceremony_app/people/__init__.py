"""The people in the room: how they prove that it is they who sign, and who plays them in a rehearsal."""
