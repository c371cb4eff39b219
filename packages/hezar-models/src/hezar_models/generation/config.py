"""How text is generated: the options, with their published names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from numbers import Integral
from typing import Any, Literal, Self

from hezar_registry import InputError, UnknownKeywordError, suggest
from hezar_registry.checks import whole_number

#: New tokens where neither a config nor a caller sets a limit.
DEFAULT_NEW_TOKENS = 20
#: Keys of published ``generation`` mappings that are no options.
_NO_OPTIONS = ("name", "config_type", "return_dict_in_generate")
#: What changes which tokens are drawn, with the value that changes nothing.
_SHAPING: Mapping[str, Any] = {"temperature": 1.0, "top_k": 0, "top_p": 1, "min_p": 0, "typical_p": 1}
_MOST_TOKENS = 2**31 - 1
#: Rows per input: more are a slip of the pen, and fill the memory.
_MOST_ROWS = 1024
#: Options that count → the smallest and the largest value.
_COUNTS = {
    "max_length": (1, _MOST_TOKENS),
    "max_new_tokens": (1, _MOST_TOKENS),
    "min_length": (0, _MOST_TOKENS),
    "min_new_tokens": (0, _MOST_TOKENS),
    "num_beams": (1, _MOST_ROWS),
    "num_return_sequences": (1, _MOST_ROWS),
    "top_k": (0, _MOST_TOKENS),
    "no_repeat_ngram_size": (0, _MOST_TOKENS),
    "seed": (0, float("inf")),
}
#: Options that are real numbers → what they are, and whether a number is. With any of these, scores stay finite.
_NUMBERS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "temperature": ("above 0, from 0.000001 to 1000000", lambda number: 1e-6 <= number <= 1e6),
    "repetition_penalty": ("above 0, from 0.000001 to 1000000", lambda number: 1e-6 <= number <= 1e6),
    "length_penalty": ("a number from -20 to 20", lambda number: -20 <= number <= 20),
    "top_p": ("above 0 and at most 1", lambda number: 0 < number <= 1),
    "typical_p": ("above 0 and at most 1", lambda number: 0 < number <= 1),
    "min_p": ("from 0 to 1", lambda number: 0 <= number <= 1),
}


@dataclass(frozen=True)
class GenerationConfig:
    """The options of generation, merged from a model's config and a call.

    Attributes:
        max_length: Most tokens per row, prompt and new ones. The prompt of an encoder-decoder is the decoder's own, most
            often one token.
        max_new_tokens: Most new tokens per row; where both are given, this one counts.
        min_length: No end token before the row has so many tokens, prompt and new ones.
        min_new_tokens: No end token before so many new ones.
        num_beams: Beams of beam search; 1 has none.
        early_stopping: When beam search ends: ``True`` as soon as there are `num_beams` finished rows; ``False`` when
            those in progress are unlikely to become better; ``"never"`` when they cannot.
        length_penalty: A row of beam search scores Σ log p / length ** penalty: above 0 favours long rows, below short ones.
        num_return_sequences: Rows per input.
        do_sample: Draw tokens by their probability, rather than take the most probable.
        temperature: Logits are divided by it before drawing.
        top_k: Draw from so many most probable tokens; 0 or ``None`` from all.
        top_p: Draw from the most probable tokens that together have this probability.
        min_p: Draw from tokens that have at least this share of the probability of the best.
        typical_p: Draw from the most typical tokens that together have this probability (Meister et al. 2022, *Locally
            Typical Sampling*).
        seed: Makes drawing repeatable: a prompt gets the same rows alone and among others.
        repetition_penalty: Above 1 makes tokens that the row has less likely (Keskar et al. 2019, *CTRL*).
        no_repeat_ngram_size: No n tokens in a row occur twice; 0 is off.
        bad_words_ids: Token sequences that never occur.
        suppress_tokens: Tokens that never occur.
        begin_suppress_tokens: Tokens that are not the first new one.
        forced_bos_token_id: The first token after the decoder's start token.
        forced_eos_token_id: The last token of a row that reaches its limit.
        stop_strings: Texts at which a row ends; they stay in the row.
        pad_token_id: Fills up rows that end before others.
        bos_token_id: Begins a row without a prompt.
        eos_token_id: Ends a row; one or several.
        decoder_start_token_id: The prompt of an encoder-decoder.
    """

    max_length: int | None = None
    max_new_tokens: int | None = None
    min_length: int = 0
    min_new_tokens: int = 0
    num_beams: int = 1
    early_stopping: bool | Literal["never"] = False
    length_penalty: float = 1.0
    num_return_sequences: int = 1
    do_sample: bool = False
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    seed: int | None = None
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    bad_words_ids: Sequence[Sequence[int]] = ()
    suppress_tokens: Sequence[int] = ()
    begin_suppress_tokens: Sequence[int] = ()
    forced_bos_token_id: int | None = None
    forced_eos_token_id: int | Sequence[int] | None = None
    stop_strings: Sequence[str] = ()
    pad_token_id: int | None = None
    bos_token_id: int | None = None
    eos_token_id: int | Sequence[int] | None = None
    decoder_start_token_id: int | None = None

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all options."""
        return tuple(f.name for f in fields(cls))

    @classmethod
    def from_published(cls, *sections: Mapping[str, Any]) -> Self:
        """Return the options that published configs hold, the last section winning.

        A section is a ``generation`` mapping (GPT-2 and image-to-text models), a model config with the options among
        its fields (T5), or Whisper's ``generation_config``. Keys that are no options are left alone.
        """
        values: dict[str, Any] = {}
        for section in sections:
            values |= {name: section[name] for name in cls.names() if section.get(name) is not None}
        return cls()._with(values)

    @classmethod
    def given(cls, options: Mapping[str, Any] | Self) -> Self:
        """Return options that a caller gives as one, such as the ``generation`` mapping of a config.

        Raises:
            UnknownKeywordError: There is no such option.
            InputError: It is no mapping, or a value, or a combination of values, is none that can be.
        """
        if isinstance(options, cls):
            return options
        if not isinstance(options, Mapping):
            raise InputError(f"generation_config is a mapping of options; found {type(options).__name__}.")
        return cls().merged(**{name: value for name, value in options.items() if name not in _NO_OPTIONS})

    def merged(self, **call: Any) -> Self:
        """Return the options with those of a call, which win.

        A limit of the call replaces both limits of the config; ``do_sample=True`` replaces its beams, and beams its
        sampling.

        Raises:
            UnknownKeywordError: There is no such option.
            InputError: A value, or a combination of values, is none that can be.
        """
        for name in call:
            if name not in self.names():
                raise UnknownKeywordError(
                    f"Generation has no option {name!r}.{suggest(name, self.names())} It takes: "
                    f"{', '.join(sorted(self.names()))}."
                )
        call = {name: _plain(value) for name, value in call.items()}
        for limits in (("max_length", "max_new_tokens"), ("min_length", "min_new_tokens")):
            if any(call.get(limit) is not None for limit in limits):
                defaults = {f.name: f.default for f in fields(self)}
                call = {limit: defaults[limit] for limit in limits} | call
        if call.get("do_sample"):
            call = {"num_beams": 1} | call
        elif call.get("num_beams") not in (None, 1):
            call = {"do_sample": False} | call
        merged = self._with(call)
        merged.check()
        shaping = [name for name, neutral in _SHAPING.items() if call.get(name) not in (None, neutral)]
        if shaping and not merged.do_sample:
            raise InputError(
                f"{' and '.join(shaping)} would change which tokens are drawn, but none are: the most probable ones are "
                "taken. Give do_sample=True too."
            )
        return merged

    def _with(self, values: Mapping[str, Any]) -> Self:
        defaults = {f.name: f.default for f in fields(self)}
        # ``None`` means that an option is not used.
        cleaned = {name: defaults[name] if value is None else value for name, value in values.items()}
        if isinstance(cleaned.get("stop_strings"), str):
            cleaned["stop_strings"] = (cleaned["stop_strings"],)
        return replace(self, **cleaned)

    # What the options mean -------------------------------------------------------------------------------------------

    @property
    def end_tokens(self) -> tuple[int, ...]:
        """The tokens that end a row."""
        return _ids(self.eos_token_id)

    @property
    def forced_end(self) -> tuple[int, ...]:
        """The tokens of which one ends a row that reaches its limit."""
        return _ids(self.forced_eos_token_id)

    @property
    def fill_token(self) -> int:
        """The token that fills up rows."""
        return next((token for token in (self.pad_token_id, *self.end_tokens) if token is not None), 0)

    @property
    def most_new_tokens(self) -> int:
        """The most new tokens of any row."""
        return self.max_new_tokens or self.max_length or DEFAULT_NEW_TOKENS

    def new_tokens(self, prompt: int) -> int:
        """Return the most new tokens of a row whose prompt has so many.

        Raises:
            InputError: The prompt is as long as the limit, or longer.
        """
        if self.max_new_tokens is not None:
            return self.max_new_tokens
        if self.max_length is None:
            return DEFAULT_NEW_TOKENS
        if self.max_length <= prompt:
            raise InputError(
                f"max_length={self.max_length} counts the prompt too, which has {prompt} tokens: nothing is left to "
                "generate. Give max_new_tokens, or a larger max_length."
            )
        return self.max_length - prompt

    # Checks ----------------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raise an `InputError` unless the options are possible, alone and together."""
        for name, (least, most) in _COUNTS.items():
            _check_count(name, getattr(self, name), least, most)
        for name, (wanted, holds) in _NUMBERS.items():
            _check_number(name, getattr(self, name), wanted, holds)
        if not isinstance(self.do_sample, bool):
            raise InputError(f"do_sample is True or False; found {self.do_sample!r:.100}.")
        if not isinstance(self.early_stopping, (bool, str)) or self.early_stopping not in (True, False, "never"):
            raise InputError(f"early_stopping is True, False or 'never'; found {self.early_stopping!r:.100}.")
        self._check_lists()
        self._check_together()

    def _check_lists(self) -> None:
        stops = self.stop_strings
        if not _is_list(stops) or not all(isinstance(stop, str) and stop for stop in stops):
            raise InputError(
                f"stop_strings is a text, or a list of texts with a character at least; found {stops!r:.100}."
            )
        for name in ("suppress_tokens", "begin_suppress_tokens", "bad_words_ids"):
            if not _is_list(getattr(self, name)):
                raise InputError(f"{name} is a list; found {getattr(self, name)!r:.100}.")
        if not all(_is_list(word) and word for word in self.bad_words_ids):
            raise InputError(
                f"bad_words_ids is a list of lists with a token at least; found {self.bad_words_ids!r:.100}."
            )
        for name, tokens in self._named_tokens().items():
            for token in tokens:
                whole = isinstance(token, Integral) and not isinstance(token, bool)
                if not whole or not 0 <= token <= _MOST_TOKENS:
                    raise InputError(f"{name} names the token {token!r:.100}; tokens are whole numbers from 0 on.")

    def _check_together(self) -> None:
        if self.max_new_tokens is None and self.max_length is not None and self.min_length > self.max_length:
            raise InputError(
                f"min_length={self.min_length} is above max_length={self.max_length}: no row can be both. Change one."
            )
        if self.max_new_tokens is not None and self.min_new_tokens > self.max_new_tokens:
            raise InputError(
                f"min_new_tokens={self.min_new_tokens} is above max_new_tokens={self.max_new_tokens}: no row can be "
                "both. Change one."
            )
        most = self.num_beams if self.num_beams > 1 else None if self.do_sample else 1
        if most is not None and self.num_return_sequences > most:
            raise InputError(
                f"num_return_sequences={self.num_return_sequences} needs as many beams, or do_sample=True; found "
                f"num_beams={self.num_beams}, do_sample={self.do_sample}."
            )
        if self.num_beams > 1 and self.do_sample:
            raise InputError("Beams are searched, not drawn: num_beams above 1 and do_sample=True exclude each other.")

    def _named_tokens(self) -> dict[str, Sequence[int]]:
        """Return all tokens that are named, by option."""
        one_or_several = ("eos_token_id", "forced_eos_token_id")
        one = ("forced_bos_token_id", "pad_token_id", "bos_token_id", "decoder_start_token_id")
        return {
            **{name: _ids(getattr(self, name)) for name in one_or_several},
            **{name: (getattr(self, name),) for name in one if getattr(self, name) is not None},
            "suppress_tokens": self.suppress_tokens,
            "begin_suppress_tokens": self.begin_suppress_tokens,
            "bad_words_ids": [token for word in self.bad_words_ids for token in word],
        }

    def check_tokens(self, vocab_size: int) -> None:
        """Raise an `InputError` unless all tokens that are named are in the vocabulary."""
        for name, tokens in self._named_tokens().items():
            for token in tokens:
                if token >= vocab_size:
                    raise InputError(
                        f"{name} names the token {token}; the tokens of this model are 0 to {vocab_size - 1}."
                    )


def _plain(value: Any) -> Any:
    """Return NumPy's and torch's values as Python's."""
    return value.tolist() if hasattr(value, "tolist") else value


def _ids(value: int | Sequence[int] | None) -> tuple[int, ...]:
    if value is None:
        return ()
    return tuple(value) if _is_list(value) else (value,)  # type: ignore[arg-type,return-value]


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _check_count(name: str, value: Any, least: int, most: float) -> None:
    if value is not None and whole_number(name, value, least) > most:
        raise InputError(f"{name} is at most {most}; found {value!r:.100}.")


def _check_number(name: str, value: Any, wanted: str, holds: Callable[[float], bool]) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not holds(value):
        raise InputError(f"{name} is {wanted}; found {value!r:.100}.")
