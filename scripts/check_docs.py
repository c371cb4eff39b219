#!/usr/bin/env python3
"""Check the tracked Markdown files: relative links lead somewhere, and Python examples are valid Python.

Nothing is fetched and no example is run. Standard library only.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=indent)```", re.M | re.S)
_LINK = re.compile(r"\]\(\s*<?([^)\s>#]+)")
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def check_links(path: Path, text: str) -> list[str]:
    """Return the relative links of a file that lead nowhere."""
    prose = re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))
    targets = [target for target in _LINK.findall(prose) if not _HAS_SCHEME.match(target)]
    return [f"{path}: no such file: {target}" for target in targets if not (path.parent / target).exists()]


def check_examples(path: Path, text: str) -> list[str]:
    """Return the Python examples of a file that are not valid Python; sessions (``>>>``) are left out."""
    problems: list[str] = []
    for fence in _FENCE.finditer(text):
        body = textwrap.dedent(fence["body"])
        if fence["language"] not in ("python", "py") or body.lstrip().startswith(">>>"):
            continue
        first_line = text.count("\n", 0, fence.start("body"))
        try:
            ast.parse(body)
        except SyntaxError as error:
            problems.append(f"{path}:{first_line + (error.lineno or 1)}: {error.msg}")
    return problems


def main() -> int:
    """Check every tracked Markdown file."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--", "*.md"], check=True, capture_output=True, text=True
    ).stdout
    problems: list[str] = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        problems += check_links(path, text) + check_examples(path, text)
    print("\n".join(problems) or "All links and examples of the Markdown files are sound.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
