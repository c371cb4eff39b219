"""`Tokenizer`: from texts to token ids and back, in the published layout."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self, cast

from tokenizers import Encoding
from tokenizers import Tokenizer as RustTokenizer

from hezar_data.configs.tokenizers import TokenizerConfig
from hezar_data.errors import TokenizerFileError
from hezar_data.preprocessors.base import PREPROCESSOR_SUBFOLDER, Preprocessor, in_folder
from hezar_data.tokenizers import padding as pad
from hezar_data.tokenizers import truncation as trunc
from hezar_data.tokenizers.inputs import as_batch, describe_problem
from hezar_hub import TOKENIZER_FILE, Repo
from hezar_registry import ConfigNameError, InputError, UnknownKeywordError, get_logger, progress_enabled, suggest

logger = get_logger(__name__)

_ROLES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")
_IGNORED_KEYWORDS = ("padding_strategy", "truncation_strategy")
#: Columns that stay lists whatever `return_tensors` says.
_LIST_COLUMNS = ("offsets_mapping", "tokens", "word_ids")


class Tokenizer(Preprocessor):
    """Base class of tokenizers. Nothing a call does changes what the next call gives.

    Args:
        config: The config.
        tokenizer: The pipeline; default is an untrained one.
        **kwargs: Config fields, which win over `config`.

    Example:
        >>> tokenizer = Tokenizer.load("hezarai/bert-base-fa")  # doctest: +SKIP
        >>> tokenizer("سلام")["token_ids"]  # doctest: +SKIP
        [2, 5231, 4]
    """

    role = "tokenizer"
    config_class = TokenizerConfig
    upload_message = "Hezar: Upload tokenizer and config"
    load_options = ("tokenizer_filename",)
    #: Order in which a newly trained vocabulary starts with the special tokens.
    training_roles: ClassVar[tuple[str, ...]] = _ROLES

    def __init__(self, config: Any = None, tokenizer: RustTokenizer | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self._tokenizer = self.build() if tokenizer is None else tokenizer
        # A tokenizer.json may ask for these, and each call decides anew.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def build(self) -> RustTokenizer:
        """Return the untrained pipeline of this kind of tokenizer."""
        raise ConfigNameError(f"{type(self).__name__} has no pipeline of its own; load one, or use a concrete class.")

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        """Return the trainer of `tokenizers` for this kind of tokenizer."""
        raise ConfigNameError(f"{type(self).__name__} cannot be trained; use a concrete class.")

    def finish_training(self) -> None:
        """Complete the pipeline with what is known only after training, such as ids of special tokens."""

    # Loading and saving ----------------------------------------------------------------------------------------

    @classmethod
    def from_repo(cls, repo: Repo, folder: str, config: Any, **options: Any) -> Self:
        filename = options.get("tokenizer_filename") or TOKENIZER_FILE
        path = repo.file(filename, subfolder=folder or None)
        for field in ("max_length", "truncation", "padding"):
            if config.get(field) not in ("deprecated", None):
                logger.info("%s: `%s` in a tokenizer config has no effect; give it in the call.", repo, field)
        try:
            return cls(config, RustTokenizer.from_buffer(path.read_bytes()))
        except (ValueError, TypeError, OSError) as error:
            raise TokenizerFileError(
                f"{repo}/{in_folder(folder, filename)} is not a tokenizer file: {error}"
            ) from error

    def export_files(self, subfolder: str | None = None) -> dict[str, bytes]:
        folder = PREPROCESSOR_SUBFOLDER if subfolder is None else subfolder
        config = self.config.replace(vocab_size=len(self)) if "vocab_size" in self.config.fields() else self.config
        return {
            in_folder(folder, config.filename): config.to_yaml().encode(),
            in_folder(folder, TOKENIZER_FILE): self._tokenizer.to_str(pretty=True).encode(),
        }

    # Training --------------------------------------------------------------------------------------------------

    def train(self, files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], **kwargs: Any) -> None:
        """Train on the lines of text files; see `train_from_iterator`."""
        paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
        missing = [os.fspath(path) for path in paths if not os.path.isfile(path)]  # noqa: PTH113 - may be str
        if missing or not paths:
            raise InputError(f"There is no text file to train on: {', '.join(missing) or 'no file was given'}.")
        self._train(lambda trainer: self._tokenizer.train([os.fspath(path) for path in paths], trainer), kwargs)

    def train_from_iterator(self, texts: Iterable[str], **kwargs: Any) -> None:
        """Learn a vocabulary from texts; the special tokens of the config come first in it.

        Args:
            texts: Texts, such as the sentences of a data set.
            **kwargs: Config fields to change, such as ``vocab_size``.

        Example:
            >>> tokenizer = build_preprocessor("wordpiece_tokenizer")
            >>> tokenizer.train_from_iterator(["هوای تهران صاف است"] * 2, vocab_size=60)
            >>> tokenizer.decode(tokenizer("هوا صاف است")["token_ids"])
            ['هوا صاف است']
        """
        if isinstance(texts, str):
            raise InputError("train_from_iterator takes many texts; found one. Give a list of texts.")
        self._train(lambda trainer: self._tokenizer.train_from_iterator(texts, trainer), kwargs)

    def _train(self, run: Any, overrides: dict[str, Any]) -> None:
        self.config = self.config.replace(**overrides)
        self._tokenizer = self.build()
        named = [getattr(self.config, f"{role}_token") for role in self.training_roles]
        special = list(dict.fromkeys(t for t in (*named, *(self.config.additional_special_tokens or ())) if t))
        show_progress = self.config.show_progress and progress_enabled(sys.stderr.isatty())
        try:
            run(self.trainer(special, show_progress))
        except (TypeError, ValueError, UnicodeError) as error:
            raise InputError(f"A tokenizer is trained on texts: {error}") from error
        self.finish_training()
        self.config = self.config.replace(vocab_size=len(self))

    # Encoding --------------------------------------------------------------------------------------------------

    def __call__(
        self,
        inputs: Any,
        device: Any = None,
        add_special_tokens: bool = True,
        padding: bool | str | None = None,
        truncation: bool | str | None = None,
        max_length: int | None = None,
        return_tensors: str | None = "list",
        stride: int | None = None,
        is_split_into_words: bool = False,
        pad_to_multiple_of: int | None = None,
        return_tokens: bool | None = None,
        return_token_type_ids: bool | None = None,
        return_attention_mask: bool | None = True,
        return_overflowing_tokens: bool = False,
        return_special_tokens_mask: bool = False,
        return_offsets_mapping: bool = False,
        return_length: bool = False,
        return_word_ids: bool = False,
        verbose: bool = True,  # noqa: ARG002, RUF100 - published, without effect
        **ignored: Any,
    ) -> dict[str, Any]:
        """Turn texts into token ids.

        Args:
            inputs: A text, a list of texts or of (a, b) pairs; with `is_split_into_words` a list of words, or a list
                of such lists.
            device: Where torch tensors go.
            add_special_tokens: Put the special tokens of the pipeline around the text.
            padding: ``"longest"`` (or True), ``"max_length"`` or ``"no_padding"``. By default lists are not padded,
                and tensors to the longest.
            truncation: True (``"longest_first"``), ``"only_first"`` or ``"only_second"``; needs `max_length`.
            max_length: Length to cut and pad to, in tokens, special ones included.
            return_tensors: ``"list"``, ``"numpy"`` or ``"torch"`` (int64).
            stride: Tokens that two pieces of a cut text share; default is the config's.
            is_split_into_words: The inputs are words.
            pad_to_multiple_of: Pad up to a multiple of this; default is the config's.
            return_tokens: Add ``tokens``.
            return_token_type_ids: Add ``token_type_ids``.
            return_attention_mask: Add ``attention_mask``.
            return_overflowing_tokens: Keep what truncation cuts off, as rows of their own.
            return_special_tokens_mask: Add ``special_tokens_mask``.
            return_offsets_mapping: Add ``offsets_mapping``: (start, end) in characters of the text.
            return_length: Add ``length``.
            return_word_ids: Add ``word_ids``.
            verbose: Without effect.
            **ignored: ``padding_strategy`` and ``truncation_strategy`` of old programs.

        Returns:
            A mapping with ``token_ids`` and what was asked for. A single input with lists has one level less.

        Raises:
            InputError: An input is no text, or an option makes no sense.
            UnknownKeywordError: A keyword is unknown.
        """
        self._check_ignored(ignored)
        kind = pad.check_return_tensors(return_tensors)
        batch, single = as_batch(inputs, is_split_into_words)
        tokens_by_offset = bool(return_tokens) and self._is_byte_level and not is_split_into_words
        # The fast call of `tokenizers` gives ids and leaves out offsets and token texts.
        in_full = return_offsets_mapping or bool(return_tokens)
        encodings = self._encode(batch, is_split_into_words, add_special_tokens, in_full)

        columns: dict[str, list[Any]] = {"token_ids": [e.ids for e in encodings]}
        if return_token_type_ids:
            columns["token_type_ids"] = [e.type_ids for e in encodings]
        if return_special_tokens_mask:
            columns["special_tokens_mask"] = [e.special_tokens_mask for e in encodings]
        if return_offsets_mapping:
            columns["offsets_mapping"] = [e.offsets for e in encodings]
        if return_tokens:
            texts = batch if tokens_by_offset else [None] * len(batch)
            columns["tokens"] = [self.get_tokens_from_encoding(e, t) for e, t in zip(encodings, texts, strict=True)]
        if return_word_ids:
            columns["word_ids"] = [e.word_ids for e in encodings]

        cut = trunc.resolve(
            truncation, max_length, self.config.truncation_side, self.config.stride if stride is None else stride
        )
        samples = self._cut(columns, encodings, cut, return_overflowing_tokens)

        rows = columns["token_ids"]
        default = "no_padding" if kind == "list" else "longest"
        multiple = self._multiple(pad_to_multiple_of)
        width = pad.target_length(list(map(len, rows)), pad.resolve(padding, default), max_length, multiple)
        result: dict[str, Any] = {}
        for key in ("token_ids", "token_type_ids", "attention_mask", "special_tokens_mask", "offsets_mapping"):
            if key == "attention_mask":
                if return_attention_mask:
                    result[key] = self._padded([[1] * len(row) for row in rows], key, width, kind, device)
            elif key in columns:
                result[key] = self._padded(columns[key], key, width, kind, device)
        if return_length:
            result["length"] = [max(len(row), width or 0) for row in rows]
        for key in ("tokens", "word_ids"):
            if key in columns:
                result[key] = self._padded(columns[key], key, width, kind, device)
        if return_overflowing_tokens:
            result["overflow_to_sample_mapping"] = samples
        if single and kind == "list" and len(rows) == 1:
            return {key: value[0] for key, value in result.items()}
        return result

    def encode(self, inputs: Any, is_pretokenized: bool = False, add_special_tokens: bool = True) -> list[Encoding]:
        """Return the encodings of `tokenizers`, one per input."""
        batch, _ = as_batch(inputs, is_pretokenized)
        return self._encode(batch, is_pretokenized, add_special_tokens, in_full=True)

    def _encode(self, batch: list[Any], is_split: bool, add_special_tokens: bool, in_full: bool) -> list[Encoding]:
        run = self._tokenizer.encode_batch if in_full else self._tokenizer.encode_batch_fast
        if not is_split and not all(isinstance(item, str) for item in batch):
            batch = [tuple(item) if isinstance(item, list) else item for item in batch]
        try:
            return run(batch, is_pretokenized=is_split, add_special_tokens=add_special_tokens)
        except Exception as error:  # the binding raises many kinds; the reason is looked for only now
            problem = describe_problem(batch, is_split) or str(error)
            raise InputError(f"{type(self).__name__} cannot tokenize these inputs: {problem}") from error

    @staticmethod
    def _cut(
        columns: dict[str, list[Any]], encodings: list[Encoding], cut: trunc.Truncation | None, overflow: bool
    ) -> list[int]:
        """Cut the rows that are too long, in place; return which input each row comes from."""
        lengths = list(map(len, columns["token_ids"]))
        if cut is None or max(lengths) <= cut.max_length:
            return list(range(len(lengths)))
        samples: list[int] = []
        pieces: list[trunc.Piece | None] = []
        for i, length in enumerate(lengths):
            found = cut.pieces(encodings[i].sequence_ids, overflow=overflow) if length > cut.max_length else [None]
            pieces += found
            samples += [i] * len(found)
        for key, rows in columns.items():
            columns[key] = [
                rows[i] if piece is None else trunc.cut(rows[i], piece)
                for i, piece in zip(samples, pieces, strict=True)
            ]
        return samples

    def _padded(self, rows: list[Any], key: str, width: int | None, kind: str, device: Any) -> Any:
        side = self.config.padding_side
        if kind == "list" or key in _LIST_COLUMNS:
            return rows if width is None else pad.pad_rows(rows, width, self._fill(key), side)
        array = pad.to_array(rows, max(width, *map(len, rows)) if width else None, self._fill_int(key), side)
        return pad.as_tensors(array, kind, device)

    def _fill(self, key: str) -> Any:
        fills = {
            "token_type_ids": self.config.pad_token_type_id,
            "attention_mask": 0,
            "special_tokens_mask": 1,
            "offsets_mapping": (0, 0),
            "tokens": self.pad_token,
            "word_ids": None,
        }
        return fills[key] if key in fills else self._fill_int(key)

    def _fill_int(self, key: str) -> int:
        if key in ("token_type_ids", "attention_mask", "special_tokens_mask"):
            return int(self._fill(key))
        if self.pad_token_id is None:
            raise InputError(
                f"Padding needs a padding token; the pad_token {self.config.pad_token!r} of this tokenizer is not in "
                "its vocabulary."
            )
        return self.pad_token_id

    def _multiple(self, asked: int | None) -> int:
        value = self.config.pad_to_multiple_of if asked is None else asked
        return value if isinstance(value, int) else 0

    @staticmethod
    def _check_ignored(keywords: Mapping[str, Any]) -> None:
        for name in keywords:
            if name not in _IGNORED_KEYWORDS:
                import inspect

                known = [k for k in inspect.signature(Tokenizer.__call__).parameters if k not in ("self", "ignored")]
                raise UnknownKeywordError(
                    f"A tokenizer got an unexpected keyword argument {name!r}.{suggest(name, known)} "
                    f"It takes: {', '.join(known)}."
                )
            logger.warning("`%s` is deprecated and has no effect; use `%s`.", name, name.removesuffix("_strategy"))

    # Padding encoded rows --------------------------------------------------------------------------------------

    def pad_encoded_batch(
        self,
        inputs: Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]],
        padding: bool | str | None = None,
        max_length: int | None = None,
        truncation: bool = True,
        return_tensors: str | None = None,
        include_keys: Sequence[str] | None = None,
        exclude_keys: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """Bring encoded rows to one length.

        Args:
            inputs: A mapping of lists of rows, or a list of mappings, one per row.
            padding: ``"longest"`` or ``"max_length"``; default is ``"max_length"`` when a length is given.
            max_length: Length to pad to; ``"longest"`` cuts to it.
            truncation: Cut rows that are longer than the length.
            return_tensors: ``"list"``, ``"numpy"`` or ``"torch"``.
            include_keys: Only these keys are padded.
            exclude_keys: These keys are not padded.

        Returns:
            A mapping of columns. ``attention_mask`` is filled with 0, every other key with the padding token.
        """
        kind = pad.check_return_tensors(return_tensors)
        if isinstance(inputs, Mapping):
            columns = {key: list(rows) for key, rows in inputs.items()}
        else:
            columns = {key: [item[key] for item in inputs] for key in (inputs[0] if inputs else ())}
        chosen = [
            key
            for key in (columns if include_keys is None else include_keys)
            if key in columns and key not in _LIST_COLUMNS and key not in (exclude_keys or ())
        ]
        if not columns or not all(columns[key] for key in chosen):
            raise InputError("There are no rows to pad: the batch is empty.")
        result: dict[str, Any] = dict(columns)
        for key in chosen:
            rows = [row.tolist() if hasattr(row, "tolist") else list(row) for row in columns[key]]
            width = self._width(rows, padding, max_length, truncation)
            rows = [row[:width] for row in rows]
            fill = 0 if key == "attention_mask" else self._fill_int("token_ids")
            side = self.config.padding_side
            result[key] = (
                pad.pad_rows(rows, width, fill, side)
                if kind == "list"
                else pad.as_tensors(pad.to_array(rows, width, fill, side), kind)
            )
        return result

    @staticmethod
    def _width(rows: list[list[int]], padding: bool | str | None, max_length: int | None, truncation: bool) -> int:
        longest = max(map(len, rows))
        mode = pad.resolve(padding, "longest" if max_length is None else "max_length")
        if max_length is None:
            if mode == "max_length":
                logger.warning("padding='max_length' without max_length pads to the longest.")
            return longest
        if mode == "longest":
            return min(longest, max_length)
        if longest > max_length and not truncation:
            logger.warning("Rows of up to %d tokens are kept whole, for truncation is off.", longest)
            return longest
        return max_length

    # Decoding and tokens ---------------------------------------------------------------------------------------

    def decode(self, ids: Any, skip_special_tokens: bool = True) -> list[str]:
        """Turn token ids back into texts.

        Args:
            ids: One row of ids or a batch of rows: lists, numpy or torch.
            skip_special_tokens: Leave out special tokens.

        Returns:
            One text per row; one row gives a list of one.
        """
        rows = ids.tolist() if hasattr(ids, "tolist") else ids
        rows = [row.tolist() if hasattr(row, "tolist") else row for row in (rows if isinstance(rows, list) else [rows])]
        if all(isinstance(row, int) for row in rows):
            rows = [rows]
        try:
            return self._tokenizer.decode_batch([list(row) for row in rows], skip_special_tokens=skip_special_tokens)
        except (TypeError, OverflowError) as error:
            raise InputError(f"decode takes token ids, a list of them or a list of lists: {error}") from error

    def convert_tokens_to_ids(self, tokens: str | list[str]) -> list[int | None]:
        """Return the ids of tokens; an unknown token has that of ``unk_token``."""
        found = [self._tokenizer.token_to_id(token) for token in ([tokens] if isinstance(tokens, str) else tokens)]
        return [self.unk_token_id if token_id is None else token_id for token_id in found]

    def convert_ids_to_tokens(self, ids: int | list[int], skip_special_tokens: bool = False) -> list[str]:
        """Return the tokens of ids."""
        wanted = [ids] if isinstance(ids, int) else [int(i) for i in ids]
        special = set(self.special_ids) if skip_special_tokens else set()
        tokens = [self._tokenizer.id_to_token(i) for i in wanted if i not in special]
        if None in tokens:
            raise InputError(f"The vocabulary of {len(self)} tokens has no id {wanted[tokens.index(None)]}.")
        return cast("list[str]", tokens)

    def get_tokens_from_encoding(self, encoding: Encoding, original_text: str | None = None) -> list[str]:
        """Return the tokens of an encoding as a person reads them.

        Byte-level tokens are shown as the part of `original_text` they stand for.
        """
        if original_text is None or not self._is_byte_level:
            return encoding.tokens
        return self.get_tokens_from_offsets(original_text, encoding.ids, encoding.offsets)

    def get_tokens_from_offsets(
        self, text: str | list[str], ids: list[int], offsets_mapping: Sequence[tuple[int, int]]
    ) -> list[str]:
        """Return the parts of `text` that the offsets point at; special ids as their token.

        Raises:
            InputError: The offsets are no (start, end) pairs, or not one per id.
        """
        if not isinstance(text, str):
            raise InputError(f"The text that was encoded is wanted; found {type(text).__name__}.")
        if len(ids) != len(offsets_mapping) or not all(len(pair) == 2 for pair in offsets_mapping):
            raise InputError("One (start, end) pair of character offsets is wanted per id.")
        special = dict(zip(self.special_ids, self.special_tokens, strict=True))
        return [
            special[token_id] if token_id in special else text[start:end]
            for token_id, (start, end) in zip(ids, offsets_mapping, strict=True)
        ]

    # The pipeline and its vocabulary ---------------------------------------------------------------------------

    @property
    def model(self) -> Any:
        """The model of the pipeline."""
        return self._tokenizer.model

    @property
    def decoder(self) -> Any:
        """The decoder of the pipeline."""
        return self._tokenizer.decoder

    @property
    def vocab(self) -> dict[str, int]:
        """Token → id, with added tokens."""
        return self.get_vocab()

    @property
    def vocab_size(self) -> int:
        """Number of tokens without added ones."""
        return self.get_vocab_size(with_added_tokens=False)

    def get_vocab(self, with_added_tokens: bool = True) -> dict[str, int]:
        """Return token → id."""
        return self._tokenizer.get_vocab(with_added_tokens=with_added_tokens)

    def get_vocab_size(self, with_added_tokens: bool = True) -> int:
        """Return the number of tokens."""
        return self._tokenizer.get_vocab_size(with_added_tokens=with_added_tokens)

    def get_added_vocab(self) -> dict[str, int]:
        """Return token → id of the tokens that were added to the trained vocabulary."""
        trained = self.get_vocab(with_added_tokens=False)
        return {token: i for token, i in self.get_vocab().items() if token not in trained}

    def __len__(self) -> int:
        return self.get_vocab_size()

    def token_to_id(self, token: str) -> int | None:
        """Return the id of a token, or ``None``."""
        return self._tokenizer.token_to_id(token)

    def id_to_token(self, token_id: int) -> str | None:
        """Return the token of an id, or ``None``."""
        return self._tokenizer.id_to_token(token_id)

    def add_tokens(self, tokens: str | list[str]) -> int:
        """Add tokens to the vocabulary; return how many were new."""
        return self._tokenizer.add_tokens([tokens] if isinstance(tokens, str) else tokens)

    def add_special_tokens(self, tokens: str | list[str]) -> int:
        """Add special tokens to the vocabulary; return how many were new."""
        return self._tokenizer.add_special_tokens([tokens] if isinstance(tokens, str) else tokens)

    def num_special_tokens_to_add(self, is_pair: bool = False) -> int:
        """Return how many special tokens the pipeline puts around a text or a pair."""
        return self._tokenizer.num_special_tokens_to_add(is_pair)

    @property
    def special_tokens(self) -> list[str]:
        """The special tokens of the config that are in the vocabulary."""
        named = [getattr(self.config, f"{role}_token") for role in _ROLES]
        tokens = (*named, *(self.config.additional_special_tokens or ()))
        return [token for token in tokens if token and self.token_to_id(token) is not None]

    @property
    def special_ids(self) -> list[int]:
        """The ids of `special_tokens`."""
        return [i for i in map(self.token_to_id, self.special_tokens) if i is not None]

    @property
    def _is_byte_level(self) -> bool:
        return type(self._tokenizer.decoder).__name__ == "ByteLevel"

    def _id_of(self, role: str) -> int | None:
        token = getattr(self.config, f"{role}_token")
        return None if token is None else self.token_to_id(token)

    pad_token = property(lambda self: self.config.pad_token)
    bos_token = property(lambda self: self.config.bos_token)
    eos_token = property(lambda self: self.config.eos_token)
    unk_token = property(lambda self: self.config.unk_token)
    mask_token = property(lambda self: self.config.mask_token)
    cls_token = property(lambda self: self.config.cls_token)
    sep_token = property(lambda self: self.config.sep_token)
    pad_token_id = property(lambda self: self._id_of("pad"))
    bos_token_id = property(lambda self: self._id_of("bos"))
    eos_token_id = property(lambda self: self._id_of("eos"))
    unk_token_id = property(lambda self: self._id_of("unk"))
    mask_token_id = property(lambda self: self._id_of("mask"))
    cls_token_id = property(lambda self: self._id_of("cls"))
    sep_token_id = property(lambda self: self._id_of("sep"))
