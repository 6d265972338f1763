"""Append-only, hash-chained trail of every change."""
