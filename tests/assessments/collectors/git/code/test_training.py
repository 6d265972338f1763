"""Topic git.code: what trains, and from where it is started."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import TRAIN, look

#: Training inside a function that nothing in the file calls.
LIBRARY = "from sklearn.svm import SVC\ndef t():\n    SVC().fit(1, 2)"


def test_a_main_guard_that_reaches_training_through_imports_is_an_entry_with_the_way_there() -> None:
    code = look(
        "git.code",
        {
            "src/shop/__main__.py": "from shop.cli import main\nmain()",
            "src/shop/cli.py": "from shop import steps",
            "src/shop/steps.py": "from sklearn.svm import SVC\ndef train(x, y):\n    return SVC().fit(x, y)\n",
            "src/shop/__init__.py": "",
        },
    )
    assert code["entries"] == [
        {
            "path": "src/shop/__main__.py",
            "line": 1,
            "how": "__main__.py",
            "what": "sklearn.svm.SVC().fit",
            "trains": "src/shop/steps.py:3",
            "through": ["src/shop/cli.py"],
        }
    ]


@pytest.mark.parametrize(
    ("files", "how"),
    [
        ({"shop.py": "x = 1\nfrom sklearn.svm import SVC\nSVC().fit(1, 2)"}, "script"),
        ({"shop.py": "import typer\napp = typer.Typer()\n" + LIBRARY}, "typer.Typer"),
        ({"shop.py": "import click\n" + LIBRARY.replace("def", "@click.command()\ndef")}, "click.command"),
        ({"shop.py": "from prefect import flow\n" + LIBRARY.replace("def", "@flow\ndef")}, "Prefect flow"),
        (
            {"shop.py": LIBRARY, "dvc.yaml": "stages:\n  t:\n    cmd: python shop.py"},
            "run by dvc.yaml:3",
        ),
        (
            {"shop.py": LIBRARY, "MLproject": 'entry_points:\n  main:\n    command: "python -m shop {a}"'},
            "run by MLproject:3",
        ),
        (
            {"shop.py": LIBRARY, "Dockerfile": 'CMD ["python", "-u", "shop.py"]'},
            "run by Dockerfile:1",
        ),
        (
            {"shop.py": LIBRARY, "pyproject.toml": '[project.scripts]\nt = "shop:t"'},
            "console script of pyproject.toml",
        ),
        (
            {"shop.py": LIBRARY, "setup.cfg": "[options.entry_points]\nconsole_scripts =\n  t = shop:t\n"},
            "console script of setup.cfg",
        ),
    ],
)
def test_every_usual_way_to_start_training_is_an_entry(files: dict[str, str], how: str) -> None:
    assert [each["how"] for each in look("git.code", files)["entries"]] == [how]


@pytest.mark.parametrize(
    "source",
    [
        "import xgboost as xgb\nxgb.train({}, d)",
        "import lightgbm\nlightgbm.LGBMModel().fit(1, 2)",
        "import statsmodels.api as sm\nsm.OLS(1, 2).fit()",
        "from transformers import Trainer\nt = Trainer(model=1)\nt.train()",
        "from pyspark.ml.classification import LogisticRegression\nLogisticRegression().fit(df)",
        "from tensorflow import keras\nm = keras.Sequential()\nm.fit(1, 2)",
        "import torch\nloss.backward()\noptimizer.step()",
        "from sagemaker.sklearn import SKLearn\nSKLearn(entry_point='t.py').fit(1)",
        "from azureml.core import Experiment\nExperiment(1, 'x').submit(1)",
        "from google.cloud import aiplatform\naiplatform.CustomTrainingJob(1).run()",
    ],
)
def test_training_of_the_known_libraries_is_seen(source: str) -> None:
    assert look("git.code", {"job.py": source})["entry_count"] == 1


@pytest.mark.parametrize(
    "source",
    [
        "from sklearn.preprocessing import StandardScaler\nStandardScaler().fit(x)",
        "import torch\nmodel = torch.nn.Linear(1, 1)\nmodel.train()",
        "from tailor import Suit\nSuit().fit(customer)",
        "import argparse\nargparse.ArgumentParser().fit()",
        "text = 'model.fit(x, y)'",
        "# import sklearn; model.fit(x, y)",
    ],
)
def test_what_only_looks_like_training_is_not(source: str) -> None:
    code = look("git.code", {"job.py": source})
    assert (code["entry_count"], code["loose_count"]) == (0, 0)


def test_training_in_tests_and_examples_is_counted_apart() -> None:
    code = look("git.code", {"tests/test_train.py": TRAIN, "examples/train.py": TRAIN, "shop.py": "x = 1"})
    assert (code["entry_count"], code["loose_count"]) == (0, 0)
    assert (code["in_tests"], code["in_examples"]) == (1, 1)


def test_training_no_entry_reaches_is_loose() -> None:
    code = look("git.code", {"shop.py": "from sklearn.svm import SVC\ndef t(x):\n    SVC().fit(x, x)"})
    assert code["loose"] == [{"path": "shop.py", "line": 3, "what": "sklearn.svm.SVC().fit"}]


def test_a_fit_in_r_is_reported_as_a_pattern() -> None:
    code = look("git.code", {"train.R": "library(caret)\nmodel <- lm(y ~ x, data)\n"})
    assert code["r_scripts"] == [{"path": "train.R", "line": 2, "what": "lm()"}]


def test_the_payload_stays_small_and_keeps_the_full_count() -> None:
    files = {f"jobs/train_{number}.py": TRAIN for number in range(200)}
    code = look("git.code", files)
    assert len(code["entries"]) == 12
    assert code["entry_count"] == 200


def test_an_empty_repository_says_nothing() -> None:
    assert look("git.code", {"README.md": "hello"}) == {}
