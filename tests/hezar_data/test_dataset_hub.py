"""Datasets of a Hub (our loopback one): fetched once, then read without a request."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

CONFIG = b"name: text_classification\nconfig_type: dataset\ntext_field: text\nlabel_field: label\n"


def load_in_a_new_process(*options: str) -> str:
    """`datasets` reads the address of the Hub when it is imported, so each load has a process of its own."""
    script = f"""
        from hezar_data import Dataset
        dataset = Dataset.load({", ".join(['"tester/opinions"', *options])})
        print(len(dataset), dataset.data[1]["text"], dataset.id2label)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    run = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.slow
def test_a_fetched_data_set_needs_no_request(hub, monkeypatch):
    files = {"train.csv": b"text,label\na,x\nb,y\n", "dataset_config.yaml": CONFIG}
    hub.add_repo("tester/opinions", files, repo_type="dataset")
    fetched = load_in_a_new_process()
    assert fetched.startswith("2 b")
    asked = len(hub.requests)
    assert asked

    assert load_in_a_new_process("local_files_only=True") == fetched
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert load_in_a_new_process() == fetched
    assert len(hub.requests) == asked
