"""How a tokenizer learns its vocabulary."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import processors

from hezar_data.rust import is_refusal
from hezar_data.tokenizers.vocabulary import ROLES, Vocabulary
from hezar_registry import ConfigNameError, HezarError, InputError, progress_enabled


class Trainable(Vocabulary):
    """Training, for which a kind of tokenizer says what its pipeline and its trainer are."""

    training_roles: ClassVar[tuple[str, ...]] = ROLES
    """Order in which a newly trained vocabulary starts with the special tokens."""

    def build(self) -> RustTokenizer:
        """Return the untrained pipeline of this kind of tokenizer."""
        raise ConfigNameError(f"{type(self).__name__} has no pipeline of its own; load one, or use a concrete class.")

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        """Return the trainer of `tokenizers` for this kind of tokenizer."""
        raise ConfigNameError(f"{type(self).__name__} cannot be trained; use a concrete class.")

    def finish_training(self, tokenizer: RustTokenizer) -> None:
        """Complete a trained pipeline with what is known only now, such as ids of special tokens."""

    def train(self, files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], **kwargs: Any) -> None:
        """Train on the lines of text files; see `train_from_iterator`."""
        paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
        missing = [os.fspath(path) for path in paths if not os.path.isfile(path)]  # noqa: PTH113 - may be str
        if missing or not paths:
            raise InputError(f"There is no text file to train on: {', '.join(missing) or 'no file was given'}.")
        self._train(lambda tokenizer, trainer: tokenizer.train([os.fspath(path) for path in paths], trainer), kwargs)

    def train_from_iterator(self, dataset: Iterable[str], **kwargs: Any) -> None:
        """Learn a vocabulary from texts; the special tokens of the config come first in it.

        The pipeline is the one of this kind of tokenizer, also when another was loaded. When training fails, the
        tokenizer is as it was.

        Args:
            dataset: Texts, such as the sentences of a dataset.
            **kwargs: Config fields to change, such as ``vocab_size``; and ``special_tokens``, a list to use in place
                of those the config names.

        Raises:
            InputError: There is something other than a text, or too little of it.
            UnknownFieldError: A keyword is not a field of the config.

        Example:
            >>> tokenizer = build_preprocessor("wordpiece_tokenizer")
            >>> tokenizer.train_from_iterator(["هوای تهران صاف است"] * 2, vocab_size=60)
            >>> tokenizer.decode(tokenizer("هوا صاف است")["token_ids"])
            ['هوا صاف است']
        """
        if isinstance(dataset, (str, bytes)) or not isinstance(dataset, Iterable):
            raise InputError(
                f"train_from_iterator takes many texts, such as a list; found {type(dataset).__name__}. Put it into a list."
            )
        self._train(lambda tokenizer, trainer: tokenizer.train_from_iterator(dataset, trainer), kwargs)

    def _train(self, run: Callable[[RustTokenizer, Any], None], overrides: dict[str, Any]) -> None:
        special = overrides.pop("special_tokens", None)
        before = self.config
        self.config = before.replace(**overrides)
        try:
            tokenizer = self.build()
            wanted = self.named_special_tokens(self.training_roles) if special is None else special
            show_progress = self.config.show_progress and progress_enabled(sys.stderr.isatty())
            run(tokenizer, self.trainer(list(dict.fromkeys(wanted)), show_progress))
            self.finish_training(tokenizer)
        except BaseException as error:
            self.config = before
            if isinstance(error, (HezarError, OSError)) or not is_refusal(error):
                raise
            raise InputError(f"{type(self).__name__} cannot be trained on these texts and options: {error}") from error
        self._tokenizer = tokenizer
        self.config = self.config.replace(vocab_size=len(self))


def template(tokenizer: RustTokenizer, single: list[str], pair: list[str]) -> None:
    """Let a pipeline put special tokens around texts; nothing is done when it lacks one of them.

    Args:
        tokenizer: The pipeline.
        single: What a text becomes, such as ``["[CLS]", "$A", "[SEP]"]``.
        pair: What two texts become, such as ``["[CLS]", "$A", "[SEP]", "$B:1", "[SEP]:1"]``.
    """
    names = dict.fromkeys(part.removesuffix(":1") for part in (*single, *pair) if not part.startswith("$"))
    ids = [(name, tokenizer.token_to_id(name)) for name in names]
    if all(token_id is not None for _, token_id in ids):
        tokenizer.post_processor = processors.TemplateProcessing(
            single=single,  # pyright: ignore[reportArgumentType] - its stub knows the string form only
            pair=pair,  # pyright: ignore[reportArgumentType]
            special_tokens=ids,
        )
