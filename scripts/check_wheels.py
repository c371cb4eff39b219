#!/usr/bin/env python3
"""Build every distribution and install the wheels outside the workspace, one clean environment per flavour.

Inside the workspace all siblings and extras are there, whatever a package declares. Only here it shows that a
package declares all it imports, that the ranges between siblings fit, that the light packages stay light, and
that a missing extra says what to install. For each flavour ``tests/install/check_<flavour>.py`` runs in its
environment.

Usage:
    python scripts/check_wheels.py                     everything
    python scripts/check_wheels.py light data          only these flavours
    python scripts/check_wheels.py --artifacts-only    build and inspect wheels and sdists, install nothing

Standard library only; needs uv. Third-party versions are those of uv.lock.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKS = ROOT / "tests" / "install"
HUB_TOKEN = "hf_check_wheels"


@dataclass(frozen=True)
class Flavour:
    """One way to install Hezar.

    Attributes:
        name: Names the script ``tests/install/check_<name>.py``.
        requirements: What a user would give to ``pip install``.
        absent: Distributions that must not come along.
        hub: Whether the script gets a Hub server of its own.
    """

    name: str
    requirements: tuple[str, ...]
    absent: tuple[str, ...] = ()
    hub: bool = False


FLAVOURS = (
    Flavour("light", ("hezar-config", "hezar-hub"), absent=("torch", "numpy", "tokenizers", "datasets"), hub=True),
    Flavour("data", ("hezar-data",), absent=("torch", "datasets", "soundfile", "pillow", "opencv-python-headless")),
    Flavour("models", ("hezar-models",), absent=("transformers", "accelerate", "datasets", "gensim", "onnx")),
    Flavour(
        "hezar",
        ("hezar",),
        absent=("transformers", "datasets", "gensim", "soundfile", "pillow", "matplotlib"),
    ),
    Flavour("all", ("hezar[all]",), absent=("transformers",)),
)


class CheckError(Exception):
    """Something about the built distributions is not as it should be."""


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Run a command and return its output.

    Raises:
        CheckError: It failed; the message holds all it wrote.
    """
    result = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if result.returncode:
        shown = " ".join(str(part) for part in command)
        raise CheckError(f"`{shown}` failed ({result.returncode}):\n{result.stdout}{result.stderr}")
    return result.stdout


# ------------------------------------------------------------------------------------------------- artifacts


def build(target: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Build all wheels and sdists and return both by the name of their distribution.

    ``--no-sources`` builds them as the index will see them, without the workspace's own sources.
    """
    run("uv", "build", "--all-packages", "--wheel", "--no-sources", "--out-dir", target / "wheels", cwd=ROOT)
    run("uv", "build", "--all-packages", "--sdist", "--no-sources", "--out-dir", target / "sdists", cwd=ROOT)
    names = {path.parent.name for path in ROOT.glob("packages/*/pyproject.toml")}
    wheels = {path.name.split("-")[0].replace("_", "-"): path for path in (target / "wheels").glob("*.whl")}
    sdists = {path.name.rsplit("-", 1)[0].replace("_", "-"): path for path in (target / "sdists").glob("*.tar.gz")}
    for kind, built in (("wheels", wheels), ("sdists", sdists)):
        if built.keys() != names:
            raise CheckError(f"the {kind} built are {sorted(built)}, the packages are {sorted(names)}")
    return wheels, sdists


def wheel_files(wheel: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a wheel, by its path."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}


def inspect_wheel(name: str, wheel: Path) -> None:
    """Check that a wheel holds its package, all of it, its licence and nothing else.

    Raises:
        CheckError: A file is missing or does not belong there.
    """
    source = ROOT / "packages" / name / "src"
    package = name.replace("-", "_")
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info"
    found = set(wheel_files(wheel))
    expected = {
        path.relative_to(source).as_posix()
        for path in (source / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected |= {f"{info}/{file}" for file in ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")}
    optional = {f"{info}/entry_points.txt"}
    if missing := expected - found:
        raise CheckError(f"{wheel.name} lacks {sorted(missing)}")
    if strange := found - expected - optional:
        raise CheckError(f"{wheel.name} holds {sorted(strange)}, which do not belong there")
    if f"{package}/py.typed" not in found:
        raise CheckError(f"{wheel.name} lacks {package}/py.typed")


def inspect_sdist(name: str, sdist: Path, wheel: Path, target: Path) -> None:
    """Check that an sdist holds what it needs, and that its wheel equals the one built from the tree.

    Raises:
        CheckError: A file is missing, or the wheels differ.
    """
    with tarfile.open(sdist) as archive:
        found = {member.partition("/")[2] for member in archive.getnames()}
    if missing := {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO"} - found:
        raise CheckError(f"{sdist.name} lacks {sorted(missing)}")
    out = target / "from-sdist" / name
    run("uv", "build", "--wheel", "--no-sources", "--out-dir", out, sdist, cwd=target)
    if wheel_files(out / wheel.name) != wheel_files(wheel):
        raise CheckError(f"the wheel built from {sdist.name} differs from the one built from the tree")


# -------------------------------------------------------------------------------------------------- flavours


def write_constraints(target: Path, wheels: dict[str, Path]) -> Path:
    """Write the constraints of all installs: our own wheels by path, all else as uv.lock pins it.

    A path, and not a folder of links, because an index may hold newer releases under the same names.
    Constraints, and not overrides, so that the ranges between siblings are still checked.
    """
    versions: dict[str, set[str]] = {}
    for package in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]:
        if "registry" in package["source"]:
            versions.setdefault(package["name"], set()).add(package["version"])
    lines = [f"{name} @ {wheel.as_uri()}" for name, wheel in sorted(wheels.items())]
    # What is pinned once per Python version is left to the resolver.
    lines += [f"{name}=={next(iter(found))}" for name, found in sorted(versions.items()) if len(found) == 1]
    path = target / "constraints.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def hub_server() -> Iterator[str]:
    """Run the tests' Hub server and yield its endpoint."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub_server", "--port", "0", "--token", HUB_TOKEN],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        endpoint = process.stdout.readline().strip()
        if not endpoint:
            raise CheckError("the Hub server of the tests did not start")
        yield endpoint
    finally:
        process.terminate()
        process.wait(timeout=30)


def clean_environment(home: Path) -> dict[str, str]:
    """Return the environment of a user who has just installed: an empty home, no settings."""
    ours = ("HEZAR_", "HF_", "HUGGING", "PYTHON", "VIRTUAL_ENV", "TRANSFORMERS_", "UV_PROJECT", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", "NO_COLOR": "1", "NO_PROXY": "*"}


def check_flavour(flavour: Flavour, target: Path, constraints: Path) -> None:
    """Install a flavour into a fresh environment and run its script there.

    Raises:
        CheckError: It cannot be installed, brings along what it must not, or its script fails.
    """
    folder = target / flavour.name
    home = folder / "home"
    home.mkdir(parents=True)
    venv = folder / "venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run("uv", "venv", "--no-project", "--python", sys.executable, venv, cwd=folder)
    install = ("uv", "pip", "install", "--python", python, "--constraint", constraints)
    run(*install, *flavour.requirements, cwd=folder)
    run("uv", "pip", "check", "--python", python, cwd=folder)

    installed = run("uv", "pip", "list", "--python", python, "--format", "freeze", cwd=folder)
    names = {line.partition("==")[0].partition(" ")[0] for line in installed.splitlines()}
    if unwanted := names & set(flavour.absent):
        raise CheckError(f"installing {' '.join(flavour.requirements)} brings {', '.join(sorted(unwanted))}")

    environment = clean_environment(home)
    script = CHECKS / f"check_{flavour.name}.py"
    if flavour.hub:
        with hub_server() as endpoint:
            hub = {"HF_ENDPOINT": endpoint, "HF_TOKEN": HUB_TOKEN}
            print(run(python, script, cwd=home, env=environment | hub), end="")
    else:
        print(run(python, script, cwd=home, env=environment), end="")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, inspect and install; report every failure and not only the first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("flavours", nargs="*", help=f"any of {', '.join(each.name for each in FLAVOURS)}")
    parser.add_argument("--artifacts-only", action="store_true", help="install nothing")
    options = parser.parse_args(arguments)
    chosen = [flavour for flavour in FLAVOURS if not options.flavours or flavour.name in options.flavours]
    if unknown := set(options.flavours) - {flavour.name for flavour in FLAVOURS}:
        parser.error(f"no such flavour: {', '.join(sorted(unknown))}")

    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="hezar-wheels-") as folder:
        target = Path(folder)
        try:
            wheels, sdists = build(target)
        except CheckError as error:
            print(error, file=sys.stderr)
            return 1
        for name, wheel in sorted(wheels.items()):
            try:
                inspect_wheel(name, wheel)
                inspect_sdist(name, sdists[name], wheel, target)
                print(f"ok    {wheel.name} and {sdists[name].name}")
            except CheckError as error:
                failures.append(name)
                print(f"FAIL  {name}: {error}", file=sys.stderr)
        constraints = write_constraints(target, wheels)
        for flavour in [] if options.artifacts_only else chosen:
            title, started = " ".join(flavour.requirements), time.monotonic()
            try:
                check_flavour(flavour, target, constraints)
                print(f"ok    {' '.join(flavour.requirements)} ({time.monotonic() - started:.0f} s)", flush=True)
            except CheckError as error:
                failures.append(flavour.name)
                print(f"FAIL  {title}: {error}", file=sys.stderr, flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
