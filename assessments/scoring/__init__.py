"""Scoring: evidence → verdicts → criteria → levels as intervals; explanation, next steps, difference. Pure."""
