"""The window: shows what `core.prompts` asks for, and hands on what people enter; it decides nothing."""
