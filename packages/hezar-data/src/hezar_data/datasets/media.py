"""What datasets of images and sounds share: files beside a table, two columns, and rows that cannot be read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from hezar_data.datasets.rows import RowsDataset
from hezar_data.errors import DatasetError
from hezar_registry import HezarError

T = TypeVar("T")


class MediaDataset(RowsDataset):
    """Rows with an image or a sound, and a text.

    A cell of an image or a sound is a path (one that is relative starts at the folder of the table), bytes, or what the
    processor takes otherwise. Where the config names columns that the data do not have, and these have two, the first is the
    image or the sound, and the second the text.

    Attributes:
        media: The field of the config that names the column of images or sounds.
        text: The one that names the column of texts.
    """

    media: ClassVar[str]
    text: ClassVar[str]

    def __init__(self, *args: Any, folder: str | os.PathLike[str] | None = None, **kwargs: Any) -> None:
        self._folder = None if folder is None else Path(folder)
        super().__init__(*args, **kwargs)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], preprocessor: Any = None, **options: Any) -> Any:
        """Make a dataset of a table (``.csv``, ``.tsv``, ``.jsonl``) beside its files; options as `from_records`."""
        return super().from_file(path, preprocessor, folder=Path(path).expanduser().parent, **options)

    def _check_columns(self) -> None:
        names = getattr(self.data, "column_names", None)
        if names is None:
            first = self.data[0] if len(self.data) else {}
            names = list(first) if isinstance(first, Mapping) else []
        if len(names) == 2:
            for role, name in zip((self.media, self.text), names, strict=True):
                if getattr(self.config, role) not in names:
                    setattr(self.config, role, name)
        column = getattr(self.config, self.media)
        feature: Any = getattr(self.data, "features", {}).get(column)
        if getattr(
            feature, "decode", False
        ):  # of `datasets`: read here as in prediction, and no row before it is wanted
            self.data = self.data.cast_column(column, type(feature)(decode=False))
        super()._check_columns()

    def _media(self, row: Mapping[str, Any]) -> Any:
        """Return the image or sound of a row, as its processor takes it."""
        found = row[getattr(self.config, self.media)]
        # Columns of `datasets`, undecoded; those that are decoded are left to the processor.
        if isinstance(found, Mapping) and {"bytes", "path"} >= found.keys():
            found = found.get("bytes") or found.get("path")
        if isinstance(found, (str, Path)) and self._folder is not None and "://" not in str(found):
            return self._folder / found
        return found

    def _each(self, indices: Sequence[int], rows: Sequence[Mapping[str, Any]], read: Callable[[Any], T]) -> list[T]:
        """Read the images or sounds of rows one by one, so that a broken one can be named."""
        results: list[T] = []
        for index, row in zip(indices, rows, strict=True):
            try:
                results.append(read(self._media(row)))
            except HezarError as error:
                raise DatasetError(
                    f"{self._place(int(index))} {getattr(self.config, self.media)!r}: {error}"
                ) from error
        return results

    def _texts(self, rows: Iterable[Mapping[str, Any]]) -> list[str]:
        return self._normalize([row[getattr(self.config, self.text)] for row in rows])

    def _encoded(self, rows: list[Mapping[str, Any]]) -> Mapping[str, Any]:
        return self.tokenizer(self._texts(rows))

    def _processor(self, name: str) -> Any:
        found = getattr(self.preprocessor, name)
        if found is None:
            raise DatasetError(f"{self} has no {name.replace('_', ' ')}. Give it one: preprocessor=...")
        return found
