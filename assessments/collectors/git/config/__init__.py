"""Readers of configuration: the environment, the infrastructure and the routing a repository defines."""
