"""One vector for each text, from the hidden states of an encoder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray

from hezar_models.prediction.engine import Engine, PredictOptions
from hezar_models.prediction.examples import Encoded, Example
from hezar_models.tasks.text import TextModel
from hezar_registry import InputError, suggest

if TYPE_CHECKING:
    from hezar_models.tasks.text_encoder import TextEncoderModel

Pooling = Literal["mean", "cls"]


def sentence_vectors(
    model: TextEncoderModel, inputs: Any, pooling: Pooling, normalize: bool, encode: Mapping[str, Any], **options: Any
) -> Iterator[NDArray[np.float32]]:
    """Yield the vector of each text, in order; see `TextEncoderModel.embed`."""
    if pooling not in ("mean", "cls"):
        raise InputError(f"pooling is 'mean' or 'cls'; found {pooling!r}.{suggest(str(pooling), ('mean', 'cls'))}")
    asked = PredictOptions(encode=encode, compute={"apply_head": False}, post_process=False, **options)
    texts = model.as_list(inputs)
    total = len(texts) if isinstance(texts, (list, tuple)) else None
    return _VectorEngine(model, asked, pooling, normalize).predict(texts, total=total)


@dataclass
class _VectorEngine(Engine):
    """Gives a vector for each text, batch by batch, so that no hidden states are kept."""

    pooling: Pooling = "mean"
    normalize: bool = True

    def _encoded(self, inputs: list[Any]) -> Sequence[Encoded | InputError]:
        # That of any text: some tasks want more of one, such as a mask to fill.
        return TextModel.encode(cast("TextModel", self.model), inputs, **self.options.encode)

    def _batches(self, items: Mapping[Any, Example]) -> Iterator[tuple[list[Any], Any]]:
        for keys, outputs in super()._batches(items):
            yield keys, {"last_hidden_state": outputs["last_hidden_state"]}

    def results(self, outputs: Any, infos: Sequence[Any]) -> Sequence[NDArray[np.float32]]:
        vectors: list[NDArray[np.float32]] = []
        for row in self.model.split(outputs, infos):
            hidden = row["last_hidden_state"].flatten(0, -2).float()  # (length, hidden)
            vector = hidden.mean(0) if self.pooling == "mean" else hidden[0]
            if self.normalize:
                vector = torch.nn.functional.normalize(vector, dim=0)
            vectors.append(vector.cpu().numpy())
        return vectors
