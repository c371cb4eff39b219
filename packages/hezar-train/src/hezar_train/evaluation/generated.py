"""Tasks whose answers are texts that the model writes: transcripts, captions, summaries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hezar_train.errors import TrainingError
from hezar_train.evaluation.handler import MetricsHandler
from hezar_train.evaluation.labels import IGNORED

#: What the model writes from, by the modality of a batch; what else a batch has is about the labels.
_INPUTS = (("pixel_values",), ("input_features",), ("token_ids", "attention_mask"))


class GeneratedTextMetricsHandler(MetricsHandler):
    """Compares the text that the model writes for each row with the right one.

    With ``TrainerConfig.evaluate_with_generate``, which is the default, the model writes as it does in prediction, with the options
    of its config. Without it, each token is the most probable one after the right tokens before it: fast, and always better than
    the truth.

    Attributes:
        generates: Whether the model writes; the Trainer sets it.
        options: Options of generation that win over those of the model's config, such as ``{"num_beams": 1}``.
    """

    allowed = ("cer", "wer", "bleu", "rouge")
    generates = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.options: dict[str, Any] = {}
        super().__init__(*args, **kwargs)

    def prepare(self, outputs: Mapping[str, Any], batch: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Return the texts that the model writes, and the right ones.

        Raises:
            TrainingError: The model has no tokenizer, or does not write texts.
            LogitsError: The model computes NaN or infinite numbers.
        """
        from hezar_models.logits import check_logits  # late: handlers are named, and metrics used, without torch

        tokenizer = getattr(getattr(self.model, "preprocessor", None), "tokenizer", None)
        if tokenizer is None:
            raise TrainingError("To compare texts, the model needs its tokenizer: model.preprocessor = ...")
        if self.generates:
            ids = self._written(batch)
        else:
            check_logits(outputs["logits"], self)
            ids = outputs["logits"].argmax(-1).cpu().tolist()
        labels = [[token for token in row if token != IGNORED] for row in batch["labels"].cpu().tolist()]
        return tokenizer.decode(ids, skip_special_tokens=True), tokenizer.decode(labels, skip_special_tokens=True)

    def _written(self, batch: Mapping[str, Any]) -> list[list[int]]:
        generate = getattr(self.model, "generate_rows", None)
        if generate is None:
            raise TrainingError(
                f"{type(self.model).__name__} writes no texts, so evaluate_with_generate=True cannot be. Set it to False."
            )
        names = next((names for names in _INPUTS if names[0] in batch), None)
        if names is None:
            raise TrainingError(f"There is nothing to write from in a batch of {', '.join(batch)}.")
        inputs = {name: batch[name] for name in names if name in batch}
        return [rows[0].ids for rows in generate(inputs, **self.options)]
