"""`VectorIndex`: texts with their vectors in a folder, to be searched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hezar_hub import Repo, atomic_save
from hezar_models.embeddings.nearest import nearest_rows
from hezar_models.errors import WeightsFileError
from hezar_registry import InputError

VECTORS_FILE, TEXTS_FILE, ABOUT_FILE = "vectors.npy", "texts.jsonl", "index.json"
# Vectors that are compared at once: 16,384 × 768 numbers are 50 MB as float32.
_BLOCK = 16_384


class VectorIndex:
    """Texts and their vectors; the search is exact.

    Args:
        texts: The texts.
        vectors: Their vectors of the length 1, float (texts, size); may be memory-mapped.
        about: What made the vectors, such as ``{"model": "hezarai/bert-base-fa"}``.

    Raises:
        InputError: There is not one vector for each text.
    """

    def __init__(self, texts: Sequence[str], vectors: NDArray[Any], about: dict[str, Any] | None = None) -> None:
        if vectors.ndim != 2 or len(texts) != len(vectors):
            raise InputError(
                f"One vector is wanted for each text; found {len(texts)} texts and an array {vectors.shape}."
            )
        self.texts = texts
        self.vectors = vectors
        self.about = dict(about or {})

    def __len__(self) -> int:
        return len(self.texts)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> VectorIndex:
        """Open an index; its vectors are memory-mapped.

        Raises:
            FileMissingError: A file of it is missing.
            WeightsFileError: A file is broken.
        """
        repo = Repo(Path(path))

        def read() -> VectorIndex:
            files = {name: repo.file(name) for name in (ABOUT_FILE, TEXTS_FILE, VECTORS_FILE)}
            try:
                about = json.loads(files[ABOUT_FILE].read_text(encoding="utf-8"))
                with files[TEXTS_FILE].open(encoding="utf-8") as lines:
                    texts = [json.loads(line) for line in lines]
                vectors = np.load(files[VECTORS_FILE], mmap_mode="r", allow_pickle=False)
                return cls(texts, vectors, about)
            except Exception as error:  # numpy and json raise many kinds for broken files
                raise WeightsFileError(f"{path} is no readable index: {error}") from error

        return repo.read(read)

    def save(self, path: str | os.PathLike[str], dtype: str = "float16") -> None:
        """Write texts and vectors into a folder; all files change, or none.

        Args:
            path: The folder.
            dtype: ``"float16"``, of which cosines keep three decimals, or ``"float32"``.

        Raises:
            InputError: `dtype` is another.
            SaveError: The folder cannot be written to.
        """
        if dtype not in ("float16", "float32"):
            raise InputError(f"Vectors are stored as 'float16' or 'float32'; found {dtype!r}.")
        with atomic_save(path) as staging:
            np.save(staging.path(VECTORS_FILE), np.asarray(self.vectors, dtype), allow_pickle=False)
            with staging.path(TEXTS_FILE).open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in self.texts)
            staging.path(ABOUT_FILE).write_text(json.dumps(self.about, ensure_ascii=False), encoding="utf-8")

    def search(self, queries: NDArray[Any], top_n: int = 5) -> list[list[tuple[int, float]]]:
        """Return the nearest texts of each query, by cosine: their places and cosines, nearest first.

        Args:
            queries: Vectors of the length 1, float (queries, size).
            top_n: How many for each.

        Raises:
            InputError: The queries have another width than the index.

        Example:
            >>> index = VectorIndex(["a", "b"], np.eye(2, dtype=np.float32))
            >>> index.search(np.array([[1.0, 0.0]], np.float32), 1)
            [[(0, 1.0)]]
        """
        asked = np.asarray(queries, np.float32)
        if asked.ndim != 2 or asked.shape[1] != self.vectors.shape[1]:
            raise InputError(
                f"Queries have the shape (queries, {self.vectors.shape[1]}); found {asked.shape}. Were they made by the same model?"
            )
        top_n = max(min(top_n, len(self)), 0)
        places, cosines = nearest_rows(asked, self.vectors, top_n, block=_BLOCK)
        rows: Iterable[Any] = zip(places, cosines, strict=True)
        return [[(int(place), float(score)) for place, score in zip(*row, strict=True)] for row in rows]
