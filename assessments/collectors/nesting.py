"""A guard before YAML is loaded: parsers take time that grows with the square of the depth, and hostile files nest."""

from __future__ import annotations

import yaml

#: The C parser where there is one: about ten times faster.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def first_deeper(text: str | bytes, deepest: int) -> int:
    """Return the line (from 1) where values first nest deeper than ``deepest``, 0 when they never do.

    Parsing stops there, so that the time stays in proportion to the text. What is no YAML is not judged here.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > deepest:
                    return int(event.start_mark.line) + 1 if event.start_mark else 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except (yaml.YAMLError, ValueError):
        return 0
    return 0
