"""Looks up whether commits, named by runs elsewhere, exist in a project's repository (topic ``git.commits``)."""

from __future__ import annotations

from collections.abc import Iterable

from assessments.collectors.git.access import Access, open_repository
from assessments.collectors.git.command import Deadline
from assessments.collectors.git.gitdir import is_hash
from assessments.collectors.git.outcomes import asked_subject, evidence, failed, subject_of
from assessments.collectors.git.refusals import CannotLook
from assessments.collectors.git.repository import Repository
from assessments.collectors.request import Request
from assessments.evidence import Evidence

TOPIC = "git.commits"
#: A project's runs may name more; the newest ones are asked first, so the caller sorts.
MOST_ASKED = 5_000


def resolve_commits(request: Request, commits: Iterable[str], access: Access | None = None) -> Evidence:
    """Which of ``commits`` (full hashes; others are ignored) are commits of the repository, on any branch.

    Payload: ``asked`` and ``found``, both sorted; ``shallow`` (the history was cut, so that a commit that is not found
    may still exist) and ``in_git``. Never raises.
    """
    wanted = dict.fromkeys(commit.strip().lower() for commit in commits)
    asked = sorted([commit for commit in wanted if is_hash(commit)][:MOST_ASKED])
    deadline = Deadline(request.seconds)
    try:
        with open_repository(request, access, deadline) as repository:
            found = _found(repository, asked, deadline)
    except CannotLook as refusal:
        return failed(request, TOPIC, asked_subject(request), refusal.sight, str(refusal))
    payload = {"asked": asked, "found": found, "shallow": repository.shallow, "in_git": repository.in_git}
    return evidence(request, TOPIC, subject_of(repository.identity, repository.subpath), payload)


def _found(repository: Repository, asked: list[str], deadline: Deadline) -> list[str]:
    if repository.objects is None or not asked:
        return []
    given = "".join(f"{commit}\n" for commit in asked).encode()
    form = "--batch-check=%(objectname) %(objecttype)"
    done = repository.objects.git("cat-file", form, given=given, deadline=deadline)
    lines = (line.split(" ") for line in done.output.decode("ascii", "replace").splitlines())
    return sorted({line[0] for line in lines if line[1:] == ["commit"]} & set(asked))
