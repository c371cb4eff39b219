"""From a list of tokenized texts to a batch in which some tokens are masked."""

from __future__ import annotations

import random
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hezar_data import padding as pad
from hezar_data.tensors import as_tensors, check_return_tensors
from hezar_registry import InputError

IGNORED = -100


class MaskFillingDataCollator:
    """Pads rows, and masks words or tokens of them.

    Of what is chosen, 80 % becomes the mask token, 10 % another token, and 10 % stays; the labels are the tokens that were there, and
    −100 where none was chosen. At least one word of a row is chosen. Special tokens, which belong to no word, never are.

    Source: Devlin et al. 2018, *BERT*; whole words: the note of its authors of May 2019.

    Args:
        tokenizer: Its mask and padding tokens are used.
        mask_probability: The share that is chosen.
        whole_words: Choose all tokens of a word, or tokens one by one.
        seed: Choose the same of a row every time; ``None`` draws from Python's random numbers, which a run keeps and restores.
        return_tensors: ``"torch"``, ``"numpy"`` or ``"list"``.

    Raises:
        InputError: The tokenizer has no mask token, or the share is not between 0 and 1.
    """

    def __init__(
        self,
        tokenizer: Any,
        mask_probability: float = 0.15,
        whole_words: bool = True,
        seed: int | None = None,
        return_tensors: str = "torch",
    ) -> None:
        if tokenizer.mask_token_id is None:
            raise InputError(
                "This tokenizer has no mask token, so no mask can be filled. Train it with one: mask_token='[MASK]'."
            )
        if not 0 < mask_probability <= 1:
            raise InputError(f"mask_probability is a share above 0 and at most 1; found {mask_probability!r}.")
        self.tokenizer = tokenizer
        self.mask_probability = mask_probability
        self.whole_words = whole_words
        self.seed = seed
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch of `items`: ``token_ids``, ``attention_mask`` and ``labels``, (rows, length), int64."""
        masked = [self._masked(list(item["token_ids"]), item["word_ids"]) for item in items]
        width = max(len(ids) for ids, _ in masked)
        side = self.tokenizer.config.padding_side
        columns = {
            "token_ids": ([ids for ids, _ in masked], self.tokenizer.pad_token_id),
            "attention_mask": ([[1] * len(ids) for ids, _ in masked], 0),
            "labels": ([labels for _, labels in masked], IGNORED),
        }
        arrays = {name: pad.to_array(rows, width, filled, side) for name, (rows, filled) in columns.items()}
        if self.return_tensors == "list":
            return {name: array.tolist() for name, array in arrays.items()}
        return {name: as_tensors(array.astype(np.int64), self.return_tensors) for name, array in arrays.items()}

    def _masked(self, ids: list[int], word_ids: Sequence[int | None]) -> tuple[list[int], list[int]]:
        draw: Any = random
        if self.seed is not None:
            row = zlib.crc32(np.array(ids, np.int64).tobytes(), self.seed)
            draw = random.Random(row)  # noqa: S311 - nothing is kept secret
        # What is chosen together: the places of a word, or one place.
        groups: dict[int, list[int]] = {}
        for place, word in enumerate(word_ids):
            if word is not None:
                groups.setdefault(word if self.whole_words else place, []).append(place)
        chosen = [places for places in groups.values() if draw.random() < self.mask_probability]
        if not chosen and groups:
            chosen = [draw.choice(list(groups.values()))]
        labels = [IGNORED] * len(ids)
        for places in chosen:
            fate = draw.random()
            for place in places:
                labels[place] = ids[place]
                if fate < 0.8:
                    ids[place] = self.tokenizer.mask_token_id
                elif fate < 0.9:
                    ids[place] = draw.randrange(len(self.tokenizer))
        return ids, labels
