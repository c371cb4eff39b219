"""What is generated: prompts, options, and how answers are compared."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.harness import Inputs


@dataclass(frozen=True)
class Work:
    """What all sides of a benchmark do.

    Attributes:
        model: The input that holds it, ``"gpt2_small"`` or ``"t5_base"``.
        many: Whether there are several prompts, of 8 to 40 tokens; otherwise there is one, of 16.
        beams: Of beam search, with the options that published configs of GPT-2 have; 1 takes the most probable token.
    """

    model: str
    many: bool = False
    beams: int = 1

    @property
    def has_encoder(self) -> bool:
        return self.model == "t5_base"

    @property
    def name(self) -> str:
        return "T5-base" if self.has_encoder else "GPT-2 small"

    def new_tokens(self, inputs: Inputs) -> int:
        """Return how many tokens each row gets, neither more nor fewer."""
        return inputs.size(64, quick=16)

    def prompts(self, inputs: Inputs) -> list[list[int]]:
        """Return the prompts as token ids."""
        chance = random.Random(8)
        count = inputs.size(8, quick=4, full=8 if self.beams > 1 else 32) if self.many else 1
        lengths = [8 + int(chance.random() * 33) for _ in range(count)] if self.many else [16]
        end = [1] if self.has_encoder else []
        # Both models have these tokens, and none of them is special.
        return [[100 + int(chance.random() * 30_000) for _ in range(length - len(end))] + end for length in lengths]

    def options(self, inputs: Inputs) -> dict[str, Any]:
        """Return the options of `generate`, as ours and transformers name them."""
        new = self.new_tokens(inputs)
        options = {"min_new_tokens": new, "max_new_tokens": new, "num_beams": self.beams}
        if self.beams == 1:
            return options | {"no_repeat_ngram_size": 0}
        return options | {"no_repeat_ngram_size": 3, "early_stopping": True, "length_penalty": 2.0}


def padded(rows: Sequence[Sequence[int]], fill: int, *, left: bool = False) -> tuple[Any, Any]:
    """Return rows as a tensor of one length, and the mask that tells tokens from padding."""
    import torch

    longest = max(map(len, rows))

    def fit(row: Sequence[int], padding: int) -> list[int]:
        rest = [padding] * (longest - len(row))
        return [*rest, *row] if left else [*row, *rest]

    return torch.tensor([fit(row, fill) for row in rows]), torch.tensor([fit([1] * len(row), 0) for row in rows])


def agreement(ours: Sequence[Sequence[int]], theirs: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return the share of rows that are equal, and the share of tokens before the rows part."""
    pairs = list(zip(ours, theirs, strict=True))
    before = [next((i for i, (x, y) in enumerate(zip(*pair, strict=True)) if x != y), len(pair[1])) for pair in pairs]
    return {
        "equal rows": sum(a == b for a, b in pairs) / len(pairs),
        "equal tokens": sum(before) / sum(map(len, theirs)),
    }


def weights_per_token(inputs: Inputs, work: Work) -> int:
    """Return how many weights are read for a token: the matrices of the decoder and its head.

    Tables of embeddings are not read as a whole, and an encoder's states are projected once.
    """
    from safetensors import safe_open

    total = 0
    with safe_open(inputs.path(work.model) / "transformers" / "model.safetensors", "np") as file:
        for name in file.keys():  # noqa: SIM118 - a file is no mapping
            rows, *columns = file.get_slice(name).get_shape()
            if columns and _is_read(name):
                total += rows * columns[0]
    return total


def _is_read(name: str) -> bool:
    if name.startswith("transformer."):  # GPT-2, whose head is its table of words
        return name != "transformer.wpe.weight"
    once = any(part in name for part in ("EncDecAttention.k", "EncDecAttention.v", "relative_attention_bias"))
    return name.startswith(("decoder.block", "lm_head")) and not once
