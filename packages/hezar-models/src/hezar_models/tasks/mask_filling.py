"""Mask filling: the most probable tokens in place of a mask."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.outputs import MaskFillingOutput
from hezar_models.prediction import Encoded
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError


class MaskFillingModel(TextEncoderModel):
    """A masked language model."""

    normalize_text = False

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states (…, hidden) → scores of the vocabulary (…, vocabulary)."""
        raise NotImplementedError

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.logits(hidden), "token_ids": token_ids}

    def encode(self, inputs: list[Any]) -> list[Encoded]:
        encoded = super().encode(inputs)
        mask_id, mask = self.tokenizer.mask_token_id, self.tokenizer.mask_token
        for item, text in zip(encoded, inputs, strict=True):
            count = item["token_ids"].count(mask_id)
            if count != 1:
                found = "none was found" if count == 0 else f"{count} were found"
                raise InputError(f"The input must have a {mask} token, exactly one; {found} in {text[:60]!r}.")
        return encoded

    def post_process(self, model_outputs: dict[str, Any], top_k: int = 1) -> list[list[MaskFillingOutput]]:
        """Turn logits into the `top_k` candidates for the mask of each text, best first.

        Args:
            model_outputs: ``logits`` (batch, length, vocabulary) and ``token_ids`` (batch, length).
            top_k: Candidates per text.
        """
        if not isinstance(top_k, int) or top_k < 1:
            raise InputError(f"top_k is a positive whole number; found {top_k!r}.")
        token_ids: Tensor = model_outputs["token_ids"]
        rows, columns = (token_ids == self.tokenizer.mask_token_id).nonzero(as_tuple=True)
        probabilities: Tensor = model_outputs["logits"][rows, columns].float().softmax(-1)
        scores, candidates = probabilities.topk(min(top_k, probabilities.shape[-1]))
        return [
            [
                self._candidate(ids, column, token_id, score)
                for token_id, score in zip(row_candidates, row_scores, strict=True)
            ]
            for ids, column, row_candidates, row_scores in zip(
                token_ids.tolist(), columns.tolist(), candidates.tolist(), scores.tolist(), strict=True
            )
        ]

    def _candidate(self, ids: list[int], column: int, token_id: int, score: float) -> MaskFillingOutput:
        filled = [*ids[:column], token_id, *ids[column + 1 :]]
        return MaskFillingOutput(
            token=self.tokenizer.decode([token_id])[0].strip(),
            sequence=self.tokenizer.decode(filled)[0],
            token_id=token_id,
            score=score,
        )
