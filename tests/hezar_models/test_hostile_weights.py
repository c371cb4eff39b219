"""Weights files that ask for what they do not hold."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from hezar_models import UnsafeWeightsError, WeightsError, WeightsFileError
from hezar_models.weights.files import read_weights

WEIGHTS = {"a.weight": torch.arange(12.0).view(3, 4), "a.bias": torch.ones(3), "steps": torch.tensor(7)}


def saved(weights: Any, *, zipped: bool = True) -> bytes:
    buffer = io.BytesIO()
    torch.save(weights, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def read(content: bytes, folder: Path) -> dict[str, Tensor]:
    path = folder / "model.pt"
    path.write_bytes(content)
    return read_weights(path)


def repacked(content: bytes, change: Callable[[str, bytes], bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """Return the archive with its entries changed, written anew."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", compression) as new:
        for name in source.namelist():
            new.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def with_pickle(described: bytes) -> bytes:
    return repacked(saved(WEIGHTS), lambda name, old: described if name.endswith("data.pkl") else old)


class Call:
    """Pickles as the call of a function."""

    def __init__(self, function: Any, *args: Any) -> None:
        self.call = function, args

    def __reduce__(self) -> Any:
        return self.call


# What is read ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_of_every_kind_come_back(zipped: bool, tmp_path: Path) -> None:
    shared = torch.randn(4, 6)
    weights = {
        **WEIGHTS,
        "empty": torch.zeros(0, 3),
        "half": torch.randn(5).half(),
        "brain": torch.randn(5).bfloat16(),
        "yes": torch.tensor([True, False]),
        "part": shared[1:3],
        "turned": shared.t(),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "complex": torch.ones(2, dtype=torch.complex64),
    }
    found = read(saved(OrderedDict(weights), zipped=zipped), tmp_path)
    assert list(found) == list(weights)
    for name, tensor in weights.items():
        assert found[name].dtype == tensor.dtype
        assert torch.equal(found[name], tensor.detach()), name
        assert found[name].stride() == tensor.stride()
    assert found["part"].untyped_storage().data_ptr() == found["turned"].untyped_storage().data_ptr()


def test_changing_a_tensor_leaves_the_file_alone(tmp_path: Path) -> None:
    content = saved(WEIGHTS)
    read(content, tmp_path)["a.bias"].zero_()
    assert (tmp_path / "model.pt").read_bytes() == content


def test_an_archive_written_anew_without_alignment_is_read(tmp_path: Path) -> None:
    found = read(repacked(saved(WEIGHTS), lambda _, old: old), tmp_path)
    assert all(torch.equal(found[name], tensor) for name, tensor in WEIGHTS.items())


# What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("only", ["", "data.pkl", "data/0"])
def test_compressed_entries_are_refused(only: str, tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(WEIGHTS))) as source, zipfile.ZipFile(target, "w") as new:
        for name in source.namelist():
            kind = zipfile.ZIP_DEFLATED if name.endswith(only) else zipfile.ZIP_STORED
            new.writestr(name, source.read(name), kind)
    with pytest.raises(WeightsFileError, match="compressed"):
        read(target.getvalue(), tmp_path)


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.zeros(2, device="meta"),
        lambda: torch.eye(3).to_sparse(),
        lambda: torch.eye(3).to_sparse_csr(),
        lambda: torch.quantize_per_tensor(torch.ones(4), 0.1, 0, torch.qint8),
    ],
    ids=["meta", "sparse", "csr", "quantized"],
)
@pytest.mark.filterwarnings("ignore")  # torch says of some of them that they are experimental
def test_what_is_no_plain_tensor_is_refused(make: Callable[[], Tensor], tmp_path: Path) -> None:
    with pytest.raises(WeightsFileError, match="plain tensors"):
        read(saved({"w": make()}), tmp_path)


@pytest.mark.parametrize(
    "call",
    [Call(bytearray, 10**13), Call(torch.FloatTensor, 10**13), Call(torch.empty, 10**13), Call(torch.Size, [10**13])],
    ids=["bytearray", "FloatTensor", "empty", "Size"],
)
def test_nothing_is_called_that_could_ask_for_memory(call: Call, tmp_path: Path) -> None:
    with pytest.raises(UnsafeWeightsError, match="Nothing was executed"):
        read(with_pickle(pickle.dumps({"w": call}, protocol=2)), tmp_path)


def described(numel: int, size: tuple[int, ...], stride: tuple[int, ...], offset: int = 0, key: str = "0") -> bytes:
    """Return a pickle of one tensor over a storage of 48 bytes."""

    marker = object()

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> Any:
            return ("storage", torch.FloatStorage, key, "cpu", numel) if obj is marker else None

    buffer = io.BytesIO()
    rebuild = torch._utils._rebuild_tensor_v2  # pyright: ignore[reportAttributeAccessIssue]
    Pickler(buffer, protocol=2).dump({"w": Call(rebuild, marker, offset, size, stride, False, OrderedDict())})
    return buffer.getvalue()


def test_a_tensor_that_fits_its_storage_is_made_of_it(tmp_path: Path) -> None:
    found = read(with_pickle(described(12, (2, 5), (6, 1), 1)), tmp_path)["w"]
    assert found.tolist() == [[1.0, 2, 3, 4, 5], [7, 8, 9, 10, 11]]


@pytest.mark.parametrize(
    "asked",
    [
        (25 * 10**11, (25 * 10**11,), (1,)),
        (12, (25 * 10**11,), (1,)),
        (12, (10**6, 10**6), (0, 0)),
        (12, (13,), (1,)),
        (12, (3, 4), (5, 1)),
        (12, (2,), (1,), 11),
        (12, (2,), (1,), 2**70),
        (12, (1,), (1,), 0, "absent"),
        (12, (2, 2), (1,)),
        (12, (-1,), (1,)),
        (12, (2,), (-1,), 5),
        (-12, (2,), (1,)),
    ],
)
def test_a_tensor_that_the_file_does_not_hold_is_an_error(asked: Any, tmp_path: Path) -> None:
    with pytest.raises(WeightsFileError, match=r"model\.pt"):
        read(with_pickle(described(*asked)), tmp_path)


def test_parts_that_overlap_are_refused(tmp_path: Path) -> None:
    content = bytearray(saved(WEIGHTS))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, second = (archive.getinfo(name) for name in ("archive/data/0", "archive/data/1"))
    # In the directory at the end, the second entry begins where the first one does.
    place = content.rindex(b"archive/data/1") - 46 + 42
    assert content[place : place + 4] == second.header_offset.to_bytes(4, "little")
    content[place : place + 4] = first.header_offset.to_bytes(4, "little")
    with pytest.raises(WeightsError):
        read(bytes(content), tmp_path)


@pytest.mark.parametrize(
    "opcodes",
    [
        b"\x80\x02Nr\xff\xff\xff\x7f.",  # a memo of two billion places
        b"\x80\x05\x96\x00\x00\x00\x00\x00\xa0\x72\x4e.",  # a bytearray that is longer than the machine
        b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f.",  # a frame of eight exabytes
        b"\x80\x02(((((((((.",
        b"\x80\x02" + b"]" * 100_000 + b".",
    ],
)
def test_pickles_that_ask_for_memory_end_in_an_error(opcodes: bytes, tmp_path: Path) -> None:
    with pytest.raises(WeightsError):
        read(with_pickle(opcodes), tmp_path)


@pytest.mark.parametrize("zipped", [True, False])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_damage_anywhere_is_an_error_or_does_no_harm(zipped: bool, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(saved(WEIGHTS, zipped=zipped))
    places = data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4))
    for place in places:
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(content))))
    try:
        found = read(bytes(content[:cut]), tmp_path)
    except WeightsError:
        return
    assert all(tensor.device.type == "cpu" and tensor.numel() <= len(content) for tensor in found.values())
    assert all(tensor.sum().numel() == 1 for tensor in found.values())  # every element can be read
