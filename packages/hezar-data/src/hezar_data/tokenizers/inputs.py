"""What a tokenizer may be called with, and what is said about anything else."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from hezar_data.inputs import advice, describe, one_or_many
from hezar_registry import InputError


def as_batch(inputs: Any, is_split_into_words: bool) -> tuple[list[Any], bool]:
    """Return the inputs as a list of texts (or word lists), and whether a single one was given.

    A tuple of two texts is one pair. The items themselves are not looked at here: the tokenizer does that anyway, and
    `describe_problem` explains what it refuses.

    Raises:
        InputError: There is nothing to tokenize, or it cannot be a batch.
    """
    if getattr(inputs, "ndim", None) == 0:
        inputs = inputs.item()
    if isinstance(inputs, str) and is_split_into_words:
        raise InputError("is_split_into_words=True wants a list of words or a list of such lists; found a text.")
    if isinstance(inputs, tuple) and not is_split_into_words and len(inputs) != 2:
        raise InputError(f"A tuple is one pair of texts; found {len(inputs)} items. Give several texts as a list.")
    items, single = one_or_many(
        inputs,
        lambda value: isinstance(value, str) or (isinstance(value, tuple) and not is_split_into_words),
        "A tokenizer takes a text, a list of texts or a list of pairs of texts",
    )
    if not items:
        raise InputError("Tokenizer cannot process an empty list!")
    if is_split_into_words and isinstance(items[0], str):
        return [items], True
    return items, single


def as_list(values: Any) -> Any:
    """Return an array or a tensor as lists and numbers, and anything else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def as_id_rows(ids: Any) -> list[list[int]]:
    """Return token ids as rows: from a number, a row or a batch of rows, as lists, arrays or tensors.

    Raises:
        InputError: These are not token ids.
    """
    values = as_list(ids)
    values = [values] if isinstance(values, int) else values
    try:
        if isinstance(values, Mapping):
            raise TypeError("a mapping has no order")
        rows = [as_list(row) for row in values]
        if all(isinstance(row, int) for row in rows):
            rows = [rows]
        return [[operator.index(token_id) for token_id in row] for row in rows]
    except TypeError as error:
        raise InputError(
            f"Token ids are wanted: a list of them or a list of lists; found {describe(ids)} ({error})."
        ) from error


def describe_problem(batch: list[Any], is_split_into_words: bool) -> str | None:
    """Return which item of a batch cannot be tokenized and why; ``None`` when all can."""
    for index, item in enumerate(batch):
        problem = _problem_of_words(item) if is_split_into_words else _problem_of_text(item)
        if problem:
            return f"item {index} {problem}"
    return None


def _problem_of_text(item: Any) -> str | None:
    if isinstance(item, str):
        return _problem_of_str(item)
    if not isinstance(item, (list, tuple)):
        return f"is {describe(item)}, not a text{advice(item)}"
    if len(item) != 2:
        return (
            f"is a list of {len(item)}; a pair has two texts. For texts that are split into words, "
            "pass is_split_into_words=True."
        )
    for place, part in zip(("first", "second"), item, strict=True):
        problem = _problem_of_str(part) if isinstance(part, str) else f"is {describe(part)}, not a text{advice(part)}"
        if problem:
            return f"is a pair whose {place} text {problem}"
    return None


def _problem_of_words(item: Any) -> str | None:
    if not isinstance(item, (list, tuple)):
        return f"is {describe(item)}, not a list of words"
    for index, word in enumerate(item):
        problem = _problem_of_str(word) if isinstance(word, str) else f"is {describe(word)}, not a text{advice(word)}"
        if problem:
            return f"has a word at {index} that {problem}"
    return None


def _problem_of_str(text: str) -> str | None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return (
            f"has half a surrogate pair, {text[error.start]!r}, at character {error.start}: not valid Unicode. "
            'Clean it with text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").'
        )
    return None
