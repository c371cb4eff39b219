"""Replay of golden cases: every call that Hezar 1.0.0 answered, made again on our object and compared.

A case is a folder of ``tests/golden`` with ``case.json`` (what it is), ``expected.json`` (the calls, in order),
``tensors.safetensors`` (float tensors the calls refer to), and the files its objects are loaded from::

    @pytest.mark.parametrize("case", cases("tokenizer"), ids=case_id)
    def test_golden(case):
        replay(case, lambda folder, init: Tokenizer.load(folder, **init))

Where upstream's answer is a known bug, its ``want`` is compared, or the call is left out when there is none.
"""

from __future__ import annotations

import json
import math
import wave
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

GOLDEN = Path(__file__).parent / "golden"

Tensors = Mapping[str, np.ndarray]
MakeObject = Callable[[Path, dict[str, Any]], Any]
Call = Callable[[Any, str, list[Any], dict[str, Any]], Any]


# Cases ---------------------------------------------------------------------------------------------------------


def cases(kind: str, **required: Any) -> list[Path]:
    """Return the folders of all cases of `kind`; `required` are entries their ``case.json`` must have too."""
    wanted = {"kind": kind, **required}
    folders = sorted(path.parent for path in GOLDEN.glob("*/case.json"))
    return [folder for folder in folders if wanted.items() <= meta(folder).items()]


def case_id(case: Path) -> str:
    """Return the name of a case, for ``ids=`` of `pytest.mark.parametrize`."""
    return case.name


def meta(case: Path) -> dict[str, Any]:
    """Return the contents of ``case.json``."""
    return json.loads((case / "case.json").read_text(encoding="utf-8"))


def tolerance(case: Path) -> dict[str, float]:
    """Return ``atol`` and ``rtol`` of a case."""
    own = meta(case).get("tolerance", {})
    return {"atol": own.get("atol", 1e-6), "rtol": own.get("rtol", 1e-5)}


def load_tensors(case: Path) -> Tensors:
    """Return the named tensors of a case as numpy arrays."""
    from safetensors.numpy import load_file

    path = case / "tensors.safetensors"
    return load_file(path) if path.exists() else {}


# Replay --------------------------------------------------------------------------------------------------------


def default_call(obj: Any, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Make one call: a property is read, a method called."""
    target = getattr(obj, method)
    return target(*args, **kwargs) if callable(target) else target


def replay(
    case: Path,
    make_object: MakeObject,
    call: Call = default_call,
    deviations: Mapping[tuple[str, int], str] | None = None,
) -> int:
    """Make the calls of a case in order and compare each answer.

    Args:
        case: The folder of the case.
        make_object: Builds an object from a folder of the case and the ``init`` options of the call. Calls that name
            the same folder and options share one object.
        call: Makes one call.
        deviations: ``{(case name, call id): reason}`` of calls on which our design differs from upstream on purpose.
            They are left out here; a test of ours must check what we do instead.

    Returns:
        The number of calls compared.

    Raises:
        AssertionError: Lists every call that differs, with the place of the difference.
    """
    info, tensors = meta(case), load_tensors(case)
    skipped = {call_id for name, call_id in deviations or () if name == case.name}
    objects: dict[str, Any] = {}
    failures: list[str] = []
    compared = 0
    calls = json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]
    unknown = skipped - {recorded["id"] for recorded in calls}
    assert not unknown, f"{case.name}: deviations name calls that do not exist: {sorted(unknown)}"
    for recorded in calls:
        is_bug = "upstream_bug" in recorded
        if recorded["id"] in skipped or (is_bug and "want" not in recorded):
            continue
        folder = case / recorded.get("object", info.get("object", "model"))
        key = json.dumps([str(folder), recorded.get("init", {})], sort_keys=True)
        args = decode(recorded["args"], case, tensors)
        kwargs = decode(recorded["kwargs"], case, tensors)
        compared += 1
        try:
            if key not in objects:
                objects[key] = make_object(folder, decode(recorded.get("init", {}), case, tensors))
            expected = recorded["want"] if is_bug else recorded.get("output")
            if "raises" in recorded and not is_bug:
                _assert_raises(lambda: call(objects[key], recorded["method"], args, kwargs), recorded["raises"])  # noqa: B023
            else:
                got = call(objects[key], recorded["method"], args, kwargs)
                assert_matches(got, expected, tensors, **tolerance(case))
        except Exception as error:  # all differences of a case are reported together
            label = f" ({recorded['label']})" if "label" in recorded else ""
            failures.append(f"call {recorded['id']}, {recorded['method']}{label}: {type(error).__name__}: {error}")
    assert not failures, f"{case.name}: {len(failures)} of {compared} calls differ\n" + "\n".join(failures)
    return compared


def _assert_raises(action: Callable[[], Any], expected: Mapping[str, str]) -> None:
    try:
        got = action()
    except Exception as error:
        names = {ancestor.__name__ for ancestor in type(error).__mro__}
        if expected["type"] not in names:
            raise
        return
    raise AssertionError(f"expected {expected['type']} ({expected['message']!r}); got the answer {_short(got)}")


# Comparing -----------------------------------------------------------------------------------------------------


def assert_matches(
    got: Any, expected: Any, tensors: Tensors, atol: float = 1e-6, rtol: float = 1e-5, where: str = "output"
) -> None:
    """Compare an answer with a recorded one, in which arrays, tensors and objects are written as ``{"$...": …}``.

    Raises:
        AssertionError: Says where they differ.
    """

    def check(condition: bool, what: Any) -> None:
        if not condition:
            raise AssertionError(f"{where}: expected {_short(what)}, got {_short(got)}")

    if isinstance(expected, Mapping):
        if "$array" in expected or "$tensor" in expected:
            _assert_array(got, expected, tensors, atol, rtol, where)
        elif "$float" in expected:
            number = float(expected["$float"])
            check(got == number or (math.isnan(number) and math.isnan(got)), number)
        elif "$pil" in expected:
            check((got.mode, list(got.size)) == (expected["$pil"], list(expected["size"])), expected)
        elif "$output" in expected:
            check(type(got).__name__ == expected["$output"], expected["$output"])
            for field, value in expected.items():
                if field != "$output":
                    assert_matches(getattr(got, field, None), value, tensors, atol, rtol, f"{where}.{field}")
        else:
            check(isinstance(got, Mapping), expected)
            by_text = {str(key): value for key, value in got.items()}  # JSON has text keys only
            check(by_text.keys() == expected.keys(), f"the keys {list(expected)}")
            for key, value in expected.items():
                assert_matches(by_text[key], value, tensors, atol, rtol, f"{where}.{key}")
    elif isinstance(expected, list):
        check(isinstance(got, (list, tuple)) and len(got) == len(expected), expected)
        for index, value in enumerate(expected):
            assert_matches(got[index], value, tensors, atol, rtol, f"{where}[{index}]")
    elif isinstance(expected, float):
        check(
            isinstance(got, (int, float, np.number)) and math.isclose(got, expected, rel_tol=rtol, abs_tol=atol),
            expected,
        )
    else:
        check(got == expected and isinstance(got, bool) == isinstance(expected, bool), expected)


def _assert_array(
    got: Any, expected: Mapping[str, Any], tensors: Tensors, atol: float, rtol: float, where: str
) -> None:
    container = expected.get("container")
    if container is not None:
        found = type(got).__module__.partition(".")[0].replace("builtins", "list")
        assert found == container, f"{where}: expected a {container} array, got {_short(got)}"
    array = got.detach().cpu().numpy() if hasattr(got, "detach") else np.asarray(got)
    value = np.asarray(decode(dict(expected) | {"container": "numpy"}, GOLDEN, tensors))
    assert array.shape == value.shape, f"{where}: expected shape {value.shape}, got {array.shape}"
    if container != "list" and "dtype" in expected:
        assert str(array.dtype) == expected["dtype"], f"{where}: expected dtype {expected['dtype']}, got {array.dtype}"
    if np.issubdtype(value.dtype, np.floating):
        worst = np.max(np.abs(array - value), initial=0.0)
        same = np.allclose(array, value, rtol=rtol, atol=atol, equal_nan=True)
        assert same, f"{where}: differs by up to {worst:.3g} (atol {atol}, rtol {rtol})"
    else:
        assert np.array_equal(array, value), f"{where}: expected {_short(value.tolist())}, got {_short(array.tolist())}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 300 else text[:297] + "..."


# Decoding ------------------------------------------------------------------------------------------------------


def decode(value: Any, case: Path, tensors: Tensors) -> Any:
    """Turn a recorded value into the real one: arrays, tensors, pictures and sounds included."""
    if isinstance(value, Mapping):
        if "$array" in value or "$tensor" in value:
            return _decode_array(value, tensors)
        if "$float" in value:
            return float(value["$float"])
        if "$image" in value:
            return _decode_image(case / value["$image"], value["as"])
        if "$audio" in value:
            return _decode_audio(case / value["$audio"], value["as"])
        return {key: decode(item, case, tensors) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item, case, tensors) for item in value]
    return value


def _decode_array(value: Mapping[str, Any], tensors: Tensors) -> Any:
    if "$array" in value:
        array = np.asarray(value["$array"], dtype=value.get("dtype")).reshape(value["shape"])
    else:
        array = tensors[value["$tensor"]]
        array = array[value["index"]] if "index" in value else array
    match value.get("container", "numpy"):
        case "list":
            return array.tolist()
        case "torch":
            import torch

            return torch.from_numpy(array.copy())
        case _:
            return array


def _decode_image(path: Path, form: str) -> Any:
    if form == "path":
        return str(path)
    from PIL import Image

    with Image.open(path) as image:
        image.load()
    if form == "pil":
        return image
    array = np.asarray(image)
    if form.endswith("_chw"):
        array = array.transpose(2, 0, 1)
    if form.startswith("torch"):
        import torch

        return torch.from_numpy(array.copy())
    return array


def _decode_audio(path: Path, form: str) -> str | Sequence[float] | np.ndarray:
    if form == "path":
        return str(path)
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2") / 32768
    if form == "list":
        return samples.astype(np.float32).tolist()
    return samples.astype(form.removeprefix("numpy_"))
