"""Text classification: from logits to labels."""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal

from torch import Tensor

from hezar_models.logits import check_logits
from hezar_models.outputs import TextClassificationOutput
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError
from hezar_registry.checks import whole_number

#: Probability from which a label counts, when a text may have several.
THRESHOLD = 0.5


class TextClassificationModel(TextEncoderModel):
    """A model that gives each text one of the labels of its config.

    With ``problem_type: multi_label_classification`` in the config a text may have any number of labels: each has a
    probability of its own, and training takes labels of shape (batch, labels), 1 for each that holds, with binary
    cross-entropy.
    """

    tokenizer_options: dict[str, Any] = {"split_special_tokens": True}  # noqa: RUF012 - what a text spells is text

    def __init__(self, config: Any, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.config = config.replace(num_labels=config.label_count())
        if config.is_multi_label:
            self.loss_func = "bce_with_logits"

    def compute_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss as a scalar.

        Args:
            logits: (batch, labels).
            labels: (batch,) class ids; with multi-label classification (batch, labels) of ones and zeros.
        """
        if self.config.is_multi_label:
            return self.loss_func(logits, labels.to(logits.dtype))
        return super().compute_loss(logits, labels)

    def post_process(
        self,
        model_outputs: dict[str, Any],
        top_k: int | Literal["auto"] | None = "auto",
        multi_label: bool | None = None,
        threshold: float | None = None,
    ) -> list[list[TextClassificationOutput]]:
        """Turn logits into labels with their probabilities, most probable first.

        Args:
            model_outputs: ``logits`` (batch, labels).
            top_k: Labels per text; ``None`` gives all of them. ``"auto"`` gives the most probable one, and with
                `multi_label` each one that reaches the threshold, which may be none.
            multi_label: Labels do not exclude each other: each has a probability of its own (sigmoid rather than
                softmax). By default what the config says in ``problem_type``.
            threshold: Leave out labels less probable than this. The default is 0.5 where ``top_k="auto"`` gives any number
                of labels, and else none.

        Example:
            >>> model.predict(["چه هوای خوبی!"], top_k=2)  # doctest: +SKIP
            [[{'label': 'positive', 'score': 0.98}, {'label': 'negative', 'score': 0.02}]]
        """
        check_logits(model_outputs["logits"], self)
        logits: Tensor = model_outputs["logits"].float()
        if multi_label is None:
            multi_label = self.config.is_multi_label
        if top_k == "auto":
            top_k = None if multi_label else 1
            threshold = THRESHOLD if multi_label and threshold is None else threshold
        if top_k is not None:
            top_k = whole_number("top_k", top_k)
        if threshold is not None and not (isinstance(threshold, Real) and 0 <= threshold <= 1):
            raise InputError(f"threshold is a probability from 0 to 1; found {threshold!r}.")
        probabilities = logits.sigmoid() if multi_label else logits.softmax(-1)
        count = probabilities.shape[-1]
        scores, ids = probabilities.topk(count if top_k is None else min(top_k, count))
        return [
            [
                TextClassificationOutput(label=self.config.label_of(class_id), score=score)
                for class_id, score in zip(row_ids, row_scores, strict=True)
                if threshold is None or score >= threshold
            ]
            for row_ids, row_scores in zip(ids.tolist(), scores.tolist(), strict=True)
        ]
