"""Recordings with the words that are spoken in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.speech_recognition import SpeechRecognitionDataCollator
from hezar_data.configs.datasets import SpeechRecognitionDatasetConfig
from hezar_data.datasets.media import MediaDataset


class SpeechRecognitionDataset(MediaDataset):
    """Recordings with their transcripts, as features and token ids.

    An item is ``{"input_features": array, "labels": [...], "attention_mask": [...]}``: features as float32 of the shape (mel
    bands, frames), the ids of the transcript, and their mask. Recordings of any rate are resampled to ``config.sampling_rate``.

    Example:
        >>> rows = [{"audio": "a.wav", "sentence": "هوا آفتابی است"}]
        >>> dataset = SpeechRecognitionDataset.from_records(rows, preprocessor=container)  # doctest: +SKIP
    """

    media, text = "audio_column", "transcript_column"
    columns = ("audio_column", "transcript_column")
    texts = ("transcript_column",)
    config_class = SpeechRecognitionDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        extractor = self.preprocessor.audio_feature_extractor
        if extractor is not None and self.tokenizer is not None:
            self.data_collator = SpeechRecognitionDataCollator(
                extractor,
                self.tokenizer,
                labels_padding=self._labels_padding() or "longest",
                labels_max_length=self.config.labels_max_length,
            )

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        audio_column: str = "audio",
        transcript_column: str = "sentence",
        sampling_rate: int = 16000,
        labels_max_length: int | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
        folder: Any = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with a recording (a path, bytes, an array) and its transcript.
            preprocessor: A container of a feature extractor and a tokenizer, or a path to load them from.
            audio_column: Key of the recording.
            transcript_column: Key of the transcript.
            sampling_rate: Rate of arrays, and to which recordings are resampled, in Hz.
            labels_max_length: Tokens to pad a transcript to, and to cut it to in a batch.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.
            folder: Where relative paths of recordings start.

        Raises:
            DatasetError: There are no rows, or a key is missing.
        """
        padding = {} if labels_max_length is None else {"labels_padding": "max_length"}
        return cls._of(
            records, preprocessor, split=split, lines=lines, own={"folder": folder}, path=path, audio_column=audio_column,
            transcript_column=transcript_column, sampling_rate=sampling_rate, labels_max_length=labels_max_length, **padding,
        )  # fmt: skip

    def _labels_padding(self) -> str | None:
        named = {True: "longest", False: None}
        return named.get(self.config.labels_padding, self.config.labels_padding)

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows, extract = self._rows(indices), self._processor("audio_feature_extractor")
        options = {"padding": self.config.audio_array_padding, "max_length": self.config.max_audio_array_length}
        given = {name: value for name, value in options.items() if value is not None and value != "longest"}

        def read(source: Any) -> Any:
            if isinstance(source, Mapping) and self.config.audio_array_column in source:
                source = {**source, "array": source[self.config.audio_array_column]}
            features = extract(source, sampling_rate=self.config.sampling_rate, return_tensors="numpy", **given)
            return features["input_features"][0]

        features = self._each(indices, rows, read)
        length, padding = self.config.labels_max_length, self._labels_padding()
        fill = {} if length is None or padding != "max_length" else {"padding": padding, "max_length": length}
        encoded = self.tokenizer(self._texts(rows), **fill)
        columns = (features, encoded["token_ids"], encoded["attention_mask"])
        names = ("input_features", "labels", "attention_mask")
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
