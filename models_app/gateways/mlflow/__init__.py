"""MLflow behind a narrow port: what we read of runs and of the registry, from servers and databases, never writing.

Only this package imports ``mlflow``, and only when a database is read directly; importing it costs nothing else.
"""
