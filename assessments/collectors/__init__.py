"""Collectors: one package or file per source. They look, never judge, and never raise: what went wrong is evidence too."""
