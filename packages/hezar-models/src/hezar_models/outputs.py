"""What `predict` returns: small records that also behave like mappings."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, ValuesView
from dataclasses import asdict, dataclass, fields
from typing import Any

from hezar_registry import suggest


@dataclass(repr=False)
class ModelOutput:
    """Base class of prediction records.

    Fields can be read as attributes or keys; iteration and ``keys()`` include fields that are ``None``, printing does
    not.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict."""
        return asdict(self)

    def keys(self) -> list[str]:
        """Return the names of all fields."""
        return [f.name for f in fields(self)]

    def values(self) -> ValuesView[Any]:
        """Return the values of all fields."""
        return self.to_dict().values()

    def items(self) -> ItemsView[str, Any]:
        """Return (name, value) of all fields."""
        return self.to_dict().items()

    def __getitem__(self, key: str) -> Any:
        if key not in self.keys():
            raise AttributeError(f"{type(self).__name__} has no field {key!r}.{suggest(key, self.keys())}")
        return getattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def __repr__(self) -> str:
        return str({name: value for name, value in self.items() if value is not None})


@dataclass(repr=False)
class MaskFillingOutput(ModelOutput):
    """One candidate for a mask: the token, the text with it, its id and its probability."""

    token: str | None = None
    sequence: str | None = None
    token_id: int | None = None
    score: float | None = None


@dataclass(repr=False)
class TextClassificationOutput(ModelOutput):
    """One label of a text and its probability."""

    label: str | None = None
    score: float | None = None


@dataclass(repr=False)
class SequenceLabelingOutput(ModelOutput):
    """The label of one token; `start` and `end` are character offsets into the text."""

    token: str | None = None
    label: str | None = None
    start: int | None = None
    end: int | None = None
    score: float | None = None


@dataclass(repr=False)
class TextGenerationOutput(ModelOutput):
    """A generated text; `score` when it was asked for: Σ log p of its new tokens / their number ** `length_penalty`."""

    text: str | None = None
    score: float | None = None


@dataclass(repr=False)
class SpeechRecognitionOutput(ModelOutput):
    """A transcript; `chunks` are its timed parts."""

    text: str | None = None
    chunks: list[dict[str, Any]] | None = None


@dataclass(repr=False)
class Image2TextOutput(ModelOutput):
    """The text read from, or said of, an image."""

    text: str | None = None
    score: float | None = None


@dataclass(repr=False)
class TextDetectionOutput(ModelOutput):
    """The text boxes of an image, each ``(x, y, width, height)`` in pixels."""

    boxes: list[tuple[int, int, int, int]] | None = None
