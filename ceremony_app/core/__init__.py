"""The pure machine: values, events, rules, prompts and statements; no clock, file, randomness, thread or device."""
