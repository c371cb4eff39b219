"""Batches as dictionaries of columns, and rows of token ids: the small steps between a dataset and a model.

What takes or gives torch tensors imports torch only when there are some.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from numbers import Number
from typing import Any, TypeVar

import numpy as np

from hezar_data.padding import pad_rows, padded_width, resolve
from hezar_data.tensors import is_tensor, to_numpy
from hezar_registry import InputError, InputKeyError, InputTypeError, require
from hezar_registry.checks import whole_number

BatchT = TypeVar("BatchT", bound=MutableMapping[str, Any])

IGNORED_LABEL = -100
"""The label of a token that the loss leaves out."""


# Dictionaries --------------------------------------------------------------------------------------------------


def permute_dict_list(dict_list: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn a list of rows into one dictionary of columns.

    Args:
        dict_list: The rows. The columns are the keys of the first.

    Raises:
        InputKeyError: A row lacks one of them.
        InputTypeError: There are no rows, but something else.

    Example:
        >>> permute_dict_list([{"text": "سلام", "label": 1}, {"text": "بد", "label": 0}])
        {'text': ['سلام', 'بد'], 'label': [1, 0]}
    """
    try:
        rows = list(dict_list)
        return {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
    except KeyError as error:
        raise InputKeyError(f"A row has no key {error}; all rows must have the keys of the first.") from error
    except TypeError as error:
        raise InputTypeError(f"Expected a list of dictionaries ({error}).") from error


def flatten_dict(dict_config: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return the values of nested dictionaries in one plain dictionary, under their own keys.

    A plain dictionary, not the ``DictConfig`` of OmegaConf that Hezar 1.0.0 returned. Of a key that occurs twice, the
    last value stays. Lists stay as they are.

    Example:
        >>> flatten_dict({"a": 1, "b": {"c": 2, "d": {"e": 3}}})
        {'a': 1, 'c': 2, 'e': 3}
    """
    if not isinstance(dict_config, Mapping):
        raise InputTypeError(f"Expected a dictionary; found {type(dict_config).__name__}.")
    flat: dict[Any, Any] = {}
    for key, value in dict_config.items():
        flat.update(flatten_dict(value) if isinstance(value, Mapping) else {key: value})
    return flat


def get_non_numeric_keys(d: Mapping[str, Any], batched: bool = True) -> list[str]:
    """Return the keys whose rows hold other things than numbers, so that they make no tensor as they are.

    The first item of the first row decides.

    Args:
        d: Columns: lists of rows, each row a list.
        batched: Whether there are rows; with ``False`` each value is itself a row.

    Example:
        >>> get_non_numeric_keys({"token_ids": [[1, 2]], "tokens": [["سلام"]]})
        ['tokens']
    """
    rows = {key: _first(value) if batched else value for key, value in d.items()}
    return [key for key, row in rows.items() if isinstance(row, list) and row and not isinstance(row[0], Number)]


def _first(column: Any) -> Any:
    return column[0] if isinstance(column, Sequence) and column else None


# Conversions ---------------------------------------------------------------------------------------------------


def convert_batch_dict_dtype(
    batch_dict: BatchT, dtype: str | None = "list", skip_keys: Collection[str] | None = None
) -> BatchT:
    """Convert the columns of a batch, in place.

    Args:
        batch_dict: Columns by name.
        dtype: ``"list"`` turns arrays and tensors into lists, ``"numpy"`` lists and tensors into arrays, ``"torch"``
            lists and arrays into tensors. With ``None`` or anything else, nothing changes.
        skip_keys: Columns to leave as they are.

    Returns:
        `batch_dict` itself. Columns of other types, such as ``None`` and tuples, stay.

    Raises:
        InputError: A list makes no array: its rows differ in length, or for torch, hold texts. Nothing is changed then.
        MissingExtraError: Torch is requested and not installed.

    Example:
        >>> convert_batch_dict_dtype({"token_ids": [[1, 2]]}, "numpy")["token_ids"].shape
        (1, 2)
    """
    if not isinstance(batch_dict, MutableMapping):
        raise InputTypeError(f"Expected a dictionary of columns; found {type(batch_dict).__name__}.")
    skipped = [skip_keys] if isinstance(skip_keys, str) else skip_keys or ()
    convert = {"list": _to_list, "numpy": _to_numpy, "torch": _to_torch}.get(dtype or "")
    if convert is not None:
        converted: dict[str, Any] = {}
        for key, value in batch_dict.items():
            if key not in skipped:
                try:
                    converted[key] = convert(value)
                except (ValueError, TypeError, RuntimeError) as error:
                    raise InputError(
                        f"{key!r} cannot be converted with dtype={dtype!r}: {error}. Pad its rows, or leave it as it is "
                        f"with skip_keys=[{key!r}]."
                    ) from error
        batch_dict.update(converted)
    return batch_dict


def torch2numpy(*args: Any) -> list[Any]:
    """Return the arguments, with every torch tensor as a NumPy array on the CPU; bfloat16 becomes float32.

    Example:
        >>> torch2numpy(torch.ones(2), "label")
        [array([1., 1.], dtype=float32), 'label']
    """
    return [to_numpy(value) if is_tensor(value) else value for value in args]


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or is_tensor(value)


def _to_list(value: Any) -> Any:
    return value.tolist() if _is_array(value) else value


def _to_numpy(value: Any) -> Any:
    if isinstance(value, list):
        return np.asarray([to_numpy(row) if is_tensor(row) else row for row in value])
    return to_numpy(value) if is_tensor(value) else value


def _to_torch(value: Any) -> Any:
    if isinstance(value, (list, np.ndarray)):
        torch = require("torch", extra="hezar-models", purpose="dtype='torch'")
        return torch.tensor(_to_numpy(value) if any(map(_is_array, value)) else value)
    return value


# Rows of token ids ---------------------------------------------------------------------------------------------


def resolve_inputs_length_for_padding(
    inputs: Iterable[Iterable[Any]],
    padding: bool | str | None = None,
    max_length: int | None = None,
    truncation: bool | None = True,
) -> int:
    """Return the length that `pad_batch_items` pads rows to.

    Args:
        inputs: The rows.
        padding: ``"longest"`` or ``"max_length"``; default is ``"max_length"`` when a length is given, else
            ``"longest"``.
        max_length: Length to pad to; ``"longest"`` never exceeds it.
        truncation: Whether ``"max_length"`` may be shorter than the longest row. Without it, that row decides.

    Raises:
        InputError: There are no rows, or an option makes no sense.

    Example:
        >>> resolve_inputs_length_for_padding([[1, 2, 3], [4]], max_length=2)
        2
    """
    return _width(_as_rows(inputs), padding, max_length, truncation)


def pad_batch_items(
    inputs: Iterable[Iterable[Any]],
    padding: bool | str | None = None,
    padding_side: str = "right",
    pad_id: Any = 0,
    max_length: int | None = None,
    truncation: bool | None = True,
) -> list[list[Any]]:
    """Pad rows to one length; longer ones are truncated.

    Args:
        inputs: The rows: lists, arrays or tensors of one dimension.
        padding: See `resolve_inputs_length_for_padding`.
        padding_side: ``"right"`` or ``"left"``.
        pad_id: What short rows are padded with.
        max_length: See `resolve_inputs_length_for_padding`.
        truncation: See `resolve_inputs_length_for_padding`.

    Returns:
        New lists; `inputs` stay as they are.

    Raises:
        InputError: There are no rows, or an option makes no sense.

    Example:
        >>> pad_batch_items([[1, 2, 3], [4]], padding_side="left")
        [[1, 2, 3], [0, 0, 4]]
    """
    if padding_side not in ("right", "left"):
        raise InputError(f"padding_side is 'right' or 'left'; found {padding_side!r:.100}.")
    rows = _as_rows(inputs)
    width = _width(rows, padding, max_length, truncation)
    return pad_rows([row[:width] for row in rows], width, pad_id, padding_side)


def _width(rows: list[list[Any]], padding: bool | str | None, max_length: int | None, truncation: bool | None) -> int:
    if resolve(padding, "longest") == "no_padding":
        raise InputError(f"Padding rows takes padding='longest' or 'max_length'; found {padding!r}.")
    if max_length is not None:
        max_length = whole_number("max_length", max_length, at_least=0)
    return padded_width(max(map(len, rows)), padding, max_length, bool(truncation))


def _as_rows(inputs: Any) -> list[list[Any]]:
    try:
        rows = [row.tolist() if hasattr(row, "tolist") else list(row) for row in inputs]
    except TypeError as error:
        raise InputTypeError(f"Expected a list of rows of token ids ({error}).") from error
    if not rows:
        raise InputError("There are no rows to pad: the batch is empty.")
    return rows


def shift_tokens_right(token_ids: Any, pad_token_id: int, decoder_start_token_id: int) -> Any:
    """Make the input of a decoder of its labels: put the start token first and drop the last.

    Args:
        token_ids: Token ids, ``(batch, length)``: a list of lists, an integer array or a tensor.
        pad_token_id: Takes the place of -100, the label that the loss leaves out.
        decoder_start_token_id: The start token.

    Returns:
        New ids of the same kind and shape.

    Raises:
        InputTypeError: `token_ids` are of another kind, or one of the ids is not a whole number.

    Example:
        >>> shift_tokens_right([[5, 6, 7], [8, -100, -100]], pad_token_id=1, decoder_start_token_id=2)
        [[2, 5, 6], [2, 8, 1]]
    """
    for name, value in (("pad_token_id", pad_token_id), ("decoder_start_token_id", decoder_start_token_id)):
        if not hasattr(value, "__index__"):
            raise InputTypeError(f"{name} is a whole number; found {value!r:.100}.")
    if _is_array(token_ids) and token_ids.ndim:
        shifted = token_ids.clone() if is_tensor(token_ids) else token_ids.copy()
        shifted[..., 1:] = token_ids[..., :-1]
        shifted[..., :1] = decoder_start_token_id
        shifted[shifted == IGNORED_LABEL] = pad_token_id
        return shifted
    if isinstance(token_ids, list) and all(isinstance(row, Sequence) or _is_array(row) for row in token_ids):
        rows = [[decoder_start_token_id, *row][: len(row)] for row in token_ids]
        return [[pad_token_id if token == IGNORED_LABEL else token for token in row] for row in rows]
    raise InputTypeError(
        f"Token ids are a list of lists, an array or a tensor of the shape (batch, length); found {token_ids!r:.100}."
    )
