"""Finds ``mlops.yaml``, the answers people keep in the repository, and gives its text: nothing is parsed here."""

from __future__ import annotations

from assessments.collectors.git.command import Deadline
from assessments.collectors.git.folder import read_file
from assessments.collectors.git.repository import Repository
from assessments.collectors.git.subpaths import joined

NAME = "mlops.yaml"
_LARGEST = 1024**2
_REGULAR = (b"100644 blob ", b"100755 blob ", b"100664 blob ")


def answers_text(repository: Repository, subpath: str = "", seconds: float = 20.0) -> tuple[str, str] | None:
    """Text and path of ``mlops.yaml`` below the sub-path, else at the root; None when there is none within 1 MB.

    Raises OutOfTime.
    """
    deadline = Deadline(seconds)
    for path in dict.fromkeys((joined(subpath, NAME), NAME)):
        content = _content(repository, path, deadline)
        if content is not None:
            return content.decode("utf-8-sig", "replace"), path
    return None


def _content(repository: Repository, path: str, deadline: Deadline) -> bytes | None:
    if repository.folder is not None:
        return read_file(repository.folder, path, _LARGEST)
    objects = repository.objects
    if objects is None or not repository.commit:
        return None
    listed = objects.git("--literal-pathspecs", "ls-tree", "-z", "-l", repository.commit, "--", path, deadline=deadline)
    head = listed.output.partition(b"\t")[0]
    name, _, size = head[len(_REGULAR[0]) :].partition(b" ")
    if not head.startswith(_REGULAR) or not size.strip().isdigit() or int(size) > _LARGEST:
        return None
    done = objects.git("cat-file", "blob", name.decode("ascii"), deadline=deadline)
    return None if done.code else done.output
