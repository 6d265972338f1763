"""The sub-path of a project inside a larger repository: cleaned, and refused when it leads out."""

from __future__ import annotations

from assessments.collectors.git.refusals import CannotLook, is_plain, shown


def clean_subpath(text: str) -> str:
    """``text`` without empty parts and outer slashes; empty for the whole. Raises CannotLook when it leads out."""
    parts = [part for part in text.replace("\\", "/").split("/") if part not in ("", ".")]
    if ".." in parts or not is_plain(text) or any(part.lower() == ".git" for part in parts):
        raise CannotLook(f"Refused: the sub-path “{shown(text)}” leads out of the repository.")
    return "/".join(parts)


def joined(outer: str, inner: str) -> str:
    """One sub-path below another."""
    return "/".join(part for part in (outer, inner) if part)
