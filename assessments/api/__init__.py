"""REST face of the assessments app: thin, no rule lives here."""
