"""A GitLab configuration put together: entries of all files, ``extends``, ``!reference``, variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assessments.collectors.git.ci.documents import Items, Map, Text, as_list, as_map, strings

_MOST_EXTENDS = 11  # GitLab's own limit


@dataclass
class Configuration:
    """All entries of the pipeline file and its local includes, and which file each (and each line) is written in."""

    entries: dict[str, Any]
    files: dict[str, str]
    via: dict[str, tuple[str, ...]]
    lines: dict[int, str] = field(default_factory=dict)


def note_lines(made: Configuration, value: object, path: str, depth: int = 0) -> None:
    """Remember which file each script line stands in: ``extends`` and ``!reference`` bring lines of other files."""
    for item in (value.values() if isinstance(value, Map) else as_list(value)) if depth < _MOST_EXTENDS else ():
        if isinstance(item, Text):
            made.lines.setdefault(id(item), path)
        elif isinstance(item, list) or depth == 0:
            note_lines(made, item, path, depth + 1)


def overlaid(old: Map, new: Map) -> Map:
    """GitLab's deep merge: mappings are merged, everything else is replaced."""
    whole = Map(new.line)
    for source in (old, new):
        for key, value in source.items():
            before = whole.get(key)
            whole[key] = overlaid(before, value) if isinstance(before, Map) and isinstance(value, Map) else value
            whole.lines[key] = source.lines.get(key, source.line)
    return whole


def resolved(made: Configuration, job: Map, depth: int = 0) -> Map:
    """The job with everything it ``extends``, the later parent and the job itself winning."""
    whole = Map(job.line)
    for parent in strings(job.get("extends")) if depth < _MOST_EXTENDS else []:
        base = made.entries.get(str(parent))
        if isinstance(base, Map):
            whole = overlaid(whole, resolved(made, base, depth + 1))
    return overlaid(whole, job)


def script_lines(made: Configuration, value: object, depth: int = 0) -> list[Text]:
    """Script lines, with ``!reference [job, key]`` and nested lists (anchors) put in place."""
    if isinstance(value, Text):
        return [value]
    if isinstance(value, Items) and value.tag == "!reference":
        target: Any = made.entries
        for key in strings(value):
            target = target.get(str(key)) if isinstance(target, dict) else None
        return script_lines(made, target, depth + 1) if depth < _MOST_EXTENDS else []
    found = []
    for item in as_list(value) if depth < _MOST_EXTENDS else []:
        found += script_lines(made, item, depth + 1) if isinstance(item, (Text, list)) else []
    return found


def plain_variables(variables: object) -> Map:
    """Variables by value, whether written short or with ``value:``."""
    plain = Map()
    for key, value in as_map(variables).items():
        plain[key] = value.get("value") if isinstance(value, Map) else value
    return plain


def job_rules(made: Configuration, value: object) -> list[Any]:
    """The rules of a job, with ``!reference`` and nested lists put in place."""
    rules: list[Any] = []
    for item in as_list(value):
        if isinstance(item, Items) and item.tag == "!reference":
            target: Any = made.entries
            for key in strings(item):
                target = target.get(str(key)) if isinstance(target, dict) else None
            rules += as_list(target)
        else:
            rules += as_list(item)
    return rules
