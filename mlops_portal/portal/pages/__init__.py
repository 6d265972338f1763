"""The pages across both apps: portfolio, project, jobs, audit, integrations."""
