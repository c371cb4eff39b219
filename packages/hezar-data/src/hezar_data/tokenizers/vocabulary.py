"""The tokens of a tokenizer and their ids."""

from __future__ import annotations

from typing import Any

from tokenizers import AddedToken
from tokenizers import Tokenizer as RustTokenizer

from hezar_data.inputs import describe, is_text, one_or_many
from hezar_data.tokenizers.inputs import as_list
from hezar_data.tokenizers.word_memo import WordMemo
from hezar_registry import InputError

ROLES = ("bos", "eos", "unk", "sep", "pad", "cls", "mask")
"""What the special tokens of a config are for; each is the field ``<role>_token``."""


class Vocabulary:
    """What a `Tokenizer` says about its tokens: those of the pipeline, and the special ones its config names."""

    config: Any
    _tokenizer: RustTokenizer
    # The words that were tokenized, and the pipeline that did it.
    _memo: WordMemo | None = None
    _memo_of: RustTokenizer | None = None

    # All tokens ------------------------------------------------------------------------------------------------

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
        try:
            return self._tokenizer.token_to_id(token)
        except (TypeError, UnicodeError) as error:
            raise InputError(f"A token is a text; found {describe(token)} ({error}).") from error

    def id_to_token(self, token_id: int) -> str | None:
        """Return the token of an id, or ``None``."""
        try:
            return self._tokenizer.id_to_token(token_id)
        except (TypeError, OverflowError) as error:
            raise InputError(f"A token id is a number from 0 on; found {describe(token_id)}.") from error

    def convert_tokens_to_ids(self, tokens: str | list[str]) -> list[int | None]:
        """Return the ids of tokens; ``None`` for one that is not in the vocabulary."""
        found, _ = one_or_many(tokens, is_text, "A token or a list of tokens is converted")
        return [self.token_to_id(token) for token in found]

    def convert_ids_to_tokens(self, ids: int | list[int], skip_special_tokens: bool = False) -> list[str | None]:
        """Return the tokens of ids (a number, a list or an array); ``None`` for one that is not in the vocabulary."""
        values = as_list(ids)
        skipped = set(self.special_ids) if skip_special_tokens else set()
        return [self.id_to_token(i) for i in (values if isinstance(values, list) else [values]) if i not in skipped]

    def add_tokens(self, tokens: str | AddedToken | list[str | AddedToken]) -> int:
        """Add tokens to the vocabulary; return how many were new."""
        return self._add(self._tokenizer.add_tokens, tokens)

    def add_special_tokens(self, tokens: str | AddedToken | list[str | AddedToken]) -> int:
        """Add special tokens to the vocabulary, which `decode` can leave out; return how many were new."""
        return self._add(self._tokenizer.add_special_tokens, tokens)

    def _add(self, add: Any, tokens: Any) -> int:
        self._memo_of = None
        try:
            return add([tokens] if isinstance(tokens, (str, AddedToken)) else tokens)
        except (TypeError, UnicodeError) as error:
            raise InputError(f"A token or a list of tokens is added; found {describe(tokens)} ({error}).") from error

    def num_special_tokens_to_add(self, is_pair: bool = False) -> int:
        """Return how many special tokens the pipeline puts around a text or a pair."""
        return self._tokenizer.num_special_tokens_to_add(is_pair)

    # The special tokens of the config --------------------------------------------------------------------------

    @property
    def special_tokens(self) -> list[str]:
        """The special tokens of the config that are in the vocabulary: those of `ROLES`, then further ones."""
        return [token for token in self.named_special_tokens(ROLES) if self.token_to_id(token) is not None]

    @property
    def special_ids(self) -> list[int]:
        """The ids of `special_tokens`."""
        return [i for i in map(self.token_to_id, self.special_tokens) if i is not None]

    def named_special_tokens(self, roles: tuple[str, ...]) -> list[str]:
        """Return the special tokens that the config names, in the order of `roles`, then the further ones."""
        named = [token for role in roles if (token := getattr(self.config, f"{role}_token"))]
        further = dict.fromkeys(self.config.additional_special_tokens or ())
        return [*named, *(token for token in further if token and token not in named)]

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
