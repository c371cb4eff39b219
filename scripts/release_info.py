#!/usr/bin/env python3
"""Read a release tag such as ``hezar-models-v0.1.0`` and check that the tree is ready for that release.

Usage:
    python scripts/release_info.py TAG             check, and print name=, version= and folder= lines
    python scripts/release_info.py TAG --notes     print the section of the changelog
    python scripts/release_info.py TAG --siblings  print what it asks of the sibling distributions

The version must equal the one in the package's pyproject.toml, and its changelog must have a section for it.
Standard library only.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")


@dataclass(frozen=True)
class Release:
    """One release: a distribution, its version and its folder."""

    name: str
    version: str
    folder: Path


def parse_tag(tag: str) -> tuple[str, str]:
    """Split a tag at its last ``-v``, which is safe for names that hold hyphens.

    Example:
        >>> parse_tag("hezar-models-v0.1.0")
        ('hezar-models', '0.1.0')

    Raises:
        ValueError: The tag is not ``<distribution>-v<version>``.
    """
    name, separator, version = tag.rpartition("-v")
    if not (separator and re.fullmatch(r"[a-z][a-z-]*", name) and _VERSION.fullmatch(version)):
        raise ValueError(f"the tag {tag!r} is not <distribution>-v<version>, such as hezar-models-v0.1.0")
    return name, version


def find_release(tag: str, root: Path = ROOT) -> Release:
    """Return the release that a tag asks for.

    Raises:
        ValueError: No such distribution, or its pyproject.toml has another version.
    """
    name, version = parse_tag(tag)
    folder = root / "packages" / name
    if not (folder / "pyproject.toml").is_file():
        known = ", ".join(sorted(path.parent.name for path in root.glob("packages/*/pyproject.toml")))
        raise ValueError(f"the tag {tag!r} names {name!r}; the distributions are {known}")
    found = _project(folder)["version"]
    if found != version:
        raise ValueError(f"the tag says {name} {version}, its pyproject.toml says {found}")
    return Release(name, version, folder)


def changelog_section(release: Release) -> str:
    """Return what the changelog says of a release, without the heading.

    Raises:
        ValueError: There is no section for this version, or it is empty.
    """
    text = (release.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[?{re.escape(release.version)}\]?(?:[ \t][^\n]*)?$"
    match = re.search(heading + r"\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not match or not match[1].strip():
        raise ValueError(f"the changelog of {release.name} has no section for {release.version}")
    return match[1].strip()


def sibling_requirements(release: Release) -> list[str]:
    """Return what a release asks of the other distributions of this workspace, extras included."""
    project = _project(release.folder)
    requirements = [*project["dependencies"]]
    for extra in project.get("optional-dependencies", {}).values():
        requirements += extra
    siblings = {path.parent.name for path in release.folder.parent.glob("*/pyproject.toml")} - {release.name}
    return sorted({item for item in requirements if re.split(r"[^a-z-]", item, maxsplit=1)[0] in siblings})


def _project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def main() -> int:
    """Run one of the commands that the module docstring lists."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tag", help="such as hezar-models-v0.1.0")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--notes", action="store_true", help="print the section of the changelog")
    choice.add_argument("--siblings", action="store_true", help="print the requirements on sibling distributions")
    arguments = parser.parse_args()
    try:
        release = find_release(arguments.tag)
        notes = changelog_section(release)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if arguments.notes:
        print(notes)
    elif arguments.siblings:
        print("\n".join(sibling_requirements(release)))
    else:
        print(f"name={release.name}\nversion={release.version}\nfolder=packages/{release.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
