"""`PreprocessorsContainer`: the preprocessors of one repo, by name."""

from __future__ import annotations

import os
from typing import Any

from hezar_data.preprocessors.base import Preprocessor
from hezar_data.preprocessors.files import write_files
from hezar_hub import PushResult, push
from hezar_registry import InputError


class PreprocessorsContainer(dict[str, Preprocessor]):
    """An ordered mapping from registry names to preprocessors; the names are attributes too.

    Example:
        >>> container = Preprocessor.load("hezarai/roberta-base-fa")  # doctest: +SKIP
        >>> container.tokenizer is container["bpe_tokenizer"]  # doctest: +SKIP
        True
    """

    @property
    def tokenizer(self) -> Any:
        """The first tokenizer, or ``None``."""
        return self._first("tokenizer")

    @property
    def text_normalizer(self) -> Any:
        """The first text normalizer, or ``None``."""
        return self._first("text_normalizer")

    @property
    def image_processor(self) -> Any:
        """The first image processor, or ``None``."""
        return self._first("image_processor")

    @property
    def audio_feature_extractor(self) -> Any:
        """The first audio feature extractor, or ``None``."""
        return self._first("audio_feature_extractor")

    def _first(self, role: str) -> Any:
        return next((member for member in self.values() if member.role == role), None)

    def __getattr__(self, name: str) -> Preprocessor:
        if name in self:
            return self[name]
        raise AttributeError(f"There is no preprocessor {name!r} here; there are: {', '.join(self) or 'none'}.")

    def export_files(self, subfolder: str | None = None) -> dict[str, bytes]:
        """Return the files of all members; see `Preprocessor.export_files`.

        Raises:
            InputError: Two members would write the same file.
        """
        files: dict[str, bytes] = {}
        owners: dict[str, str] = {}
        for name, member in self.items():
            for file, content in member.export_files(subfolder).items():
                if file in files:
                    raise InputError(
                        f"{owners[file]!r} and {name!r} are both saved as {file}; one repo holds only one of them."
                    )
                files[file], owners[file] = content, name
        return files

    def save(self, path: str | os.PathLike[str], subfolder: str | None = None) -> None:
        """Write all members into a folder at once; see `Preprocessor.save`."""
        write_files(path, self.export_files(subfolder))

    def push_to_hub(
        self,
        repo_id: str,
        subfolder: str | None = None,
        commit_message: str | None = None,
        private: bool = False,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
    ) -> PushResult:
        """Push all members to a Hub repo in one commit; see `Preprocessor.push_to_hub`."""
        return push(
            repo_id,
            self.export_files(subfolder),
            commit_message=commit_message or "Hezar: Upload preprocessors",
            private=private,
            token=token,
            revision=revision,
        )
