"""Checks: framework-free true/false questions, answered purely from evidence. One file per source."""
