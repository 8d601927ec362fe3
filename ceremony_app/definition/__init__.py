"""Files that people review, read strictly into values: definitions, bindings, policy packs, requirements."""
