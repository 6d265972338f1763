"""What MLflow shows of a project: its runs, their code and data, its models and how these were validated."""

from assessments.collectors.mlflow.collector import MlflowCollector

__all__ = ["MlflowCollector"]
