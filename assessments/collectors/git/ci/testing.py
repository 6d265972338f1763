"""Commands that run tests, recognised by program and arguments, never by a step's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assessments.collectors.git.ci.wrappers import Argv, base, option, positionals

_PYTEST_VALUED = frozenset(
    [
        "-m",
        "-k",
        "-n",
        "-c",
        "-p",
        "-o",
        "-W",
        "-r",
        "--cov",
        "--cov-report",
        "--cov-config",
        "--cov-fail-under",
        "--junitxml",
        "--junit-xml",
        "--rootdir",
        "--ignore",
        "--ignore-glob",
        "--durations",
        "--timeout",
        "--maxfail",
        "--tb",
        "--log-level",
        "--log-cli-level",
        "--html",
        "--splits",
        "--group",
        "--dist",
        "--import-mode",
        "--confcutdir",
        "--basetemp",
        "--color",
        "--ds",
        "--config-file",
        "--override-ini",
        "--numprocesses",
        "--deselect",
        "--capture",
        "--reruns",
        "--reruns-delay",
        "--log-file",
        "--show-capture",
        "--verbosity",
        "--tx",
        "--shard-id",
        "--num-shards",
    ]
)
#: Arguments with which a test program only tells about itself or lists tests.
_IDLE = frozenset({"--version", "--help", "-h", "--collect-only", "--co", "--fixtures", "--markers", "-V", "--list"})
INTEGRATION_WORDS = re.compile(
    r"integra[a-z]*|e2e|end[-_]?to[-_]?end|system[-_]?test|functional|acceptance|smoke", re.I
)


@dataclass(frozen=True, slots=True)
class Run:
    """A test run: program, targets (paths or modules as written), language, what it does with integration tests."""

    tool: str
    targets: tuple[str, ...] = ()
    integration: bool = False
    python: bool = True
    excludes: bool = False


def _pytest(argv: Argv) -> Run | None:
    targets = tuple(_path(word) for word in positionals(argv[1:], _PYTEST_VALUED) if _clean(word))
    return Run("pytest", targets, selects_integration(targets, argv), excludes=_excludes_integration(argv))


def _excludes_integration(argv: Argv) -> bool:
    """Whether ``-m``/``-k`` say ``not integration``, or its folder is ignored."""
    chosen = f"{option(argv, '-m')} {option(argv, '-k')}"
    ignored = " ".join(word for word in argv if "ignore" in word) + option(argv, "--ignore", "--deselect")
    unwanted = re.search(rf"\bnot\s+\(?\s*\w*(?:{INTEGRATION_WORDS.pattern})", chosen, re.I)
    return bool(unwanted or INTEGRATION_WORDS.search(ignored) or chosen.strip() in ("unit", "unittest"))


def _clean(word: str) -> bool:
    return bool(word) and word not in ("{posargs}", "${@}", "$@")


def _path(word: str) -> str:
    return re.sub(r"\{posargs:?([^}]*)\}", r"\1", word).split("::")[0].strip()


def selects_integration(targets: tuple[str, ...], argv: Argv) -> bool:
    """Whether targets, ``-m`` or ``-k`` select integration tests (``not integration`` does not)."""
    chosen = f"{option(argv, '-m')} {option(argv, '-k')}"
    positive = re.sub(r"\bnot\s+(?:\([^)]*\)|\w+)", "", chosen)
    return bool(INTEGRATION_WORDS.search(" ".join(targets)) or INTEGRATION_WORDS.search(positive))


def _unittest(argv: Argv) -> Run | None:
    words = [word for word in positionals(argv[1:], frozenset({"-p", "-t", "-s", "-k"})) if word != "discover"]
    folder = option(argv, "-s", "--start-directory")
    targets = (folder,) if folder else tuple(_module(word) for word in words)
    return Run("unittest", targets, selects_integration(targets, argv))


def _module(word: str) -> str:
    return word if word.endswith(".py") or "/" in word else word.replace(".", "/")


def _plain(tool: str) -> Callable[[Argv], Run | None]:
    def run(argv: Argv) -> Run | None:
        targets = tuple(positionals(argv[1:]))
        return Run(tool, targets, selects_integration(targets, argv))

    return run


def _verb(tool: str, *verbs: str) -> Callable[[Argv], Run | None]:
    """Another language's runner: a test run when its first words include one of ``verbs`` (none needed: always)."""

    def run(argv: Argv) -> Run | None:
        words = positionals(argv[1:])
        wanted = not verbs or any(word.split(":")[-1] in verbs for word in words[:3])
        skipped = any(re.search(r"[Ss]kip(Tests|\.test)|^-x$", word) for word in argv)
        return (
            Run(tool, tuple(words[1:]), bool(INTEGRATION_WORDS.search(" ".join(words))), python=False)
            if (wanted and not skipped)
            else None
        )

    return run


def _load(tool: str) -> Callable[[Argv], Run | None]:
    return lambda argv: Run(tool, tuple(positionals(argv[1:])[:2]), integration=True, python=False)


def _r(argv: Argv) -> Run | None:
    text = " ".join(argv[1:])
    found = re.search(r"testthat::test|devtools::(?:test|check)|rcmdcheck|tinytest::|^CMD check", text)
    return Run("testthat", (), python=False) if found else None


_PROGRAMS: dict[str, Callable[[Argv], Run | None]] = {
    "pytest": _pytest, "py.test": _pytest, "unittest": _unittest, "nose2": _plain("nose2"), "nosetests": _plain("nose"),
    "behave": _load("behave"), "robot": _load("robot"), "ward": _plain("ward"), "trial": _plain("trial"),
    "stestr": _verb("stestr", "run"), "green": _plain("green"), "doctest": lambda _: None,
    "jest": _verb("jest"), "vitest": _verb("vitest"), "mocha": _verb("mocha"), "bats": _verb("bats"),
    "playwright": _verb("playwright", "test"), "cypress": _verb("cypress", "run"), "ctest": _verb("ctest"),
    "go": _verb("go", "test"), "cargo": _verb("cargo", "test", "nextest"), "dotnet": _verb("dotnet", "test"),
    "mvn": _verb("mvn", "test", "verify", "package", "install", "deploy"), "mvnw": _verb("mvn", "test", "verify",
    "package"),
    "gradle": _verb("gradle", "test", "build", "check"), "gradlew": _verb("gradle", "test", "build", "check"),
    "sbt": _verb("sbt", "test"), "bazel": _verb("bazel", "test"), "Rscript": _r, "R": _r,
    "newman": _load("newman"), "locust": _load("locust"), "k6": _load("k6"), "schemathesis": _load("schemathesis"),
}  # fmt: skip


def test_run(argv: Argv) -> Run | None:
    """The test run ``argv`` is, or None. Wrappers are already taken off; ``python -m x`` is looked through."""
    name, words = base(argv[0]), argv
    if name == "python":
        name, words = _python(argv)
    program = _PROGRAMS.get(name)
    if program is None or _IDLE & set(words[1:]):
        return None
    return program((name, *words[1:]))


test_run.__test__ = False  # type: ignore[attr-defined]  # a test runner collects functions called test_…


def _python(argv: Argv) -> tuple[str, Argv]:
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] != "-m":
        words.pop(0)
    if words[:1] == ["-m"] and len(words) > 1:
        return words[1], tuple(words[1:])
    name = words[0] if words else ""
    if name.endswith("setup.py") and "test" in words[1:3]:
        return "pytest", ("pytest",)
    if name.endswith("manage.py") and words[1:2] == ["test"]:
        return "unittest", ("unittest", *words[2:])
    if re.search(r"(^|/)(test_\w+|\w+_test|runtests)\.py$", name):
        return "unittest", ("unittest", name)
    return "", ()
