"""Commands of the jobs kit."""
