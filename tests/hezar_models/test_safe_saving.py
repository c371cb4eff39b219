"""Models on disks that are full, and in folders that others save to meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from hezar_hub import SaveError
from hezar_models import Model
from tiny_models import tiny_model


@pytest.fixture
def full_disk() -> Iterator[None]:
    """This process cannot write files as large as the weights of a model."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**12, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_a_full_disk_is_a_save_error_and_the_old_model_is_whole(filename: str, tmp_path: Path, full_disk: None) -> None:
    new = tiny_model("bert", seed=2)
    with pytest.raises(SaveError, match="unchanged"):
        new.save(tmp_path / "m", filename=filename)
    assert not (tmp_path / "m").exists()


def test_a_load_during_saves_sees_one_of_them(tmp_path: Path) -> None:
    models = [tiny_model("bert_text_classification", seed=seed) for seed in (1, 2)]
    for number, model in enumerate(models):
        model.config.id2label = dict.fromkeys(model.config.id2label, str(number))
    key = next(name for name, tensor in models[0].state_dict().items() if tensor.is_floating_point())
    models[0].save(tmp_path)
    loads: list[str] = []
    errors: list[BaseException] = []

    def load() -> None:
        try:
            for _ in range(4):
                found = Model.load(tmp_path)
                label = next(iter(found.config.id2label.values()))
                torch.testing.assert_close(found.state_dict()[key], models[int(label)].state_dict()[key])
                loads.append(label)
        except BaseException as error:
            errors.append(error)

    loader = threading.Thread(target=load)
    loader.start()
    number = 0
    while loader.is_alive():
        number += 1
        models[number % 2].save(tmp_path)
    loader.join()
    assert errors == []
    assert len(loads) == 4
