"""Topic git.notebooks: share of code, order of execution, training, and notebooks that are none."""

from __future__ import annotations

import json

import pytest

from tests.assessments.collectors.git.code.trees import look


def notebook(*cells: tuple[str, int | None], language: str = "python") -> str:
    listed: list[dict[str, object]] = [
        {"cell_type": "code", "source": source, "execution_count": count, "outputs": []} for source, count in cells
    ]
    return json.dumps({"nbformat": 4, "metadata": {"kernelspec": {"language": language}}, "cells": listed})


FIT = "from sklearn.svm import SVC\nSVC().fit(1, 2)"


def test_the_share_of_code_leaves_blank_lines_comments_and_tests_out() -> None:
    files = {
        "a.ipynb": notebook(("x = 1\n\n# note\ny = 2", 1)),
        "b.py": "z = 1\n\n# note\nw = 2\n",
        "tests/test_b.py": "a = 1\n" * 50,
    }
    found = look("git.notebooks", files)
    assert (found["code_lines"], found["python_lines"], found["share"]) == (2, 2, 0.5)


def test_training_is_found_despite_magics_and_broken_cells() -> None:
    cells = [("%matplotlib inline\n!pip install x", 1), ("%%bash\nrm -rf /", 2), ("def broken(:", 3), (FIT, 4)]
    assert look("git.notebooks", {"a.ipynb": notebook(*cells)})["training"] == 1


def test_order_and_repetition_are_reported() -> None:
    files = {
        "clean.ipynb": notebook(("a", 1), ("b", 2), ("c", None)),
        "back.ipynb": notebook(("a", 2), ("b", 1)),
        "twice.ipynb": notebook(("a", 1), ("b", 1)),
    }
    found = look("git.notebooks", files)
    assert (found["out_of_order"], found["repeated"]) == (["back.ipynb"], ["twice.ipynb"])


def test_notebooks_of_other_languages_count_lines_but_are_not_searched() -> None:
    found = look("git.notebooks", {"a.ipynb": notebook((FIT, 1), language="R")})
    assert (found["code_lines"], found["training"]) == (2, 0)


def test_version_3_and_jupytext_are_noted() -> None:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"], "prompt_number": 1}]}]}
    found = look("git.notebooks", {"old.ipynb": json.dumps(old), "text.py": "# %%\nx = 1\n"})
    assert (found["code_lines"], found["jupytext"]) == (1, ["text.py"])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 100_000, "not valid JSON"),
        (b'{"a":' * 50_000, "not valid JSON"),
        (b"{broken", "not valid JSON"),
        (b"\0\0", "not valid JSON"),
        (b"[1, 2]", "not a notebook"),
        (b'{"cells": 3}', "not a notebook"),
        (b" " * 2_100_000, "too large"),
    ],
)
def test_a_hostile_notebook_is_named_and_the_others_are_read(content: bytes, why: str) -> None:
    found = look("git.notebooks", {"bad.ipynb": content, "good.ipynb": notebook((FIT, 1))})
    assert found["unreadable"][0]["path"] == "bad.ipynb"
    assert found["unreadable"][0]["why"].startswith(why)
    assert found["training"] == 1


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        {"cell_type": "code", "source": [1, None, {"a": 2}], "execution_count": True},
        {"cell_type": "code", "source": {"a": 1}, "execution_count": "x"},
        {"cell_type": "code", "source": "(" * 10_000},
        {"cell_type": "code", "source": "\ud800"},
        "not a cell",
    ],
)
def test_cells_of_the_wrong_shape_do_no_harm(cell: object) -> None:
    files = {"a.ipynb": json.dumps({"cells": [cell], "metadata": []})}
    assert look("git.notebooks", files)["count"] == 1


def test_a_byte_order_mark_is_no_fault() -> None:
    found = look("git.notebooks", {"a.ipynb": b"\xef\xbb\xbf" + notebook((FIT, 1)).encode()})
    assert found["unreadable"] == []
