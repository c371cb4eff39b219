"""What `predict` returns: small records that are dicts as well."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping
from dataclasses import MISSING, asdict, dataclass
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from hezar_models.errors import OutputFieldError
from hezar_registry import suggest


class _FromItems:
    """The default of a field, in a class whose values are items: without it, the default would hide the item."""

    def __init__(self, name: str, default: Any) -> None:
        self._name = name
        self._default = default

    def __get__(self, record: ModelOutput | None, owner: Any = None) -> Any:
        return self._default if record is None else record[self._name]


@dataclass(repr=False, eq=False)
class ModelOutput(dict[str, Any]):
    """Base class of prediction records: dataclasses whose fields are the items of a dict.

    So a field can be read as attribute or key, ``json.dumps`` writes a record, and ``pandas.DataFrame`` makes columns of a
    list of them. Printing, and comparing with ``==``, leave out fields that are ``None``; iteration and ``keys()`` do not.

    Example:
        >>> answer = TextClassificationOutput(label="positive", score=0.75)
        >>> answer.label, answer["score"], answer == {"label": "positive", "score": 0.75}
        ('positive', 0.75, True)
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in vars(cls).get("__annotations__", {}):
            default = vars(cls).get(name, MISSING)
            if default is None or isinstance(default, (str, int, float, tuple)):
                setattr(cls, name, _FromItems(name, default))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict, with copies of lists in them."""
        return asdict(self)

    def __getitem__(self, key: str) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            known = list(self.keys())
            raise OutputFieldError(
                f"{type(self).__name__} has no field {key!r}.{suggest(str(key), known)} It has: {', '.join(known)}."
            ) from None

    if not TYPE_CHECKING:  # a checker that saw these would take any name for a field

        def __getattr__(self, name: str) -> Any:
            # Without the test, whoever looks for a special method would build the message each time.
            if name.startswith("__"):
                raise AttributeError(name)
            return self[name]

        def __setattr__(self, name: str, value: Any) -> None:
            self[name] = value

    def __eq__(self, other: object) -> bool:
        return _set_items(self) == _set_items(other) if isinstance(other, Mapping) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # pyright: ignore[reportAssignmentType] - as of all dicts

    def __repr__(self) -> str:
        return str(_set_items(self))


def _set_items(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


@dataclass(repr=False, eq=False)
class MaskFillingOutput(ModelOutput):
    """One candidate for a mask: the token, the text with it, its id and its probability."""

    token: str | None = None
    sequence: str | None = None
    token_id: int | None = None
    score: float | None = None


@dataclass(repr=False, eq=False)
class TextClassificationOutput(ModelOutput):
    """One label of a text and its probability."""

    label: str | None = None
    score: float | None = None


@dataclass(repr=False, eq=False)
class SequenceLabelingOutput(ModelOutput):
    """The label of one token; `start` and `end` are character offsets into the text."""

    token: str | None = None
    label: str | None = None
    start: int | None = None
    end: int | None = None
    score: float | None = None


@dataclass(repr=False, eq=False)
class TextGenerationOutput(ModelOutput):
    """A generated text; `score` when it was asked for: Σ log p of its new tokens / their number ** `length_penalty`."""

    text: str | None = None
    score: float | None = None


@dataclass(repr=False, eq=False)
class SpeechRecognitionOutput(ModelOutput):
    """A transcript; `chunks` are its timed parts."""

    text: str | None = None
    chunks: list[dict[str, Any]] | None = None


@dataclass(repr=False, eq=False)
class Image2TextOutput(ModelOutput):
    """The text read from, or said of, an image."""

    text: str | None = None
    score: float | None = None


@dataclass(repr=False, eq=False)
class TextDetectionOutput(ModelOutput):
    """The text boxes of an image, each ``(x, y, width, height)`` in pixels."""

    boxes: list[tuple[int, int, int, int]] | None = None


if TYPE_CHECKING:

    class Prediction:
        """What editors and type checkers know of a result of `Model.predict`, whose task is known when it is loaded.

        It has the fields of all tasks, and holds results where a task gives several per input.
        """

        label: str
        score: float
        token: str
        sequence: str
        token_id: int
        start: int
        end: int
        text: str
        chunks: list[dict[str, Any]]
        boxes: list[tuple[int, int, int, int]]

        def to_dict(self) -> dict[str, Any]: ...
        def keys(self) -> KeysView[str]: ...
        def items(self) -> ItemsView[str, Any]: ...
        @overload
        def __getitem__(self, key: int) -> Prediction: ...
        @overload
        def __getitem__(self, key: str) -> Any: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __iter__(self) -> Iterator[Prediction]: ...
        def __len__(self) -> int: ...

    class Predictions(list[Prediction]):
        """The same of all results: a list; with ``stream=True`` an iterator, and of a backbone a mapping of tensors."""

        @overload
        def __getitem__(self, key: SupportsIndex) -> Prediction: ...
        @overload
        def __getitem__(self, key: slice) -> list[Prediction]: ...
        @overload
        def __getitem__(self, key: str) -> Any: ...
        def __getitem__(self, key: Any) -> Any: ...
        def __next__(self) -> Prediction: ...
