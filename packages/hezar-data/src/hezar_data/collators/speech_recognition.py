"""From a list of recordings with transcripts to a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hezar_data.tensors import as_tensors, check_return_tensors, to_numpy


class SpeechRecognitionDataCollator:
    """Stacks features, and pads transcripts with the padding token and their mask with 0.

    Args:
        feature_extractor: Pads features that differ in length.
        tokenizer: Its padding token and side are used.
        inputs_padding: ``"longest"`` or ``"max_length"``, of the features.
        inputs_max_length: Their length, in frames.
        labels_padding: ``"longest"`` or ``"max_length"``, of the transcripts.
        labels_max_length: Their length, in tokens; with ``"longest"`` the length to truncate to.
        return_tensors: ``"torch"`` or ``"numpy"``.
    """

    def __init__(
        self,
        feature_extractor: Any,
        tokenizer: Any,
        inputs_padding: str = "longest",
        inputs_max_length: int | None = None,
        labels_padding: str = "longest",
        labels_max_length: int | None = None,
        return_tensors: str = "torch",
    ) -> None:
        self.feature_extractor = feature_extractor
        self.tokenizer = tokenizer
        self.inputs_padding = inputs_padding
        self.inputs_max_length = inputs_max_length
        self.labels_padding = labels_padding
        self.labels_max_length = labels_max_length
        self.return_tensors = check_return_tensors(return_tensors)

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the batch: ``input_features`` float32 (rows, mel bands, frames), all else int64 (rows, length)."""
        features = self.feature_extractor.pad(
            [{"input_features": to_numpy(item["input_features"])} for item in items],
            padding=self.inputs_padding,
            max_length=self.inputs_max_length,
            return_attention_mask=False,
            return_tensors="numpy",
        )
        # The tokenizer knows a mask by its name, and ids by theirs.
        transcripts = self.tokenizer.pad_encoded_batch(
            [{"token_ids": item["labels"], "attention_mask": item["attention_mask"]} for item in items],
            padding=self.labels_padding,
            max_length=self.labels_max_length,
            return_tensors=self.return_tensors,
        )
        return {
            "input_features": as_tensors(features["input_features"], self.return_tensors),
            "labels": transcripts["token_ids"],
            "attention_mask": transcripts["attention_mask"],
        }
