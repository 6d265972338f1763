"""Durable background work on DBOS."""
