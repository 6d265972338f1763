"""Questions answered from MLflow (MLF-01 … MLF-12): one file for runs, one for models, one for validation."""
