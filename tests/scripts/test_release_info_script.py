"""Release tags: `scripts/release_info.py`."""

import pytest

CHANGELOG = """# Changelog of hezar-models

## [Unreleased]

## [0.2.0] - 2026-02-03

### Added

- Something new.

## [0.2.0rc1]

- A first try.

## [0.1.0]
"""


@pytest.fixture
def workspace(tmp_path):
    for name in ("hezar", "hezar-hub", "hezar-models"):
        folder = tmp_path / "packages" / name
        folder.mkdir(parents=True)
        (folder / "CHANGELOG.md").write_text(CHANGELOG)
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "{name}"\nversion = "0.2.0"\n'
            'dependencies = ["hezar-hub>=0.1,<0.2", "torch>=2"]\n'
            '[project.optional-dependencies]\nall = ["hezar-models[onnx]", "hezar[all]"]\n'
        )
    return tmp_path


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("hezar-v0.1.0", ("hezar", "0.1.0")),
        ("hezar-models-v0.1.0", ("hezar-models", "0.1.0")),
        ("hezar-models-v10.20.30rc1", ("hezar-models", "10.20.30rc1")),
        ("hezar-vision-v1.0.0", ("hezar-vision", "1.0.0")),
    ],
)
def test_parse_tag(release_info, tag, expected):
    assert release_info.parse_tag(tag) == expected


@pytest.mark.parametrize(
    "tag",
    ["v0.1.0", "hezar", "hezar-0.1.0", "hezar-v", "hezar-v0.1", "hezar-v0.1.0-1", "-v0.1.0", "../x-v0.1.0"],
)
def test_parse_tag_refuses(release_info, tag):
    with pytest.raises(ValueError, match="such as hezar-models-v"):
        release_info.parse_tag(tag)


def test_find_release(release_info, workspace):
    release = release_info.find_release("hezar-models-v0.2.0", workspace)

    assert (release.name, release.version) == ("hezar-models", "0.2.0")
    assert release.folder == workspace / "packages" / "hezar-models"


def test_find_release_wants_a_known_name_and_the_version_of_the_pyproject(release_info, workspace):
    with pytest.raises(ValueError, match=r"the distributions are hezar, hezar-hub, hezar-models"):
        release_info.find_release("hezar-modles-v0.2.0", workspace)
    with pytest.raises(ValueError, match=r"pyproject.toml says 0\.2\.0"):
        release_info.find_release("hezar-models-v0.3.0", workspace)


def test_changelog_section(release_info, workspace):
    folder = workspace / "packages" / "hezar-models"

    def section(version: str) -> str:
        return release_info.changelog_section(release_info.Release("hezar-models", version, folder))

    assert section("0.2.0") == "### Added\n\n- Something new."
    assert section("0.2.0rc1") == "- A first try."
    for version in ("0.1.0", "0.2", "0.3.0"):
        with pytest.raises(ValueError, match="no section"):
            section(version)


def test_sibling_requirements(release_info, workspace):
    release = release_info.find_release("hezar-v0.2.0", workspace)

    assert release_info.sibling_requirements(release) == ["hezar-hub>=0.1,<0.2", "hezar-models[onnx]"]
