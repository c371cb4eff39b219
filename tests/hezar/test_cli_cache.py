"""``hezar cache``: list, verify, clear."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from hezar.cli import hezar
from hezar_hub import Repo, list_cached_repos, verify_cache


@pytest.fixture
def filled(hub):
    """A cache with two repos."""
    hub.add_repo("a/large", {"model.safetensors": b"w" * 50_000, "model_config.yaml": "name: bert\n"})
    hub.add_repo("a/small", {"model_config.yaml": "name: bert\n"})
    for repo in ("a/large", "a/small"):
        for name in Repo(repo).files():
            Repo(repo).file(name)
    return hub


def run(*args: str, **options):
    return CliRunner().invoke(hezar, ["cache", *args], **options)


def test_list(filled):
    said = run("list")
    assert said.exit_code == 0
    assert [line.split()[-1] for line in said.stdout.splitlines()] == ["a/large", "a/small"]
    assert "2 repos" in said.stderr
    repos = json.loads(run("list", "--json").stdout)
    assert [(repo["repo_id"], repo["repo_type"]) for repo in repos] == [("a/large", "model"), ("a/small", "model")]
    assert repos[0]["size"] > 50_000


def test_verify_finds_what_changed_and_the_next_load_mends_it(filled):
    assert run("verify").exit_code == 0
    [weights] = [path for path in list_cached_repos()[0].path.glob("blobs/*") if path.stat().st_size == 50_000]
    weights.write_bytes(b"x" * 50_000)
    said = run("verify")
    assert said.exit_code == 1
    assert said.stdout.split() == [str(weights)]
    assert run("verify", "--remove").exit_code == 0
    assert verify_cache().broken == ()
    assert Repo("a/large").file("model.safetensors").read_bytes() == b"w" * 50_000


def test_clear(filled):
    assert run("clear", "a/small").exit_code == 0
    assert [repo.repo_id for repo in list_cached_repos()] == ["a/large"]
    missing = run("clear", "a/small")
    assert missing.exit_code == 1
    assert "does not hold" in missing.stderr
    assert run("clear", input="n\n").exit_code != 0
    assert list_cached_repos()
    assert run("clear", "--yes").exit_code == 0
    assert list_cached_repos() == []
