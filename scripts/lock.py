#!/usr/bin/env python3
"""Write and check `uv.lock` in the form in which it is committed: versions and hashes, no addresses.

A lock file as uv writes it names the index and the download address of every file, so it ties everyone to
the mirror of whoever locked last. The committed form keeps the pins and the hashes only. From it, plain
``uv sync`` resolves again, prefers every pinned version, and completes the addresses in the working copy.

Usage:
    python scripts/lock.py           run `uv lock`, then strip the addresses
    python scripts/lock.py --strip   strip the addresses from the working copy of uv.lock only
    python scripts/lock.py --check   check the lock, and every tracked file for addresses
    python scripts/lock.py --pins    check that `uv sync` took the committed pins, with the committed hashes

``--check`` reads the git index (what the next commit would hold) and not the working copy, because any
``uv sync`` or ``uv run`` puts the addresses back into the working copy. Standard library only.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LOCK = "uv.lock"

# ------------------------------------------------------------------------------------------------- stripping

_REGISTRY = re.compile(r'source = \{ registry = "[^"]*" \}')
_URL = re.compile(r'\burl = "[^"]*?/([^"/?#]+)(?:[?#][^"]*)?"')
_UPLOAD_TIME = re.compile(r', upload-time = "[^"]*"')
_METADATA = re.compile(r"^\[package\.metadata(?:\.[^]]+)?\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_OTHER_SOURCE = re.compile(r"source = \{ (?:git|url) = ")


def strip(text: str) -> str:
    """Return the text of a lock file without its addresses; a stripped text comes back unchanged.

    The members' metadata tables go too: their absence is what makes ``uv sync`` resolve again and so find the
    addresses, instead of trusting a lock that has none.

    Raises:
        ValueError: A dependency comes from a git repository or a direct address, which this form cannot hold.
    """
    if found := _OTHER_SOURCE.search(text):
        raise ValueError(f"a dependency of {LOCK} is not from an index (`{found[0]}…`)")
    text = _REGISTRY.sub('source = { registry = "." }', text)
    text = _URL.sub(lambda match: f'path = "{unquote(match[1])}"', text)
    text = _UPLOAD_TIME.sub("", text)
    text = _METADATA.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


# --------------------------------------------------------------------------------------- pins and pyprojects

_REQUIREMENT = re.compile(r"^\s*(?P<name>[\w.-]+)\s*(?:\[[^]]*\])?\s*\(?(?P<specifier>[^;()]*)\)?\s*(?P<marker>;.*)?$")
_CLAUSE = re.compile(r"^(==|!=|>=|<=|~=|>|<)\s*([^\s*]+)(\.\*)?$")
_VERSION = re.compile(r"^v?(?:\d+!)?(\d+(?:\.\d+)*)(.*)$")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version_key(version: str) -> tuple[tuple[int, ...], bool]:
    """Order versions by their release numbers; a pre-release comes before its release.

    uv compares versions in full when it locks; this only has to see that a bound was moved without locking.
    """
    match = _VERSION.match(version)
    if not match:
        raise ValueError(f"{version!r} is not a version")
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    is_final = not re.match(r"[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)", match[2])
    return tuple(numbers), is_final


def satisfies(version: str, specifier: str) -> bool:
    """Say whether a version is within a specifier such as ``">=1.2,<2"``."""
    key = _version_key(version)
    for clause in filter(None, (part.strip() for part in specifier.split(","))):
        match = _CLAUSE.match(clause)
        if not match:
            raise ValueError(f"the version specifier {clause!r} is not understood")
        operator, bound, wildcard = match.groups()
        prefix = bound.split(".")
        if operator == "~=":
            prefix, wildcard = prefix[:-1], ".*"
        in_prefix = version.partition("+")[0].split(".")[: len(prefix)] == prefix
        other = _version_key(bound)
        holds = {
            "==": in_prefix if wildcard else key == other,
            "!=": not in_prefix if wildcard else key != other,
            "~=": in_prefix and key >= other,
            ">=": key >= other,
            "<=": key <= other,
            ">": key > other,
            "<": key < other,
        }[operator]
        if not holds:
            return False
    return True


def _requirements(project: dict[str, Any]) -> Iterator[str]:
    table = project.get("project", {})
    yield from table.get("dependencies", [])
    for group in (table.get("optional-dependencies", {}), project.get("dependency-groups", {})):
        for requirements in group.values():
            yield from (item for item in requirements if isinstance(item, str))


def _versions_and_hashes(text: str) -> tuple[set[tuple[str, str]], dict[str, str]]:
    packages = tomllib.loads(text)["package"]
    files = [file for item in packages for file in [*item.get("wheels", []), item.get("sdist")] if file]
    versions = {(item["name"], item.get("version", "")) for item in packages}
    return versions, {file["path"]: file["hash"] for file in files}


def compare_pins(committed: str, synced: str) -> list[str]:
    """Say where the lock that ``uv sync`` completed differs from the committed one, in versions or hashes.

    uv takes the hashes of the completed lock from the index, so the committed ones are compared here. A file
    that only one side has is no difference: a release may get files later, and a mirror may offer fewer.
    """
    pinned, hashes = _versions_and_hashes(committed)
    taken, synced_hashes = _versions_and_hashes(strip(synced))
    return [
        *(f"pinned, but not taken: {name} {version}" for name, version in sorted(pinned - taken)),
        *(f"taken, but not pinned: {name} {version}" for name, version in sorted(taken - pinned)),
        *(
            f"{file} has another hash than the committed one"
            for file in sorted(hashes.keys() & synced_hashes.keys())
            if hashes[file] != synced_hashes[file]
        ),
    ]


def check_lock(text: str) -> list[str]:
    """Say what keeps the text of a lock file from being committed; nothing if it may be."""
    problems: list[str] = []
    if "://" in text:
        problems.append(f"{LOCK}: holds {text.count('://')} addresses")
    if strip(text) != text:
        problems.append(f"{LOCK}: is not in the committed form")
    return [f"{problem} (run: python scripts/lock.py --strip)" for problem in problems]


def check_pins(text: str, projects: dict[str, dict[str, Any]]) -> list[str]:
    """Say where a lock file and the pyproject.toml files disagree.

    Args:
        text: The lock file.
        projects: The parsed pyproject.toml files by their path.
    """
    packages = tomllib.loads(text)["package"]
    versions: dict[str, set[str]] = {}
    for package in packages:
        versions.setdefault(package["name"], set()).add(package.get("version", ""))
    locked_names = {
        package["name"]: {dependency["name"] for dependency in package.get("dependencies", [])} for package in packages
    }
    problems: list[str] = []
    for path, project in projects.items():
        name = _normal(project["project"]["name"])
        if project["project"]["version"] not in versions.get(name, set()):
            problems.append(f"{path}: {name} {project['project']['version']} is not the locked version")
        wanted: set[str] = set()
        for requirement in _requirements(project):
            match = _REQUIREMENT.match(requirement)
            if not match:
                problems.append(f"{path}: the requirement {requirement!r} is not understood")
                continue
            locked = versions.get(_normal(match["name"]), set())
            fits = [satisfies(version, match["specifier"]) for version in locked]
            # Under a marker only one of several locked versions need fit.
            if not (any(fits) if match["marker"] else fits and all(fits)):
                found = ", ".join(sorted(locked)) or "nothing"
                problems.append(f"{path}: asks for {requirement!r}, locked is {found}")
            if requirement in project["project"].get("dependencies", []):
                wanted.add(_normal(match["name"]))
        if stale := locked_names.get(name, set()) - wanted:
            problems.append(f"{path}: no longer asks for {', '.join(sorted(stale))}, which the lock has")
    return [f"{problem} (run: python scripts/lock.py)" for problem in problems]


# ------------------------------------------------------------------------------------------------- addresses

# Put together from parts, so that this file does not hold what it looks for.
_DOMAINS = [
    *(name + ".org" for name in ("py" + "pi", "python" + "hosted", "np" + "mjs", "anaco" + "nda")),
    *("np" + "mjs.com", "yarn" + "pkg.com", "npm" + "mirror.com"),
    *(f"{host}.deb" + "ian.org" for host in ("deb", "ftp", "security", "snapshot", "archive", "cdn-aws.deb")),
    *(f"{host}.ubu" + "ntu.com" for host in ("archive", "security", "ports")),
    "download.py" + "torch.org",
]
_HOST = re.compile("|".join(rf"(?<![\w-]){re.escape(domain)}(?![\w-])" for domain in _DOMAINS), re.IGNORECASE)
_INDEX = re.compile(r"[a-z]+:" + r"//[^\s\"'<>]+/sim" + r"ple\b")
_MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot|(?:ho" + r"me|Us" + r"ers)/[\w.-]+)/")
_SHOWN = 5  # findings per file
_LOCK_NAMES = re.compile(r"(?:\.lock|(?:^|/)package-lock\.json)$")


def find_addresses(path: str, text: str) -> list[str]:
    """Say which lines of a file hold the address of an index or a path of somebody's machine."""
    problems: list[str] = []
    is_lock = bool(_LOCK_NAMES.search(path))
    for number, line in enumerate(text.splitlines(), start=1):
        if is_lock and "://" in line:
            problems.append(f"{path}:{number}: an address in a lock file")
        elif found := _HOST.search(line) or _INDEX.search(line):
            problems.append(f"{path}:{number}: the address of a package index: {found[0]}")
        elif found := _MACHINE_PATH.search(line):
            problems.append(f"{path}:{number}: a path of one machine: {found[0]}")
    return problems


# -------------------------------------------------------------------------------------------------- the tree


def _git(*arguments: str, stdin: bytes | None = None) -> bytes:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, input=stdin).stdout


def tracked_files() -> Iterator[tuple[str, str]]:
    """Yield (path, text) of every text file in the git index, which is what the next commit would hold."""
    rows = [row.split("\t", 1) for row in _git("ls-files", "--stage", "-z").decode().split("\0") if row]
    files = [(path, details.split()[1]) for details, path in rows if details.startswith("100")]
    data = _git("cat-file", "--batch", stdin="".join(f"{blob}\n" for _, blob in files).encode())
    position = 0
    for path, _ in files:
        header_end = data.index(b"\n", position)
        size = int(data[position:header_end].split()[-1])
        content = data[header_end + 1 : header_end + 1 + size]
        position = header_end + size + 2
        if b"\0" not in content:
            yield path, content.decode(errors="replace")


def check_tree() -> list[str]:
    """Check the lock against the pyproject.toml files, and every tracked file for addresses."""
    files = dict(tracked_files())
    problems: list[str] = []
    for path, text in files.items():
        found = find_addresses(path, text)
        problems += found[:_SHOWN]
        if len(found) > _SHOWN:
            problems.append(f"{path}: and {len(found) - _SHOWN} more")
    if LOCK not in files:
        return [*problems, f"{LOCK} is not tracked"]
    projects = {
        path: tomllib.loads(text)
        for path, text in files.items()
        if re.fullmatch(r"(?:packages/[^/]+/)?pyproject\.toml", path)
    }
    return [*problems, *check_lock(files[LOCK]), *check_pins(files[LOCK], projects)]


def _report(problems: Iterable[str], done: str) -> int:
    problems = list(problems)
    print("\n".join(problems) if problems else done, file=sys.stderr if problems else sys.stdout)
    return 1 if problems else 0


def main() -> int:
    """Run one of the commands that the module docstring lists."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--strip", action="store_true", help="strip the addresses from the working copy only")
    choice.add_argument("--check", action="store_true", help="check the lock and all tracked files")
    choice.add_argument("--pins", action="store_true", help="check what `uv sync` has taken")
    arguments = parser.parse_args()
    if arguments.check:
        return _report(check_tree(), f"{LOCK} is in the committed form; no tracked file holds an address.")
    if arguments.pins:
        synced = (ROOT / LOCK).read_text(encoding="utf-8")
        problems = compare_pins(_git("show", f":{LOCK}").decode(), synced)
        return _report(problems, "Every committed pin was taken, with the committed hashes.")
    if not arguments.strip:
        subprocess.run(["uv", "lock"], cwd=ROOT, check=True)
    path = ROOT / LOCK
    path.write_text(strip(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
