"""Weights without a model."""

from __future__ import annotations

import pickle

import pytest
import torch

from hezar_hub import FileMissingError, RepoNotFoundError
from hezar_models import UnsafeWeightsError, WeightsFileError, get_state_dict_from_hub
from tiny_models import tiny_model


@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_weights_come_from_the_hub_and_from_folders(filename, hub, tmp_path):
    model = tiny_model("bert")
    model.push_to_hub("tester/model", filename=filename)
    model.save(tmp_path / "sub", filename=filename)
    for weights in (
        get_state_dict_from_hub("tester/model", filename),
        get_state_dict_from_hub("tester/model", filename, local_files_only=True),
        get_state_dict_from_hub(tmp_path, filename, subfolder="sub"),
    ):
        assert weights.keys() == model.state_dict().keys()
        for key, tensor in model.state_dict().items():
            torch.testing.assert_close(weights[key], tensor, rtol=0, atol=0)


def test_nothing_is_executed(tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path.joinpath("executed").touch, ())

    torch.save({"weight": torch.ones(1), "evil": Evil()}, tmp_path / "model.pt")
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(Evil()))
    for filename in ("model.pt", "bare.pt"):
        with pytest.raises(UnsafeWeightsError):
            get_state_dict_from_hub(tmp_path, filename)
    assert not (tmp_path / "executed").exists()


def test_what_is_no_weights_file_says_so(tmp_path):
    (tmp_path / "model.pt").write_bytes(b"nothing")
    with pytest.raises(WeightsFileError):
        get_state_dict_from_hub(tmp_path, "model.pt")
    with pytest.raises(FileMissingError, match=r"model\.pt"):
        get_state_dict_from_hub(tmp_path, "model.safetensors")
    with pytest.raises(RepoNotFoundError):
        get_state_dict_from_hub(tmp_path / "nowhere", "model.pt")
