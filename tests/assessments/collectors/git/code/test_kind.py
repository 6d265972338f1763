"""Topic git.kind: one project, or something that must not be rated as one."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.code.trees import SERVE, TRAIN, look

PROJECT = {"train.py": TRAIN, "api.py": SERVE, "README.md": "# Shop\nPredicts prices.\n"}
ESTIMATOR = "from sklearn.base import BaseEstimator\nclass E(BaseEstimator):\n    def fit(self, x): ...\n"


def kind_of(files: dict[str, str]) -> str:
    return str(look("git.kind", files)["kind"])


def test_training_and_serving_make_a_project() -> None:
    assert kind_of(PROJECT) == "project"


def test_numbered_lessons_with_homework_are_teaching_material_and_the_signals_say_so() -> None:
    lessons = {f"{number:02}-topic/train.py": TRAIN for number in range(1, 5)}
    kind = look("git.kind", {**lessons, "02-topic/homework.md": "", "README.md": "In this course you will learn how"})
    assert kind["kind"] == "teaching"
    assert kind["signals"][0] == {"text": "4 numbered lesson folders", "where": "01-topic"}


def test_a_readme_full_of_teaching_decides_even_without_lesson_folders() -> None:
    words = (
        "In this course we cover lessons and homework. You will learn how students work. Lessons, tutorials, workshop."
    )
    assert kind_of({**PROJECT, "README.md": words}) == "teaching"


@pytest.mark.parametrize(
    "readme",
    [
        "Recommends a course to everybody who took another course. Course data, course model.",
        "See the tutorial of MLflow. Made with a template.",
        "Learn how we deploy it in docs/.",
    ],
)
def test_single_words_in_a_readme_do_not_decide(readme: str) -> None:
    assert kind_of({**PROJECT, "README.md": readme}) == "project"


@pytest.mark.parametrize(
    "files",
    [
        {"cookiecutter.json": "{}", "{{ cookiecutter.name }}/train.py": TRAIN},
        {"copier.yml": "", "src/train.py": TRAIN},
        {"databricks_template_schema.json": "{}", "template/train.py.tmpl": TRAIN},
        {"train.py": TRAIN, "README.md": "# Shop-Template\nA template. Use this template. This template is clean."},
        {"README.md": "A solution accelerator. The starting point for your project: use this template."},
    ],
)
def test_templates_are_recognised(files: dict[str, str]) -> None:
    assert kind_of(files) == "template"


def test_a_project_made_from_a_template_is_a_project() -> None:
    assert kind_of({**PROJECT, "copier.yml": "", ".copier-answers.yml": ""}) == "project"


def test_a_published_package_of_estimators_is_a_library() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "fit-all"\nclassifiers = ["Development Status :: 4 - Beta"]\n',
        "README.md": "pip install fit_all\n",
        "fit_all/__init__.py": ESTIMATOR,
        "docs/conf.py": "",
    }
    assert kind_of(files) == "library"


def test_a_packaged_project_with_a_pipeline_stays_a_project() -> None:
    files = {
        **PROJECT,
        "pyproject.toml": '[project]\nname = "shop"\n',
        "README.md": "pip install shop",
        "dvc.yaml": "stages: {}",
    }
    assert kind_of(files) == "project"


def test_many_self_contained_projects_are_a_collection() -> None:
    names = ("churn", "price", "fraud", "wine")
    files = {
        f"{name}/{file}": text
        for name in names
        for file, text in (("train.py", TRAIN), ("requirements.txt", "sklearn"))
    }
    assert kind_of(files) == "collection"


def test_a_web_application_about_machine_learning_is_no_machine_learning_project() -> None:
    files = {
        "manage.py": "import django",
        "portal/views.py": "import mlflow\nfrom django.urls import path\nurlpatterns = [path('x', 1)]",
        "demo/train.py": TRAIN,
    }
    kind = look("git.kind", files)
    assert kind["kind"] == "not-ml"
    assert any("it is about ML" in signal["text"] for signal in kind["signals"])


def test_no_code_at_all_is_not_called_anything() -> None:
    assert kind_of({"README.md": "hello"}) == "project"


def test_notebooks_that_train_all_over_the_place_are_a_collection() -> None:
    book = '{"cells": [{"cell_type": "code", "source": "from sklearn.svm import SVC\\nSVC().fit(1, 2)"}]}'
    assert kind_of({f"topic{number % 6}/study{number}.ipynb": book for number in range(13)}) == "collection"
    assert kind_of({f"notebooks/study{number}.ipynb": book for number in range(13)}) == "project"
