"""Which reader looks at which topic of a repository. The order is the order of reading."""

from __future__ import annotations

from assessments.collectors.git import history
from assessments.collectors.git.reading import Reader

READERS: dict[str, Reader] = {
    "git.history": history.read,
}
