"""A hint to install something must name an extra that exists and that brings what is missed."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / "packages"
# Where a module has another name than the distribution that brings it.
DISTRIBUTIONS = {"cv2": "opencv-python-headless", "PIL": "pillow", "sklearn": "scikit-learn"}


def hints() -> Iterator[tuple[str, str]]:
    """Yield (module, what to install) of every call of `require` with constants."""
    for path in sorted(PACKAGES.glob("*/src/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "require":
                extra = next((keyword.value for keyword in node.keywords if keyword.arg == "extra"), None)
                if node.args and isinstance(node.args[0], ast.Constant) and isinstance(extra, ast.Constant):
                    yield str(node.args[0].value), str(extra.value)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def brought_by(requirement: str) -> set[str]:
    """Return the distributions that a requirement brings, ours and those that ours name."""
    match = re.match(r"([\w.-]+)(?:\[([^]]*)\])?", requirement)
    assert match, requirement
    name, extras = normal(match[1]), [extra.strip() for extra in (match[2] or "").split(",") if extra.strip()]
    file = PACKAGES / name / "pyproject.toml"
    if not file.is_file():
        return {name}
    project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        assert extra in project.get("optional-dependencies", {}), f"{name} has no extra {extra!r}"
        wanted += project["optional-dependencies"][extra]
    return {name}.union(*(brought_by(item) for item in wanted))


@pytest.mark.parametrize(("module", "install"), sorted(set(hints())))
def test_what_a_hint_names_brings_the_module(module, install):
    root = module.partition(".")[0]
    assert normal(DISTRIBUTIONS.get(root, root)) in brought_by(install)


def test_unknown_extras_are_found():
    with pytest.raises(AssertionError, match="has no extra 'sound'"):
        brought_by("hezar[sound]")
    assert {"soundfile", "datasets", "torch"} <= brought_by("hezar[audio]")
