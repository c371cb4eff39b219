"""Mask filling: the most probable tokens in place of a mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor

from hezar_models.outputs import MaskFillingOutput
from hezar_models.tasks.text import LongTexts
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_models.windows import Encoded, Windows
from hezar_registry import InputError
from hezar_registry.checks import whole_number


class MaskFillingModel(TextEncoderModel):
    """A masked language model."""

    normalize_text = False
    long_texts = "stride"
    sequence_outputs = TextEncoderModel.sequence_outputs | {"logits", "token_ids"}

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states (…, hidden) → scores of the vocabulary (…, vocabulary)."""
        raise NotImplementedError

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.logits(hidden), "token_ids": token_ids}

    @property
    def result_options(self) -> Mapping[str, Any]:
        # Only masks need scores of the vocabulary, a quarter of all the work. A subclass that changes what happens to the
        # hidden states gets the outputs whole.
        stages = ("forward", "head", "post_process")
        unchanged = all(getattr(type(self), stage) is getattr(MaskFillingModel, stage) for stage in stages)
        return {"apply_head": False} if unchanged else {}

    def encode(
        self, inputs: list[Any], long_texts: LongTexts | None = None, multiple_masks: bool = False
    ) -> Sequence[Encoded | Windows]:
        """Normalise and tokenize texts; of a text that is too long for the model, what is around its masks.

        Args:
            inputs: The texts.
            long_texts: ``"truncate"`` reads only the beginning of long texts.
            multiple_masks: Texts may have several masks.

        Raises:
            InputError: A text has no mask, or several without `multiple_masks`.
        """
        self.check_texts(inputs)
        encoded = self.tokenize(self.normalize(inputs), long_texts) if inputs else []
        mask_id, mask = self.tokenizer.mask_token_id, self.tokenizer.mask_token
        for item, text in zip(encoded, inputs, strict=True):
            count = item["token_ids"].count(mask_id)
            if count == 0:
                raise InputError(f"The input must have a {mask} token; none was found in {text[:60]!r}.")
            if count > 1 and not multiple_masks:
                raise InputError(
                    f"The input must have one {mask} token; {count} were found in {text[:60]!r}. "
                    "To fill each of them, give multiple_masks=True."
                )
        return self.cut_long(encoded)

    def cut_long(self, encoded: Sequence[Encoded]) -> list[Encoded | Windows]:
        """Keep of each long text the windows from which a mask is picked."""
        cut = super().cut_long(encoded)
        long = [i for i, item in enumerate(cut) if isinstance(item, Windows)]
        if long:
            self.report_long(len(long), "only what is around their masks was used")
        for i in long:
            windows, ids = cast("Windows", cut[i]), encoded[i]["token_ids"]
            masks = [token for token, token_id in enumerate(ids) if token_id == self.tokenizer.mask_token_id]
            kept = sorted({windows.owner(token) for token in masks})
            cut[i] = windows.parts[kept[0]] if self._has_all(windows.parts[kept[0]], len(masks)) else windows.only(kept)
        return cut

    def _has_all(self, part: Encoded, count: int) -> bool:
        return part["token_ids"].count(self.tokenizer.mask_token_id) == count

    def post_process(
        self, model_outputs: dict[str, Any], top_k: int = 1, multiple_masks: bool = False
    ) -> list[list[MaskFillingOutput]] | list[list[list[MaskFillingOutput]]]:
        """Turn logits into the `top_k` candidates for the mask of each text, best first; none where there is no mask.

        Args:
            model_outputs: ``token_ids`` (batch, length), with ``logits`` (batch, length, vocabulary) or
                ``last_hidden_state`` (batch, length, hidden), of which only masks are then scored.
            top_k: Candidates per mask.
            multiple_masks: Texts may have several masks. The result of a text is then a list with the candidates of
                each mask. The masks are filled independently; in ``sequence``, the others have their best candidate.

        Example:
            >>> model.predict("سلام [MASK] ها حالتون [MASK]", top_k=2, multiple_masks=True)  # doctest: +SKIP
            [[[{'token': 'بچه', …}, {'token': 'دوست', …}], [{'token': 'چطوره', …}, {'token': 'خوبه', …}]]]
        """
        top_k = whole_number("top_k", top_k)
        token_ids: Tensor = model_outputs["token_ids"]
        rows, columns = (token_ids == self.tokenizer.mask_token_id).nonzero(as_tuple=True)
        probabilities = self._logits_at(rows, columns, model_outputs).float().softmax(-1)
        scores, candidates = probabilities.topk(min(top_k, probabilities.shape[-1]))

        best = token_ids.clone()
        best[rows, columns] = candidates[:, 0]
        filled = best[rows, None].repeat(1, candidates.shape[1], 1)  # (masks, candidates, length)
        filled.scatter_(2, columns[:, None, None].expand_as(candidates[..., None]), candidates[..., None])
        sequences = iter(self.tokenizer.decode(filled.flatten(0, 1)))
        tokens = iter(self.tokenizer.decode(candidates.flatten()[:, None]))
        per_mask = [
            [
                MaskFillingOutput(next(tokens).strip(), next(sequences), token_id, score)
                for token_id, score in zip(mask_ids, mask_scores, strict=True)
            ]
            for mask_ids, mask_scores in zip(candidates.tolist(), scores.tolist(), strict=True)
        ]
        filled_masks: list[list[list[MaskFillingOutput]]] = [[] for _ in token_ids]
        for row, mask in zip(rows.tolist(), per_mask, strict=True):
            filled_masks[row].append(mask)
        if multiple_masks:
            return filled_masks
        if any(len(masks) > 1 for masks in filled_masks):
            raise InputError("A row has several masks. To fill each of them, give multiple_masks=True.")
        return [masks[0] if masks else [] for masks in filled_masks]

    def _logits_at(self, rows: Tensor, columns: Tensor, model_outputs: dict[str, Any]) -> Tensor:
        """Return the scores of the vocabulary at some tokens of a batch, (tokens, vocabulary)."""
        if "logits" in model_outputs:
            return model_outputs["logits"][rows, columns]
        with torch.inference_mode():
            return self.logits(model_outputs["last_hidden_state"][rows, columns])
