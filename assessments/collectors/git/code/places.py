"""What a file's place in the repository says: a test, an example, documentation, a vendored copy."""

from __future__ import annotations

import re

_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|e2e|integration_tests?|unit_tests?|spec)/|(?:^|/)(?:test_[^/]*|[^/]*_test|conftest|tests)\.py$"
)
_EXAMPLE = re.compile(
    r"(?:^|/)(?:examples?|demos?|samples?|docs?|documentation|tutorials?|benchmarks?|vendor|third_party|node_modules"
    r"|site-packages|\.venv|venv|playground|snippets|testdata|fixtures)/",
    re.IGNORECASE,
)


def is_test(path: str) -> bool:
    """Whether the file lies in a test folder or is named like a test."""
    return _TEST.search(path) is not None


def is_example(path: str) -> bool:
    """Whether the file is an example, documentation or somebody else's code: no evidence for the project's own."""
    return _EXAMPLE.search(path) is not None


def is_own(path: str) -> bool:
    """Whether the file belongs to the project's own working code."""
    return not is_test(path) and not is_example(path)
