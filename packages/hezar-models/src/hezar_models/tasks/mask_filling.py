"""Mask filling: the most probable tokens in place of a mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from hezar_models.logits import check_logits
from hezar_models.outputs import MaskFillingOutput
from hezar_models.prediction.examples import Encoded, Example
from hezar_models.prediction.text_windows import TextWindows
from hezar_models.tasks.text import LongTexts
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError
from hezar_registry.checks import whole_number


class MaskFillingModel(TextEncoderModel):
    """A masked language model.

    Attributes:
        scores_masks_only: Whether results are made of the scores of masks alone, a quarter less work than those of all
            tokens. A subclass with a `forward`, `head` or `post_process` of its own gets the outputs whole, unless it
            says otherwise.
    """

    scores_masks_only: ClassVar[bool] = True
    normalize_text = False
    long_texts = "stride"
    sequence_outputs = TextEncoderModel.sequence_outputs | {"logits", "token_ids"}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        if not own.keys().isdisjoint({"forward", "head", "post_process"}):
            cls.scores_masks_only = own.get("scores_masks_only", False)

    def logits(self, hidden: Tensor) -> Tensor:
        """Hidden states (…, hidden) → scores of the vocabulary (…, vocabulary)."""
        raise NotImplementedError

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        return {"logits": self.logits(hidden), "token_ids": token_ids}

    def compute(self, batch: Mapping[str, Any], *, raw: bool = True, **options: Any) -> Any:
        reduced = {} if raw or not self.scores_masks_only else {"apply_head": False}
        return super().compute(batch, raw=raw, **{**reduced, **options})

    def encode(
        self, inputs: list[Any], long_texts: LongTexts | None = None, multiple_masks: bool = False
    ) -> Sequence[Encoded]:
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
        for example, text in zip(encoded, inputs, strict=True):
            count = example.inputs["token_ids"].count(mask_id)
            if count == 0:
                raise InputError(f"The input must have a {mask} token; none was found in {text[:60]!r}.")
            if count > 1 and not multiple_masks:
                raise InputError(
                    f"The input must have one {mask} token; {count} were found in {text[:60]!r}. "
                    "To fill each of them, give multiple_masks=True."
                )
        return self.cut_long(encoded)

    def cut_long(self, examples: Sequence[Example]) -> list[Encoded]:
        """Keep of each long text the windows from which a mask is taken."""
        long = [example for example in examples if example.info.length > self.max_input_length]
        if long:
            self.report_long(len(long), "only what is around their masks was used")
        return super().cut_long(examples)

    def parts(self, example: Example, windows: TextWindows) -> Encoded:
        masks = self._masks(example)
        windows = windows.only(sorted({windows.owner(token) for token in masks}))
        # One window that has all the masks is a text like any other.
        first = self.window_example(example, windows.windows[0])
        return first if len(self._masks(first)) == len(masks) else super().parts(example, windows)

    def _masks(self, example: Example) -> list[int]:
        """Return the positions of the masks of a text."""
        mask_id = self.tokenizer.mask_token_id
        return [i for i, token_id in enumerate(example.inputs["token_ids"]) if token_id == mask_id]

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
        logits = self._logits_at(rows, columns, model_outputs)
        check_logits(logits, self)
        probabilities = logits.float().softmax(-1)
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
