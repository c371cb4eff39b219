"""The committed form of uv.lock: what `scripts/lock.py` takes out, keeps and refuses."""

import tomllib
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"
# Put together, so that the check of this repo does not find it here.
SCHEME = "https:" + "//"
INDEX = f"{SCHEME}index.example/any"
FILES = f"{SCHEME}files.example/packages/1f/1d"

LOCK = f"""version = 1
revision = 5
requires-python = ">=3.11"

[manifest]
members = ["app"]

[[package]]
name = "app"
version = "0.1.0"
source = {{ editable = "packages/app" }}
dependencies = [
    {{ name = "click" }},
    {{ name = "numpy", version = "2.4.6", source = {{ registry = "{INDEX}" }}, marker = "x" }},
]

[package.optional-dependencies]
fast = [
    {{ name = "torch" }},
]

[package.metadata]
requires-dist = [
    {{ name = "click", specifier = ">=8.1" }},
]
provides-extras = ["fast"]

[package.metadata.requires-dev]
dev = [{{ name = "ruff" }}]

[[package]]
name = "click"
version = "8.1.8"
source = {{ registry = "{INDEX}" }}
sdist = {{ url = "{FILES}/click-8.1.8.tar.gz", hash = "sha256:a", size = 3, upload-time = "2026-10-09" }}
wheels = [
    {{ url = "{FILES}/click-8.1.8-py3-none-any.whl#egg", hash = "sha256:b", size = 2 }},
]

[[package]]
name = "numpy"
version = "2.4.6"
source = {{ registry = "{INDEX}" }}

[[package]]
name = "torch"
version = "2.9.0"
source = {{ registry = "{INDEX}" }}
wheels = [
    {{ url = "{FILES}/torch-2.9.0%2Bcpu-cp311-none-any.whl", hash = "sha256:cc", size = 2 }},
]
"""


def project(*dependencies: str, version: str = "0.1.0", **tables: object) -> dict[str, dict[str, object]]:
    table = {"name": "app", "version": version, "dependencies": list(dependencies), **tables}
    return {"packages/app/pyproject.toml": {"project": table}}


def test_strip_takes_out_addresses_and_keeps_pins_and_hashes(lock):
    packages = {item["name"]: item for item in tomllib.loads(lock.strip(LOCK))["package"]}

    assert "://" not in lock.strip(LOCK)
    assert packages["click"] == {
        "name": "click",
        "version": "8.1.8",
        "source": {"registry": "."},
        "sdist": {"path": "click-8.1.8.tar.gz", "hash": "sha256:a", "size": 3},
        "wheels": [{"path": "click-8.1.8-py3-none-any.whl", "hash": "sha256:b", "size": 2}],
    }
    assert packages["torch"]["wheels"][0]["path"] == "torch-2.9.0+cpu-cp311-none-any.whl"
    assert packages["app"]["dependencies"][1]["source"] == {"registry": "."}


def test_strip_drops_the_metadata_of_members_and_nothing_else_of_them(lock):
    app = tomllib.loads(lock.strip(LOCK))["package"][0]

    assert app.keys() == {"name", "version", "source", "dependencies", "optional-dependencies"}
    assert app["source"] == {"editable": "packages/app"}


def test_strip_twice_is_strip_once(lock):
    assert lock.strip(lock.strip(LOCK)) == lock.strip(LOCK)


@pytest.mark.parametrize("source", ['{ git = "x" }', '{ url = "x/y.whl" }'])
def test_strip_refuses_what_does_not_come_from_an_index(lock, source):
    with pytest.raises(ValueError, match="not from an index"):
        lock.strip(f'[[package]]\nname = "a"\nversion = "1"\nsource = {source}\n')


def test_check_lock(lock):
    assert lock.check_lock(lock.strip(LOCK)) == []
    assert len(lock.check_lock(LOCK)) == 2
    assert "--strip" in lock.check_lock(LOCK)[0]


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [
        ("8.1.8", ">=8.1", True),
        ("8.1", ">=8.1.0", True),
        ("8.1.8", ">=8.2", False),
        ("1.26.4", ">=1.26,<2", True),
        ("2.0", ">=1.26, <2", False),
        ("2.0rc1", ">=2.0", False),
        ("2.9.0+cpu", "==2.9.0", True),
        ("2.9.1", "==2.9.*", True),
        ("2.9.1", "!=2.9.1", False),
        ("2.9.1", "~=2.8", True),
        ("3.0", "~=2.8", False),
        ("10.0", ">9", True),
        ("1.0", "", True),
    ],
)
def test_satisfies(lock, version, specifier, expected):
    assert lock.satisfies(version, specifier) is expected


def test_pins_that_fit_the_pyproject(lock):
    projects = project("click>=8.1", "NumPy>=1.26", **{"optional-dependencies": {"fast": ["torch[x]>=2.4,<3"]}})
    assert lock.check_pins(LOCK, projects) == []


@pytest.mark.parametrize(
    ("projects", "problem"),
    [
        (project("click>=8.2", "numpy"), "asks for 'click>=8.2', locked is 8.1.8"),
        (project("click", "numpy", "rich>=13"), "asks for 'rich>=13', locked is nothing"),
        (project("click"), "no longer asks for numpy"),
        (project("click", "numpy", version="0.2.0"), "app 0.2.0 is not the locked version"),
        (project("click", "numpy", **{"optional-dependencies": {"fast": ["torch<2"]}}), "asks for 'torch<2'"),
    ],
)
def test_pins_that_do_not_fit_the_pyproject(lock, projects, problem):
    (found,) = lock.check_pins(lock.strip(LOCK), projects)
    assert problem in found


def test_several_locked_versions(lock):
    text = LOCK + '\n[[package]]\nname = "numpy"\nversion = "2.5.5"\nsource = { registry = "." }\n'
    assert lock.check_pins(text, project("click", "numpy>=2")) == []
    assert lock.check_pins(text, project("click", "numpy>=2.5; python_version >= '3.12'")) == []
    assert "2.4.6, 2.5.5" in lock.check_pins(text, project("click", "numpy>=2.5"))[0]


def test_compare_pins(lock):
    committed = lock.strip(LOCK)
    assert lock.compare_pins(committed, LOCK) == []

    other = LOCK.replace('"8.1.8"', '"8.3.0"').replace("sha256:cc", "sha256:dd")
    assert lock.compare_pins(committed, other) == [
        "pinned, but not taken: click 8.1.8",
        "taken, but not pinned: click 8.3.0",
        "torch-2.9.0+cpu-cp311-none-any.whl has another hash than the committed one",
    ]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", "see " + SCHEME + "py" + "pi.org/project/hezar"),
        ("setup.cfg", "files.python" + "hosted.org"),
        ("package.json", SCHEME + "registry.np" + "mjs.org/left-pad"),
        ("Dockerfile", "deb http:" + "//deb.deb" + "ian.org/deb" + "ian stable main"),
        ("pip.conf", SCHEME + "mirror.example/sim" + "ple/"),
        ("uv.lock", SCHEME + "anything.example"),
        ("web/package-lock.json", SCHEME + "anything.example"),
        ("notes.md", "in /ro" + "ot/.cache"),
        ("notes.md", "in /wo" + "rk/main"),
        ("notes.md", "in /ho" + "me/ali/project"),
    ],
)
def test_addresses_are_found(lock, path, text):
    (found,) = lock.find_addresses(path, "first line\n" + text)
    assert found.startswith(f"{path}:2: ")


@pytest.mark.parametrize(
    "text",
    [
        "See " + SCHEME + "huggingface.co/hezarai and " + SCHEME + "github.com/hezarai/hezar.",
        "a relative path: tests/wo" + "rk/x",
        "an address with such a part: " + SCHEME + "example.org/ro" + "ot/x",
        "pip install hezar",
        "the ho" + "me folder, ~/.cache/hezar",
    ],
)
def test_what_is_no_address(lock, text):
    assert lock.find_addresses("README.md", text) == []


def test_the_script_does_not_find_itself(lock):
    for script in SCRIPTS.glob("*.py"):
        assert lock.find_addresses(script.name, script.read_text(encoding="utf-8")) == []
