"""The index of Python code: names, the import graph, bounds, and files nobody should have to read."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.collectors.git.code.index import Bounds, PythonIndex, build_index
from tests.assessments.collectors.git.code.trees import DictTree


def index_of(files: dict[str, str | bytes], bounds: Bounds | None = None) -> PythonIndex:
    return build_index(DictTree(files), bounds)


def call_names(source: str, path: str = "a.py") -> list[str]:
    return [call.name for call in index_of({path: source}).modules[path].calls]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pandas as pd\npd.read_csv('x')", "pandas.read_csv"),
        ("from sklearn.linear_model import Ridge as R\nm = R()\nm.fit(1)", "sklearn.linear_model.Ridge().fit"),
        ("import lightgbm\ndef f(m: lightgbm.Booster):\n    m.predict(1)", "lightgbm.Booster().predict"),
        (
            "import torch\nclass A:\n  def a(self):\n    self.m = torch.load(1)\n  def b(self):\n    self.m.run()",
            "torch.load().run",
        ),
        ("import kfp.dsl\nkfp.dsl.pipeline()", "kfp.dsl.pipeline"),
        ("def f(x):\n    x.fit(1)", "?.fit"),
        ("from airflow import DAG\nwith DAG('d') as dag:\n    dag.test()", "airflow.DAG().test"),
        ("def helper(): ...\nhelper()", "a.helper"),
    ],
)
def test_calls_are_named_by_what_they_stand_for(source: str, name: str) -> None:
    assert name in call_names(source)


def test_a_variable_that_names_itself_ends_the_search() -> None:
    assert call_names("x = y\ny = x\nx.fit()") == ["?.fit"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("train.py", "train"),
        ("src/shop/train.py", "shop.train"),
        ("shop/__init__.py", "shop"),
        ("services/api/src/app/main.py", "app.main"),
    ],
)
def test_modules_are_named_as_python_imports_them(path: str, name: str) -> None:
    assert index_of({path: ""}).modules[path].name == name


def test_imports_are_followed_in_src_layouts_relative_and_from_a_script_folder() -> None:
    index = index_of(
        {
            "src/shop/__init__.py": "",
            "src/shop/train.py": "from .models import build\nfrom . import data",
            "src/shop/models/__init__.py": "from ..data import load",
            "src/shop/data.py": "",
            "services/api/main.py": "import routes",
            "services/api/routes.py": "",
            "tests/test_train.py": "from shop.train import main",
        }
    )
    assert index.edges["src/shop/train.py"] == (
        "src/shop/models/__init__.py",
        "src/shop/data.py",
        "src/shop/__init__.py",
    )
    assert index.edges["src/shop/models/__init__.py"] == ("src/shop/data.py",)
    assert index.edges["services/api/main.py"] == ("services/api/routes.py",)
    assert index.edges["tests/test_train.py"] == ("src/shop/train.py",)
    assert index.reach(["tests/test_train.py"], 4)["src/shop/data.py"] == (
        "tests/test_train.py",
        "src/shop/train.py",
        "src/shop/data.py",
    )


def test_a_library_of_the_same_name_as_a_deep_file_is_not_taken_for_it() -> None:
    index = index_of({"a.py": "import mlflow", "vendor/x/mlflow.py": ""})
    assert index.edges["a.py"] == ()


def test_reach_stops_at_its_depth_and_survives_circles() -> None:
    index = index_of({"a.py": "import b", "b.py": "import c", "c.py": "import a"})
    assert set(index.reach(["a.py"], 1)) == {"a.py", "b.py"}
    assert set(index.reach(["a.py"], 9)) == {"a.py", "b.py", "c.py"}


@pytest.mark.parametrize(
    "source",
    [
        b"(" * 5_000 + b")" * 5_000,
        b"x = " + b"-" * 100_000 + b"1",
        b"x" + b".a" * 100_000,
        b"x = " + b"1+" * 100_000 + b"1",
        b"f" + b"()" * 100_000,
        b"".join(b" " * depth + b"if 1:\n" for depth in range(500)),
        b"if 1: pass\n" + b"elif 1: pass\n" * 20_000,
        b"# coding: nonsense\nx = 1",
        b"x = '\0'",
        b"def f(:",
        "x = 1".encode("utf-16"),
    ],
)
def test_a_hostile_file_is_reported_and_the_others_are_still_read(source: bytes) -> None:
    index = index_of({"bad.py": source, "good.py": "import bad\nprint(1)"})
    assert index.modules["bad.py"].fault
    assert index.modules["good.py"].calls
    assert index.edges["good.py"] == ("bad.py",)
    assert index.unread == 1


def test_python_2_is_called_by_its_name_and_its_imports_are_kept() -> None:
    index = index_of({"old.py": "import helper\nprint 'hello'\n", "helper.py": ""})
    assert "Python 2" in index.modules["old.py"].fault
    assert index.edges["old.py"] == ("helper.py",)


def test_byte_order_marks_and_latin_1_are_read() -> None:
    index = index_of({"bom.py": b"\xef\xbb\xbfimport os", "latin.py": 'import os  # "é"'.encode("latin-1")})
    assert not index.faults
    assert index.modules["latin.py"].imports[0].module == "os"


def test_beyond_the_bound_files_are_skimmed_and_counted_when_they_could_tell() -> None:
    files: dict[str, str | bytes] = {f"m{number}.py": "import other\nmodel.fit(1)" for number in range(4)}
    index = index_of({**files, "other.py": ""}, Bounds(telling_bytes=60))
    assert index.left_out == 2
    assert not index.complete
    assert index.edges["m3.py"] == ("other.py",)
    assert [path for path, module in index.modules.items() if not module.parsed] == ["m2.py", "m3.py"]


def test_a_file_that_is_too_large_is_counted_as_unread() -> None:
    index = index_of({"large.py": "x = 1\n" * 100}, Bounds(file_bytes=100))
    assert index.skipped == ("large.py",)
    assert index.unread == 1


def test_garbage_collection_is_left_as_it_was_found() -> None:
    index_of({"a.py": ""})
    assert gc.isenabled()


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["a.py", "b/__init__.py", "b/c.py", "src/d.py"]), st.binary(max_size=200)))
def test_no_bytes_whatever_break_the_index(files: dict[str, bytes]) -> None:
    index = build_index(DictTree(files))
    assert set(index.modules) == set(files)
