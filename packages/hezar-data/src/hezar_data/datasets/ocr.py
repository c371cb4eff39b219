"""Images with the text on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.ocr import CharLevelOCRDataCollator
from hezar_data.configs.datasets import OCRDatasetConfig
from hezar_data.datasets.media import MediaDataset
from hezar_data.errors import DatasetError
from hezar_data.patterns import numbers_reversed
from hezar_registry import get_logger

logger = get_logger(__name__)


class OCRDataset(MediaDataset):
    """Images with the text on them, as pixels and one label per character, or per token.

    An item is ``{"pixel_values": tensor, "labels": [...]}``: pixels as float32 of the shape (channels, height, width). Rows whose text
    is longer than ``config.max_length``, or has a character that ``config.id2label`` has not, are left out, counted in a warning,
    and kept in `invalid_data`.

    Attributes:
        invalid_data: The rows that are left out.

    Example:
        >>> rows = [{"image_path": "plate.png", "label": "۱۲ب۳۴۵"}]
        >>> OCRDataset.from_records(rows, preprocessor=image_processor)[0]["labels"]  # doctest: +SKIP
    """

    media, text = "images_paths_column", "text_column"
    columns = ("images_paths_column", "text_column")
    texts = ("text_column",)
    config_class = OCRDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if self.config.text_split_type not in ("char_split", "tokenize"):
            raise DatasetError(
                f"text_split_type is 'char_split' or 'tokenize'; found {self.config.text_split_type!r:.60}."
            )
        self._splits_characters = self.config.text_split_type == "char_split"
        self._label_of = {character: number for number, character in self.config.id2label.items()}
        self.invalid_data: Any = []
        if self._splits_characters:
            self._leave_out_invalid()
        pad = 0 if self._splits_characters else getattr(self.tokenizer, "pad_token_id", 0)
        self.data_collator = CharLevelOCRDataCollator(pad_token_id=pad)

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        images_paths_column: str = "image_path",
        text_column: str = "label",
        text_split_type: str = "char_split",
        id2label: Mapping[int, str] | None = None,
        max_length: int | None = None,
        reverse_text: bool | None = None,
        reverse_digits: bool | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
        folder: Any = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with an image (a path, bytes, an array, a Pillow image) and the text on it.
            preprocessor: An image processor (and a tokenizer, to split texts by it), or a path to load them from.
            images_paths_column: Key of the image.
            text_column: Key of the text.
            text_split_type: ``"char_split"`` or ``"tokenize"``.
            id2label: The character of each label; default are the published ones.
            max_length: The most characters of a text.
            reverse_text: Read texts from the end.
            reverse_digits: Reverse runs of digits.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.
            folder: Where relative paths of images start.

        Raises:
            DatasetError: There are no rows, a key is missing, or no row is valid.
        """
        characters = {} if id2label is None else {"id2label": dict(id2label)}
        return cls._of(
            records, preprocessor, split=split, lines=lines, own={"folder": folder}, path=path,
            images_paths_column=images_paths_column, text_column=text_column, text_split_type=text_split_type,
            max_length=max_length, reverse_text=reverse_text, reverse_digits=reverse_digits, **characters,
        )  # fmt: skip

    def _leave_out_invalid(self) -> None:
        column, longest = self._column("text_column"), self.config.max_length
        texts: Sequence[Any] = [row[column] for row in self.data] if isinstance(self.data, list) else self.data[column]
        bad = [
            number
            for number, text in enumerate(texts)
            if (longest is not None and len(text) > longest) or not self._is_known(text)
        ]
        if not bad:
            return
        out = set(bad)
        good = [number for number in range(len(texts)) if number not in out]
        unknown = sorted({character for number in bad for character in texts[number]} - self._label_of.keys())
        forbidden = {character for number in bad for character in texts[number]} & set(
            self.config.invalid_characters or ()
        )
        reasons = {
            f"longer than {longest} characters": longest is not None
            and any(len(texts[number]) > longest for number in bad),
            f"of characters that have no label ({' '.join(map(repr, unknown[:20]))})": bool(unknown),
            f"of characters that the config forbids ({' '.join(map(repr, sorted(forbidden)))})": bool(forbidden),
        }
        said = " or ".join(reason for reason, holds in reasons.items() if holds)
        logger.warning(
            "%s: %d of %d rows are left out, for their texts are %s. They are in invalid_data.",
            self,
            len(bad),
            len(texts),
            said,
        )
        if not good:
            raise DatasetError(f"{self} has no valid row: all texts are {said}.")
        if isinstance(self.data, list):
            self.invalid_data = [self.data[number] for number in bad]
            self._lines = None if self._lines is None else [self._lines[number] for number in good]
            self.data = [self.data[number] for number in good]
        else:
            self.invalid_data, self.data = self.data.select(bad), self.data.select(good)

    def _is_known(self, text: str) -> bool:
        forbidden = self.config.invalid_characters or ()
        return all(character in self._label_of and character not in forbidden for character in text)

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows = [self.data[int(index)] for index in indices]
        process = self._processor("image_processor")
        images = self._each(indices, rows, lambda image: process(image)["pixel_values"][0])
        labels = [self._labels(text) for text in self._texts(rows)]
        return [{"pixel_values": image, "labels": label} for image, label in zip(images, labels, strict=True)]

    def _labels(self, text: str) -> list[int]:
        if self.config.reverse_digits:
            text = numbers_reversed(text)
        if self.config.reverse_text:
            text = text[::-1]
        if self._splits_characters:
            return [self._label_of[character] for character in text]
        return list(self._processor("tokenizer")(text)["token_ids"])

    def _normalize(self, texts: list[str]) -> list[str]:
        # A normalizer may make characters that have no label; the texts are those that were checked.
        return texts if self._splits_characters else super()._normalize(texts)
