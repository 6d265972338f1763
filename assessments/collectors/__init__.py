"""Collectors: one package or file per source. They look, never judge, never raise: what went wrong is evidence."""
