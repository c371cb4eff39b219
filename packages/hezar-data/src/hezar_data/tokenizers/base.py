"""`Tokenizer`: from texts to token ids and back, in the published layout."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tokenizers import Encoding
from tokenizers import Tokenizer as RustTokenizer

from hezar_data import padding as pad
from hezar_data.configs.tokenizers import TokenizerConfig
from hezar_data.inputs import one_text
from hezar_data.rust import is_refusal, refusals_as
from hezar_data.tensors import check_return_tensors
from hezar_data.tokenizers import truncation as trunc
from hezar_data.tokenizers.files import TokenizerFiles
from hezar_data.tokenizers.inputs import as_batch, as_id_rows, describe_problem
from hezar_data.tokenizers.rows import RowPadding
from hezar_data.tokenizers.training import Trainable
from hezar_data.tokenizers.word_memo import IdRows, WordMemo
from hezar_data.tokenizers.zwnj import ZWNJ_SAMPLE, ZWNJReport, zwnj_report
from hezar_registry import InputError, UnknownKeywordError, get_logger, suggest
from hezar_registry.checks import whole_number

logger = get_logger(__name__)

_IGNORED_KEYWORDS = ("padding_strategy", "truncation_strategy")
_COLUMN_ORDER = (
    "token_ids",
    "token_type_ids",
    "attention_mask",
    "special_tokens_mask",
    "offsets_mapping",
    "length",
    "tokens",
    "word_ids",
)


class Tokenizer(TokenizerFiles, RowPadding, Trainable):
    """Base class of tokenizers. Nothing a call does changes what the next call gives.

    Args:
        config: The config.
        tokenizer_file: A ``tokenizer.json``, or the pipeline itself; default is the untrained one of the class.
        **kwargs: Config fields, which win over `config`.

    Raises:
        TokenizerFileError: The file is missing or is not a tokenizer.

    Example:
        >>> tokenizer = Tokenizer.load("hezarai/bert-base-fa")  # doctest: +SKIP
        >>> tokenizer("سلام")["token_ids"]  # doctest: +SKIP
        [2, 5231, 4]
    """

    role = "tokenizer"
    config_class = TokenizerConfig
    upload_message = "Hezar: Upload tokenizer and config"
    load_options = ("tokenizer_filename",)
    token_ids_name: ClassVar[str] = "token_ids"  # noqa: S105 - the key of a column

    def __init__(
        self,
        config: Any = None,
        tokenizer_file: str | os.PathLike[str] | RustTokenizer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(config, **kwargs)
        if isinstance(tokenizer_file, RustTokenizer):
            self._tokenizer = tokenizer_file
        else:
            self._tokenizer = self.build() if tokenizer_file is None else self.from_file(tokenizer_file)
        # A tokenizer.json may ask for these, and each call decides anew.
        self.no_padding()
        self.no_truncation()

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
        split_special_tokens: bool = False,
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
            max_length: Length to truncate and pad to, in tokens, special ones included.
            return_tensors: ``"list"``, ``"numpy"`` or ``"torch"`` (int64).
            stride: Tokens by which neighbouring windows of a truncated text overlap; default is the config's.
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
            split_special_tokens: A special token that a text spells (``[SEP]``, ``<s>``) is cut as any other text. By
                default it becomes the id of the token.
            verbose: Without effect.
            **ignored: ``padding_strategy`` and ``truncation_strategy`` of old programs.

        Returns:
            A mapping with ``token_ids`` and what was requested. A single input with lists has one level less, except
            in ``length``, which has a number per row.

        Raises:
            InputError: An input is not a text, or an option makes no sense.
            UnknownKeywordError: A keyword is unknown.
            MissingExtraError: Torch is requested and not installed.
        """
        self._check_ignored(ignored)
        kind = check_return_tensors(return_tensors)
        padding = pad.resolve(padding, "no_padding" if kind == "list" else "longest")
        max_length = None if max_length is None else whole_number("max_length", max_length, at_least=0)
        cut = trunc.resolve(
            truncation, max_length, self.config.truncation_side, self.config.stride if stride is None else stride
        )
        batch, single = as_batch(inputs, is_split_into_words)
        self._clear_settings()
        # The fast call of `tokenizers` gives ids. It leaves out offsets, token texts and words, and some type ids.
        in_full = any((return_offsets_mapping, return_tokens, return_word_ids, return_token_type_ids))
        pipeline = self._tokenizer
        if split_special_tokens and _spell(batch, self._control_tokens()):
            pipeline, in_full = self._literal_pipeline(), True
        encodings = self._encode(batch, is_split_into_words, add_special_tokens, in_full, pipeline)

        columns: dict[str, list[Any]] = {"token_ids": _ids(encodings)}
        if return_token_type_ids:
            columns["token_type_ids"] = [e.type_ids for e in encodings]
        if return_special_tokens_mask:
            columns["special_tokens_mask"] = [e.special_tokens_mask for e in encodings]
        if return_offsets_mapping:
            columns["offsets_mapping"] = [e.offsets for e in encodings]
        if return_tokens:
            columns["tokens"] = self._tokens(encodings, [None] * len(batch) if is_split_into_words else batch)
        if return_word_ids:
            columns["word_ids"] = [e.word_ids for e in encodings]
        samples = trunc.cut_columns(columns, encodings, cut, overflow=return_overflowing_tokens)
        if return_attention_mask:
            columns["attention_mask"] = [[1] * len(row) for row in columns["token_ids"]]

        lengths = list(map(len, columns["token_ids"]))
        width = pad.target_length(lengths, padding, max_length, self._multiple(pad_to_multiple_of))
        result: dict[str, Any] = {}
        for key in _COLUMN_ORDER:
            if key in columns:
                result[key] = self._padded(columns[key], key, width, kind, device)
            elif key == "length" and return_length:
                result[key] = pad.stacked([max(length, width or 0) for length in lengths], key, kind, device)
        if return_overflowing_tokens:
            result["overflow_to_sample_mapping"] = samples
        if single and kind == "list" and len(lengths) == 1:
            return {key: value[0] if isinstance(value[0], list) else value for key, value in result.items()}
        return result

    def tokenize(self, text: str) -> list[str]:
        """Return the tokens of one text, without special tokens: text in, texts out.

        A call gives their ids, and much else.

        Args:
            text: The text.

        Raises:
            InputError: `text` is not a string.

        Example:
            >>> Tokenizer.load("hezarai/bert-base-fa").tokenize("هزار کتابخانه")  # doctest: +SKIP
            ['هزار', 'کتابخانه']
        """
        return self(one_text(text, "tokenize"), add_special_tokens=False, return_tokens=True)["tokens"]

    def detokenize(self, ids: Any) -> str:
        """Return the text that one row of token ids stands for, without special tokens.

        Args:
            ids: The ids: a list, numpy or torch.

        Raises:
            InputError: These are no ids, or several rows; for those there is `decode`.
        """
        rows = as_id_rows(ids)
        if len(rows) != 1:
            raise InputError(f"detokenize takes one row of token ids; found {len(rows)} rows. For many, use decode.")
        return self.decode(rows)[0]

    def encode(self, inputs: Any, is_pretokenized: bool = False, add_special_tokens: bool = True) -> list[Encoding]:
        """Return the encodings of `tokenizers`, one per input, padded and truncated as `enable_padding` and its siblings ask."""
        batch, _ = as_batch(inputs, is_pretokenized)
        return list(self._encode(batch, is_pretokenized, add_special_tokens, in_full=True))

    def _encode(
        self,
        batch: list[Any],
        is_split: bool,
        add_special_tokens: bool,
        in_full: bool,
        pipeline: RustTokenizer | None = None,
    ) -> Sequence[Any]:
        """Return an encoding per input; without `in_full`, what stands for it where the ids are all that is wanted."""
        plain = not is_split and all(isinstance(item, str) for item in batch)
        try:
            if plain and not in_full and (memo := self._word_memo()):
                return memo.rows(batch, add_special_tokens)
            pipeline = pipeline or self._tokenizer
            run = pipeline.encode_batch if in_full else pipeline.encode_batch_fast
            items = batch if plain or is_split else [tuple(item) if isinstance(item, list) else item for item in batch]
            return run(items, is_pretokenized=is_split, add_special_tokens=add_special_tokens)
        except BaseException as error:  # the reason is looked for only now
            if not is_refusal(error):
                raise
            problem = describe_problem(batch, is_split) or str(error)
            if len(self) <= 1:
                problem = "it has no vocabulary yet. Train it, or load one"
            raise InputError(f"{type(self).__name__} cannot tokenize these inputs: {problem}") from error

    def _word_memo(self) -> WordMemo | None:
        """Return the memo of the pipeline, if its words can be tokenized one by one."""
        if self._memo_of is not self._tokenizer:
            self._memo_of, self._memo = self._tokenizer, WordMemo.of(self._tokenizer)
        return self._memo

    def _control_tokens(self) -> list[str]:
        return [token.content for token in self._tokenizer.get_added_tokens_decoder().values() if token.special]

    def _literal_pipeline(self) -> RustTokenizer:
        """Return a copy of the pipeline to which special tokens in a text are text; made when a text spells one."""
        literal = RustTokenizer.from_str(self._without_settings().to_str())
        literal.encode_special_tokens = True
        return literal

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

    # Decoding --------------------------------------------------------------------------------------------------

    def decode(self, ids: Any, skip_special_tokens: bool = True) -> Any:
        """Turn token ids back into texts.

        Args:
            ids: One row of ids or a batch of rows: lists, numpy or torch. Ids without a token are left out.
            skip_special_tokens: Leave out special tokens.

        Returns:
            A list with one text per row; one row gives a list of one.

        Raises:
            InputError: These are not token ids.
        """
        return self._decode(as_id_rows(ids), skip_special_tokens)

    def _decode(self, rows: list[list[int]], skip_special_tokens: bool) -> list[str]:
        with refusals_as(InputError, "decode takes token ids, a list of them or a list of lists"):
            return self._tokenizer.decode_batch(rows, skip_special_tokens=skip_special_tokens)

    def get_tokens_from_encoding(self, encoding: Encoding, original_text: str | None = None) -> list[str]:
        """Return the tokens of an encoding as a person reads them.

        Byte-level tokens are shown as the part of `original_text` they stand for, when it is one text.
        """
        return self._tokens([encoding], [original_text])[0]

    def get_tokens_from_offsets(
        self, text: str | list[str], ids: list[int], offsets_mapping: Sequence[tuple[int, int]]
    ) -> list[str]:
        """Return the parts of `text` that the offsets point at; special ids as their token.

        Raises:
            InputError: The offsets are not (start, end) pairs, or not one per id.
        """
        if not isinstance(text, str):
            raise InputError(f"The text that was encoded is wanted; found {type(text).__name__}.")
        if len(ids) != len(offsets_mapping) or not all(len(pair) == 2 for pair in offsets_mapping):
            raise InputError("One (start, end) pair of character offsets is wanted per id.")
        return _parts(text, ids, offsets_mapping, self._special_by_id())

    def _tokens(self, encodings: Sequence[Encoding], texts: Sequence[Any]) -> list[list[str]]:
        special = self._special_by_id() if self._is_byte_level else None
        return [
            e.tokens if special is None or not isinstance(text, str) else _parts(text, e.ids, e.offsets, special)
            for e, text in zip(encodings, texts, strict=True)
        ]

    def _special_by_id(self) -> dict[int, str]:
        return dict(zip(self.special_ids, self.special_tokens, strict=True))

    # The pipeline ----------------------------------------------------------------------------------------------

    @property
    def model(self) -> Any:
        """The model of the pipeline."""
        self._memo_of = None  # whoever has the model may change it
        return self._tokenizer.model

    @property
    def decoder(self) -> Any:
        """The decoder of the pipeline."""
        return self._tokenizer.decoder

    @property
    def _is_byte_level(self) -> bool:
        return type(self._tokenizer.decoder).__name__ == "ByteLevel"

    def zwnj_report(self, text: str = ZWNJ_SAMPLE) -> ZWNJReport:
        """Say whether the zero-width non-joiner of a text survives encoding and decoding, and if not, where it is lost.

        Args:
            text: A text with a zero-width non-joiner.

        Raises:
            InputError: There is none in the text.

        Example:
            >>> print(Tokenizer.load("hezarai/bert-base-fa").zwnj_report())  # doctest: +SKIP
        """
        return zwnj_report(self._tokenizer, text)


def _spell(batch: list[Any], tokens: list[str]) -> bool:
    """Whether a text, or a text of a pair or of a list of words, holds one of the tokens."""
    if not tokens:
        return False
    spelled = re.compile("|".join(map(re.escape, tokens))).search
    texts = (text for item in batch for text in ([item] if isinstance(item, str) else item))
    return any(spelled(text) is not None for text in texts if isinstance(text, str))


def _ids(encodings: Sequence[Any]) -> list[list[int]]:
    return encodings.ids if isinstance(encodings, IdRows) else [encoding.ids for encoding in encodings]


def _parts(text: str, ids: list[int], offsets: Sequence[tuple[int, int]], special: dict[int, str]) -> list[str]:
    return [
        special[token_id] if token_id in special else text[start:end]
        for token_id, (start, end) in zip(ids, offsets, strict=True)
    ]
