"""GIT-06, 07, 09, 10 and 15: what CI runs, releases and deploys.

The pipelines of a repository are declarations: what they show is worth at most 0.5 by itself. What could not be
followed makes a verdict UNKNOWN, never NOT_MET. The payloads read are described in ``assessments.collectors.git.ci``
(topic ``git.ci``) and ``assessments.collectors.git.code.index`` (topic ``git.tests``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from assessments.checks.base import Facts, check
from assessments.checks.git.pipelines import Pipelines, Run
from assessments.checks.git.standing import project_check
from assessments.checks.git.test_targets import Tests
from assessments.checks.verdict import DECLARED, Outcome, Seen, Verdict, met, not_met, partial, unknown

_TESTS = ("test", "integration-test")
_RELEASES = ("publish", "deploy")


@project_check("GIT-06", needs=("git.ci",), may_read=("git.tests",))
def ci_runs_the_tests(facts: Facts) -> Verdict:
    """Does CI run those tests? A run counts when it starts by itself, may fail the job, and reaches tests there are."""
    pipelines, tests = Pipelines(facts["git.ci"]), Tests(facts.get("git.tests"))
    runs = pipelines.of(*_TESTS)
    reaching = [run for run in runs if tests.reached_by(run)]
    return _run_of_tests("tests", pipelines, runs, reaching, tests)


@project_check("GIT-10", needs=("git.ci",), may_read=("git.tests",))
def ci_runs_integration_tests(facts: Facts) -> Verdict:
    """Does application code have integration tests that CI runs? As GIT-06, limited to integration tests."""
    pipelines, tests = Pipelines(facts["git.ci"]), Tests(facts.get("git.tests"))
    runs = pipelines.of(*_TESTS)
    reaching = [run for run in runs if tests.integration_reached_by(run)]
    if (
        not reaching
        and tests.known
        and not tests.has_integration
        and not tests.incomplete
        and not pipelines.blind("test")
    ):
        return not_met("No integration tests were found, and CI runs none.", _seen(runs))
    relevant = [run for run in runs if run.kind == "integration-test" or tests.has_integration]
    return _run_of_tests("integration tests", pipelines, relevant, reaching, tests)


def _run_of_tests(what: str, pipelines: Pipelines, runs: list[Run], reaching: list[Run], tests: Tests) -> Verdict:
    """The verdict from all test runs and from those that reach ``what``."""
    heeded = [run for run in reaching if run.automatic and not run.soft]
    if heeded:
        return met(f"CI runs the {what}: {heeded[0].command} ({heeded[0].started}).", _seen(heeded), strength=DECLARED)
    if reaching:
        return partial(_weakness(what, reaching), _seen(reaching))
    if pipelines.blind("test"):
        return _blind(pipelines, f"whether CI runs the {what}", "test")
    if not pipelines.any:
        return not_met(f"There is no CI definition in the repository, so nothing runs the {what} by itself.")
    if any(run.aims_unknown for run in runs):
        return unknown(
            f"CI runs tests, but in a folder we cannot tell, so not whether they are the {what}.", _seen(runs)
        )
    if runs:
        return not_met(f"{_miss(what, runs, tests)}", _seen(runs))
    return not_met(f"No pipeline runs the {what}: every step was followed to its command.", pipelines.files)


def _weakness(what: str, runs: list[Run]) -> str:
    automatic = [run for run in runs if run.automatic]
    if automatic:
        return f"CI runs the {what}, but a failing test does not fail it ({automatic[0].soft})."
    return f"CI runs the {what}, but only when somebody starts it by hand."


def _miss(what: str, runs: list[Run], tests: Tests) -> str:
    if tests.known and not tests.any:
        return f"CI calls {runs[0].tool}, but there are no tests it would find."
    return f"CI runs {runs[0].command}, which does not reach the {what} there are ({tests.places})."


def _blind(pipelines: Pipelines, what: str, kind: str) -> Verdict:
    hidden = pipelines.hidden(kind)
    first = hidden[0].text if hidden else "a part of CI"
    return unknown(f"We cannot tell {what}: {first} could not be followed.", hidden)


@check("GIT-07", needs=("pushed.ci",))
def ci_passed_on_the_default_branch(facts: Facts) -> Verdict:
    """Did CI pass on the default branch recently? From what CI posted: observed at run time, strength 1."""
    result = facts["pushed.ci"]
    status, finished = str(result.get("status", "")), _moment(result.get("finished_at"))
    branch, link = str(result.get("branch", "")), _link(result.get("url"))
    seen = [
        Seen(
            f"{result.get('provider', 'CI')}: {status} on {branch or 'an unnamed branch'}",
            str(result.get("commit", "")),
            link,
        )
    ]
    if status not in ("success", "failure") or finished is None:
        return unknown("CI has not posted a finished result with its time.", seen, link=link)
    if not branch or branch != result.get("default_branch"):
        return unknown(
            f"CI posted a result for {branch or 'a branch'} only; the default branch was not seen.", seen, link=link
        )
    if status == "failure":
        return not_met("The last CI run on the default branch failed.", seen, link=link)
    if not facts.recent(finished):
        reason = f"CI last passed on {finished:%Y-%m-%d}, longer than {facts.window.days} days ago (or in the future)."
        return Verdict(Outcome.STALE, reason=reason, seen=tuple(seen), link=link)
    return met(f"CI passed on {branch or 'the default branch'} on {finished:%Y-%m-%d}.", seen, link=link)


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _link(value: object) -> str:
    return str(value) if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


@project_check("GIT-09", needs=("git.ci",))
def release_is_automated(facts: Facts) -> Verdict:
    """Answer: the application is built and pushed or deployed by CI, on the default branch or a tag."""
    pipelines = Pipelines(facts["git.ci"])
    builds, releases = pipelines.of("build"), pipelines.of(*_RELEASES)
    automatic = [run for run in releases if run.on_release and not run.soft]
    built = [run for run in builds if run.on_release and not run.soft]
    if automatic and built:
        first, last = _paired(built, automatic)
        how = first.command if first.command == last.command else f"{first.command}, then {last.command}"
        reason = f"CI builds and releases by itself: {how} ({last.started})."
        return met(reason, _seen([first, last, *built, *automatic]), strength=DECLARED)
    if builds or releases:
        return partial(_release_gap(builds, releases, built, automatic), _seen([*releases, *builds]))
    if pipelines.blind("release"):
        return _blind(pipelines, "how the application is released", "release")
    if pipelines.outside:
        return unknown(
            "Releasing seems to be handled outside this repository: let CI post it, or link it.", pipelines.outside
        )
    if not pipelines.any:
        return not_met("There is no CI definition, so nothing builds and releases by itself.")
    return not_met("No pipeline builds, publishes or deploys anything.", pipelines.files)


def _paired(built: list[Run], released: list[Run]) -> tuple[Run, Run]:
    """A build and a release of the same pipeline, if there are such; else the first of each."""
    pairs = [(one, other) for one in built for other in released if one.pipeline == other.pipeline]
    return pairs[0] if pairs else (built[0], released[0])


def _release_gap(builds: list[Run], releases: list[Run], built: list[Run], automatic: list[Run]) -> str:
    if automatic:
        return f"CI releases ({automatic[0].command}), but we saw nothing that builds what it releases."
    if releases and all(run.soft for run in releases):
        return f"CI releases ({releases[0].command}), but goes on when that fails ({releases[0].soft})."
    if releases:
        how = f"by itself on the default branch or a tag ({releases[0].started})"
        return f"CI can release ({releases[0].command}), but not {how}."
    where = "" if built else ", not on the default branch or a tag"
    return f"CI builds ({builds[0].command}{where}), but neither pushes nor deploys what it built."


@project_check("GIT-15", needs=("git.ci",))
def deploys_by_registry_reference(facts: Facts) -> Verdict:
    """Answer: a CI/CD job deploys a model by registry reference (alias or version), not a copied file."""
    pipelines = Pipelines(facts["git.ci"])
    deploys = pipelines.of("deploy")
    by_reference = [run for run in deploys if run.registry] or _images_of_registered_models(pipelines)
    heeded = [run for run in by_reference if run.automatic and not run.soft]
    if heeded:
        return met(
            f"CI deploys {heeded[0].registry} by reference ({heeded[0].started}).", _seen(heeded), strength=DECLARED
        )
    if by_reference:
        how = f"a failure is ignored ({by_reference[0].soft})" if by_reference[0].soft else "only when started by hand"
        return partial(f"CI deploys {by_reference[0].registry} by reference, but {how}.", _seen(by_reference))
    variable = [run for run in deploys if re.search(r"\$.{0,3}\w*model\w*", run.command, re.I)]
    if variable:
        return unknown("CI deploys a model whose address is a variable we cannot see the value of.", _seen(variable))
    if pipelines.blind("release") or (not deploys and pipelines.outside):
        return _blind(pipelines, "how a model is deployed", "release")
    if deploys:
        return not_met("CI deploys, but no job names a registered model (alias or version).", _seen(deploys))
    return not_met("No pipeline deploys a model.", pipelines.files)


def _images_of_registered_models(pipelines: Pipelines) -> list[Run]:
    """Builds from a registered model whose pipeline goes on to push or deploy."""
    releasing = {run.pipeline for run in pipelines.of(*_RELEASES)}
    return [run for run in pipelines.of("build", "publish") if run.registry and run.pipeline in releasing]


def _seen(runs: Iterable[Run]) -> list[Seen]:
    """Each place once: a build that also publishes is one thing seen."""
    return list({(run.where, run.via): run.seen for run in runs}.values())
