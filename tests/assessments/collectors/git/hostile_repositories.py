"""Builds repositories that want to do harm. Each builder takes a folder and a repository with a good file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.assessments.collectors.git.repositories import Commit, add_commit, git, make_repository, write

GOOD = {"good.txt": "still here\n", "train.py": "from sklearn.svm import SVC\nSVC().fit([[0], [1]], [0, 1])\n"}

#: Settings that name a command for git to run.
TRAPS = (
    *("core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.alternateRefsCommand", "core.fsmonitor"),
    *("filter.trap.smudge", "filter.trap.clean", "filter.trap.process", "merge.trap.driver", "gpg.program"),
    *("diff.trap.textconv", "diff.trap.command", "diff.external"),
)

#: Every trap that is armed leaves this name in the folder of the test when it goes off.
MARKER = "owned"

Entry = tuple[str, bytes, str]
Build = Callable[[Path, Path], None]


def good_repository(folder: Path) -> Path:
    """A repository with nothing wrong yet."""
    return make_repository(folder, GOOD)


def store(repository: Path, kind: str, content: bytes) -> str:
    """Write one object as it is, however malformed, and return its name."""
    whole = f"{kind} {len(content)}\0".encode() + content
    return loose_object(repository, hashlib.sha1(whole).hexdigest(), zlib.compress(whole, 1))


def tree(repository: Path, entries: list[Entry]) -> str:
    """Write a tree of (mode, raw name, object)."""
    content = b"".join(f"{mode} ".encode() + name + b"\0" + bytes.fromhex(item) for mode, name, item in entries)
    return store(repository, "tree", content)


def add_entries(repository: Path, entries: list[Entry]) -> None:
    """Commit the good files beside raw entries, which no work tree could hold."""
    good = git(repository, "ls-tree", "HEAD").splitlines()
    kept = [(line.split()[0], line.split("\t")[1].encode(), line.split()[2]) for line in good]
    commit_tree(repository, tree(repository, sorted([*kept, *entries], key=lambda entry: entry[1])))


def commit_tree(repository: Path, root: str) -> None:
    """Make ``root`` the newest commit of the branch."""
    git(repository, "update-ref", "HEAD", git(repository, "commit-tree", "-p", "HEAD", "-m", "Odd", root))


def loose_object(repository: Path, name: str, content: bytes) -> str:
    """Put bytes where the object ``name`` belongs, whether they fit its name or not."""
    path = repository / ".git" / "objects" / name[:2] / name[2:]
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return name


def blob(repository: Path, content: bytes = b"x") -> str:
    """Write a file's object."""
    return store(repository, "blob", content)


def add_files(files: dict[str, str | bytes]) -> Build:
    """A builder that commits files."""

    def build(folder: Path, repository: Path) -> None:
        add_commit(repository, Commit(files))

    return build


def symbolic_links(folder: Path, repository: Path) -> None:
    (folder / "secret.txt").write_text("secret")
    links = {"out": "../secret.txt", "absolute": "/etc/passwd", "loop": "loop", "folder": "../..", "inside": "good.txt"}
    for name, target in links.items():
        (repository / name).symlink_to(target)
    add_commit(repository, Commit())


def gigabyte_file(folder: Path, repository: Path) -> None:
    """An object whose head says one gigabyte; git believes the head."""
    name = loose_object(repository, "9" * 40, zlib.compress(b"blob 1073741824\0" + bytes(1000)))
    add_entries(repository, [("100644", b"huge.csv", name)])


def compressible_file(folder: Path, repository: Path) -> None:
    add_commit(repository, Commit({"zeros.bin": bytes(64 * 1024**2)}))


def lying_object(folder: Path, repository: Path) -> None:
    """An object that says five bytes and unpacks to far more."""
    name = loose_object(repository, "8" * 40, zlib.compress(b"blob 5\0" + bytes(32 * 1024**2)))
    add_entries(repository, [("100644", b"liar.txt", name)])


def corrupt_object(folder: Path, repository: Path) -> None:
    name = blob(repository, b"fine once")
    add_entries(repository, [("100644", b"corrupt.txt", name)])
    loose_object(repository, name, b"\x00garbage")


def missing_object(folder: Path, repository: Path) -> None:
    add_entries(repository, [("100644", b"missing.txt", "7" * 40)])


def zip_bomb(folder: Path, repository: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50 * 1024**2))
    add_commit(repository, Commit({"bomb.zip": inner.getvalue(), "model.pkl": b"cos\nsystem\n(S'touch owned'\ntR."}))


def deep_folders(folder: Path, repository: Path) -> None:
    name, mode = blob(repository), "100644"
    for _ in range(1000):
        name, mode = tree(repository, [(mode, b"d", name)]), "40000"
    add_entries(repository, [("40000", b"d", name)])


def many_files(folder: Path, repository: Path) -> None:
    name = blob(repository, b"x = 1\n")
    inner = [tree(repository, [("100644", f"f{number:04}.py".encode(), name) for number in range(1000)])]
    add_entries(repository, [("40000", f"many{number:02}".encode(), inner[0]) for number in range(30)])


def tree_bomb(folder: Path, repository: Path) -> None:
    """Ten levels of ten times the same folder: ten thousand million files in eleven objects."""
    name, mode = blob(repository), "100644"
    for _ in range(10):
        name = tree(repository, [(mode, f"{number}".encode(), name) for number in range(10)])
        mode = "40000"
    add_entries(repository, [("40000", b"zz-bomb", name)])


def odd_names(folder: Path, repository: Path) -> None:
    names = (b"latin-\xe9.txt", b"line\nbreak.txt", b"\x1b[31mred.txt", b"turned-\xe2\x80\xaetxt.exe", b"tab\there")
    add_entries(repository, [("100644", name, blob(repository)) for name in names])


def names_that_lead_out(folder: Path, repository: Path) -> None:
    name = blob(repository)
    inner = tree(repository, [("100644", b"config", name)])
    up = tree(repository, [("40000", b"..", tree(repository, [("100644", b"up.txt", name)]))])
    entries: list[Entry] = [
        ("100644", b"..", name), ("40000", b".git", inner), ("40000", b".GIT", inner), ("40000", b"up", up),
        ("100644", b"./here", name),
    ]  # fmt: skip
    add_entries(repository, entries)


def colliding_names(folder: Path, repository: Path) -> None:
    name = blob(repository)
    add_entries(repository, [("100644", b"GOOD.txt", name), ("100644", b"Readme", name), ("100644", b"README", name)])


def submodules(folder: Path, repository: Path) -> None:
    trap = f'[submodule "sub"]\n\tpath = sub\n\turl = ext::touch {folder / MARKER}\n\tupdate = !touch {MARKER}\n'
    add_entries(repository, [("160000", b"sub", "6" * 40), ("100644", b".gitmodules", blob(repository, trap.encode()))])


def trapped_configuration(folder: Path, repository: Path) -> None:
    """Everything in a repository's own configuration that makes git run a command, all armed."""
    touch = f"touch {folder / MARKER}; cat"
    attributes = "*.txt filter=trap diff=trap\n*.py filter=trap diff=trap merge=trap\n"
    (repository / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        script = repository / ".git" / "hooks" / hook
        script.write_text(f"#!/bin/sh\n{touch}\n")
        script.chmod(0o755)
    add_commit(repository, Commit({".gitattributes": attributes}))
    (folder / MARKER).unlink(missing_ok=True)
    for name in TRAPS:
        git(repository, "config", name, touch)
    for name in ("alias.log", "alias.ls-tree", "alias.cat-file", "alias.status", "credential.helper"):
        git(repository, "config", name, f"!{touch}")
    git(repository, "config", "core.hooksPath", str(repository / ".git" / "hooks"))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "core.worktree", "/")
    git(repository, "config", "remote.origin.url", f"ext::sh -c 'touch {folder / MARKER}'")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "extensions.partialClone", "origin")
    os.utime(repository / "good.txt")  # git has to compare its content again


def included_configuration(folder: Path, repository: Path) -> None:
    (repository / ".git" / "config").write_text("[include]\n\tpath = /dev/zero\n[core\n\tbroken")


def replaced_objects(folder: Path, repository: Path) -> None:
    """``refs/replace`` and grafts show other content than was committed."""
    write(
        repository / ".git" / "refs" / "replace",
        {git(repository, "rev-parse", "HEAD:good.txt"): blob(repository) + "\n"},
    )
    write(repository / ".git" / "info", {"grafts": git(repository, "rev-parse", "HEAD") + "\n"})


def large_notebook(folder: Path, repository: Path) -> None:
    cells = [{"cell_type": "code", "source": ["x = 1"], "outputs": [" " * 50 * 1024**2], "metadata": {}}]
    add_commit(repository, Commit({"large.ipynb": json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})}))


def commit_in_another_age(folder: Path, repository: Path) -> None:
    head = git(repository, "cat-file", "commit", "HEAD")
    tree_line = head.splitlines()[0]
    person = "\x1b[31mEve\x07 <eve@example.org> 99999999999999 +0000"
    name = store(repository, "commit", f"{tree_line}\nauthor {person}\ncommitter {person}\n\n\x1b]0;x\n".encode())
    git(repository, "update-ref", "HEAD", name)


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{this}: &{this} [{', '.join(['*' + last] * 9)}]\n" for last, this in zip("abcdefgh", "bcdefghi", strict=True)
)
PYTHON_YAML = "on: push\njobs: !!python/object/apply:os.system ['touch owned']\n"
DEEP = 100_000

#: Name → builder. Every one keeps good.txt readable.
HOSTILE: dict[str, Build] = {
    "symbolic links": symbolic_links,
    "a gigabyte": gigabyte_file,
    "a compressible file": compressible_file,
    "a lying object": lying_object,
    "a corrupt object": corrupt_object,
    "a missing object": missing_object,
    "a zip bomb": zip_bomb,
    "a thousand folders deep": deep_folders,
    "thirty thousand files": many_files,
    "a tree bomb": tree_bomb,
    "odd names": odd_names,
    "names that lead out": names_that_lead_out,
    "colliding names": colliding_names,
    "submodules": submodules,
    "a trapped configuration": trapped_configuration,
    "a broken configuration": included_configuration,
    "replaced objects": replaced_objects,
    "a notebook of 50 MB": large_notebook,
    "a commit in another age": commit_in_another_age,
    "invalid yaml": add_files(
        {".github/workflows/ci.yml": "on: [push\njobs: {", "mlops.yaml": "\t- :\n", "dvc.yaml": "%"}
    ),
    "a yaml alias bomb": add_files(
        {".github/workflows/ci.yml": ALIASES, "mlops.yaml": ALIASES, "k8s/deploy.yaml": ALIASES}
    ),
    "yaml that builds objects": add_files({".github/workflows/ci.yml": PYTHON_YAML, "mlops.yaml": PYTHON_YAML}),
    "yaml nested deeply": add_files({".github/workflows/ci.yml": "on: " + "[" * DEEP, "environment.yml": "{" * DEEP}),
    "invalid json": add_files({"package.json": "{,}", "config.json": '{"a": NaN, "a": 1e999}', "params.json": "\xff"}),
    "json nested deeply": add_files({"config.json": "[" * DEEP + "]" * DEEP, "deep.ipynb": '{"cells":' * DEEP}),
    "broken notebooks": add_files(
        {"a.ipynb": "{", "b.ipynb": "[]", "c.ipynb": '{"cells": [{"source": 5}, 7]}', "d.ipynb": ""}
    ),
    "filters and large file pointers": add_files(
        {
            ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
            "model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 99999999999\n",
        }
    ),
    "python nested deeply": add_files(
        {
            "parens.py": "x = " + "(" * DEEP + ")" * DEEP,
            "minus.py": "x = " + "-" * DEEP + "1",
            "plus.py": "x = 1" + " + 1" * DEEP,
            "dots.py": "import sklearn\nx = a" + ".b" * DEEP,
            "lambdas.py": "x = " + "lambda: " * 5000 + "1",
            "blocks.py": "".join(f"{' ' * depth}if x:\n" for depth in range(150)) + " " * 150 + "pass",
        }
    ),
    "odd encodings": add_files(
        {
            "nul.py": b"import os\n\0\n",
            "bom.py": b"\xef\xbb\xbfimport sklearn\n",
            "latin.py": "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
            "undeclared.py": b"name = '\xe9\xff'\n",
            "utf16.py": "import os".encode("utf-16"),
            "codec.py": "# -*- coding: rot13 -*-\nvzcbeg bf\n",
            "unknown.py": "# -*- coding: no-such-codec -*-\n",
        }
    ),
}  # fmt: skip
