"""Models on the Hub (our loopback one), in both directions, and saves that are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import torch

from hezar_hub import AuthError, HubError, OfflineError, RepoNotFoundError
from hezar_models import Model
from tiny_models import IMPLEMENTED, inputs_for, tiny_model

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", IMPLEMENTED)
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_pushed_models_load_from_the_hub(name, filename, hub):
    model = tiny_model(name)
    model.push_to_hub("tester/model", filename=filename)
    assert len(hub.commits("tester/model")) == 2  # the repo's first commit, and ours
    again = Model.load("tester/model")
    assert type(again) is type(model)
    for key, tensor in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[key], tensor, rtol=0, atol=0)
    assert again.predict(inputs_for(name)[:1], post_process=True) is not None
    card = hub.files("tester/model")["README.md"].decode()
    assert "license: apache-2.0" in card
    assert "- fa" in card or "language: fa" in card


def test_pushing_another_format_removes_the_old_one(hub):
    tiny_model("bert", seed=1).push_to_hub("tester/model", filename="model.safetensors")
    new = tiny_model("bert", seed=2)
    new.push_to_hub("tester/model", filename="model.pt")
    assert "model.safetensors" not in hub.files("tester/model")
    key = next(iter(new.state_dict()))
    torch.testing.assert_close(Model.load("tester/model").state_dict()[key], new.state_dict()[key], rtol=0, atol=0)


def test_what_is_cached_needs_no_request(hub, monkeypatch):
    tiny_model("bert_text_classification").push_to_hub("tester/model")
    Model.load("tester/model")
    before = len(hub.requests)
    answer = Model.load("tester/model", local_files_only=True).predict("سلام")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert Model.load("tester/model").predict("سلام") == answer
    assert len(hub.requests) == before
    with pytest.raises(OfflineError):
        Model.load("tester/other")


def test_hub_problems_are_clear_errors(hub, monkeypatch):
    with pytest.raises(RepoNotFoundError, match="tester/nothing"):
        Model.load("tester/nothing")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(AuthError, match="token"):
        tiny_model("bert").push_to_hub("tester/model")
    hub.go_down()
    with pytest.raises(HubError):
        Model.load("tester/nothing")


def test_a_failed_push_leaves_the_repo(hub):
    tiny_model("bert", seed=1).push_to_hub("tester/model")
    before = hub.files("tester/model")
    hub.fail_next(status=500, times=20, path="commit")
    with pytest.raises(HubError):
        tiny_model("bert", seed=2).push_to_hub("tester/model")
    hub.clear_faults()
    assert hub.files("tester/model") == before


# Imports torch once; each line of input forks a child that saves two models in turn until it is killed.
SAVER = textwrap.dedent("""
    import os, sys
    sys.path.insert(0, sys.argv[1])
    import torch
    from tiny_models import tiny_model
    torch.set_num_threads(1)
    models = []
    for version, filename in ((1, "model.safetensors"), (2, "model.pt")):
        model = tiny_model("bert_text_classification", vocab_size=4000)
        model.config.update(classifier_dropout=version / 10)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(version)
        models.append((model, filename))
    print("ready", flush=True)
    for _ in sys.stdin:
        models.reverse()
        child = os.fork()
        if not child:
            while True:
                for model, filename in models:
                    model.save(sys.argv[2], filename=filename)
        print(child, flush=True)
        os.waitpid(child, 0)
""")
KILLS = int(os.environ.get("HEZAR_TEST_KILLS", "50"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the saver forks")
def test_a_killed_save_leaves_the_old_or_the_new_model(tmp_path):
    """Kills at random moments; the config, the weights and their format must always be of one save."""
    folder, chance = tmp_path / "model", random.Random(0)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    seen = set()
    tiny_model("bert_text_classification").save(folder)
    with subprocess.Popen([sys.executable, "-c", SAVER, str(TESTS), str(folder)], **pipes) as saver:
        assert saver.stdout.readline().strip() == "ready"
        for _ in range(KILLS):
            saver.stdin.write("save\n")
            child = int(saver.stdout.readline())
            time.sleep(chance.uniform(0.005, 0.25))
            os.kill(child, signal.SIGKILL)
            seen.add(version_of(folder))
        saver.stdin.close()
        assert saver.wait(10) == 0
    assert {1.0, 2.0} <= seen
    tiny_model("bert", seed=1).save(folder)
    assert not list(folder.glob(".hezar-save*"))


def version_of(folder: Path) -> float:
    model = Model.load(folder)
    if model.config.vocab_size != 4000:
        return 0.0  # the model from before the first save
    versions = {float(tensor.flatten()[0]) for tensor in model.state_dict().values()}
    assert len(versions) == 1
    assert model.config.classifier_dropout == pytest.approx(next(iter(versions)) / 10)
    assert model.preprocessor.tokenizer is not None
    return versions.pop()
