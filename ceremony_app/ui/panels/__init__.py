"""What can be opened over any page: deviation, pause, abort, the people, the reason for a step."""
