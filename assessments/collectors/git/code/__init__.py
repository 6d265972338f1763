"""Reads Python sources and notebooks of a repository by their syntax trees; nothing is executed or imported."""
