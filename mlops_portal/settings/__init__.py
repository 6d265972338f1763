"""Settings: base, development, production, testing. Every value can come from the environment; secrets from ``*_FILE`` too."""
