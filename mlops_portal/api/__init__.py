"""Kit for the REST API."""
