"""Pages of the assessments app: thin faces."""
