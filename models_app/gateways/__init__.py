"""Gateways: the only importers of mlflow, evidently, prefect, kfp and duckdb. Never imported by a web process."""
