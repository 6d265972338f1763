"""Pure building blocks that every package may use: actor, errors, clock, digest, registry. No Django, no I/O."""
