"""The files of a tokenizer: ``tokenizer.json`` and its config."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Self

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import models

from hezar_data.errors import TokenizerFileError
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.preprocessors.files import in_folder, write_files
from hezar_data.rust import is_refusal
from hezar_data.tokenizers.limits import beyond_limits
from hezar_data.tokenizers.settings import PipelineSettings
from hezar_hub import PREPROCESSOR_SUBFOLDER, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE, Repo, stand_in
from hezar_registry import get_logger

logger = get_logger(__name__)


class TokenizerFiles(PipelineSettings, Preprocessor):
    """Loading and saving in the published layout."""

    tokenizer_filename: ClassVar[str] = TOKENIZER_FILE
    tokenizer_config_filename: ClassVar[str] = TOKENIZER_CONFIG_FILE

    @staticmethod
    def from_file(path: str | os.PathLike[str]) -> RustTokenizer:
        """Return the pipeline that a ``tokenizer.json`` holds.

        Raises:
            TokenizerFileError: The file is missing, is not a tokenizer, or makes too much of a text.
        """
        try:
            tokenizer = RustTokenizer.from_buffer(Path(path).read_bytes())
        except BaseException as error:
            if not is_refusal(error):
                raise
            instead = stand_in(path)
            problem = f"is {instead}." if instead else f"is not a tokenizer file: {error}"
            raise TokenizerFileError(f"{os.fspath(path)} {problem}") from error
        if problem := beyond_limits(tokenizer):
            raise TokenizerFileError(f"{os.fspath(path)} is not used, for {problem}. Get the file from whom you trust.")
        return tokenizer

    @classmethod
    def from_repo(cls, repo: Repo, folder: str, config: Any, **options: Any) -> Self:
        filename = options.get("tokenizer_filename") or TOKENIZER_FILE
        for field in ("max_length", "truncation", "padding"):
            if config.get(field) not in ("deprecated", None):
                logger.info("%s: `%s` in a tokenizer config has no effect; give it in the call.", repo, field)
        return cls(config, tokenizer_file=repo.file(filename, subfolder=folder or None))

    def export_files(self, subfolder: str | None = None) -> dict[str, bytes]:
        return self._export(subfolder)

    def _export(self, subfolder: str | None, *, save_config: bool = True, pretty: bool = True) -> dict[str, bytes]:
        folder = PREPROCESSOR_SUBFOLDER if subfolder is None else subfolder
        config = self.config.replace(vocab_size=len(self)) if "vocab_size" in self.config.fields() else self.config
        files = {in_folder(folder, config.filename): config.to_yaml().encode()} if save_config else {}
        return files | {in_folder(folder, TOKENIZER_FILE): _document(self._without_settings(), pretty).encode()}

    def save(
        self,
        path: str | os.PathLike[str],
        subfolder: str | None = None,
        *,
        save_config: bool = True,
        pretty: bool = True,
    ) -> None:
        """Write the tokenizer into a folder; all of its files change, or none.

        Args:
            path: The folder of the repo; it is created if needed.
            subfolder: The folder in it; default is ``preprocessor``.
            save_config: Write the config beside ``tokenizer.json``.
            pretty: Write ``tokenizer.json`` with line breaks.

        Raises:
            SaveError: The folder cannot be written to; what was there before is whole.
        """
        write_files(path, self._export(subfolder, save_config=save_config, pretty=pretty))


def _document(tokenizer: RustTokenizer, pretty: bool) -> str:
    """Return a pipeline as JSON that, read and written again, is the same."""
    document = tokenizer.to_str(pretty=pretty)
    if isinstance(tokenizer.model, models.Unigram):
        # The reader of `tokenizers` is off by the last digit of some scores; what it reads, it soon reads again.
        while (again := RustTokenizer.from_str(document).to_str(pretty=pretty)) != document:
            document = again
    return document
