"""The commands: arguments in, one readable paragraph or a result out; the one place that picks real or fake ports."""
