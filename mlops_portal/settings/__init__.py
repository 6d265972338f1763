"""Settings: base, development, production, testing. Values come from the environment, secrets from ``*_FILE`` too."""
