"""The tokenizer of Whisper: byte-level BPE with tokens for language, task and time.

Source: Radford et al. 2022, *Robust Speech Recognition via Large-Scale Weak Supervision*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from tokenizers import AddedToken
from tokenizers import Tokenizer as RustTokenizer

from hezar_data import padding as pad
from hezar_data.configs.tokenizers import WhisperBPEConfig
from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGE_ALIASES, WHISPER_LANGUAGES, WHISPER_TASKS
from hezar_data.inputs import describe
from hezar_data.tensors import as_tensors, check_return_tensors
from hezar_data.tokenizers.training import template
from hezar_data.tokenizers.whisper_decoding import NUM_TIMES, TIME_PRECISION, TimedBPETokenizer
from hezar_registry import InputError, suggest

_START = "<|startoftranscript|>"
_PREVIOUS = "<|startofprev|>"
_CODE = re.compile("[a-z]{2,3}")


class WhisperBPETokenizer(TimedBPETokenizer):
    """Whisper's tokenizer.

    Texts are encoded with the template of ``tokenizer.json`` until `set_prefix_tokens` (or `get_decoder_prompt_ids`)
    sets another; nothing else changes the tokenizer. Ids of language, task and time are looked up by token, never
    counted, and also time tokens that an older ``tokenizer.json`` does not list are understood.

    Example:
        >>> tokenizer = Tokenizer.load("hezarai/whisper-small-fa")  # doctest: +SKIP
        >>> tokenizer.prefix_ids(language="fa", task="transcribe")  # doctest: +SKIP
        [50258, 50300, 50359, 50363]
    """

    config_class = WhisperBPEConfig

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        return super().trainer([], show_progress)

    def finish_training(self, tokenizer: RustTokenizer) -> None:
        # As in the published ones: the special tokens follow the trained ones, and the time tokens follow those.
        special = self.named_special_tokens(()) or self.named_special_tokens(self.training_roles)
        tokenizer.add_special_tokens(list(dict.fromkeys(special)))
        times = [f"<|{index * TIME_PRECISION:.2f}|>" for index in range(NUM_TIMES)]
        tokenizer.add_tokens([AddedToken(token, normalized=False) for token in times])
        self._put_around(tokenizer, [_START, self.config.notimestamps_token])

    # Language, task and the prefix -----------------------------------------------------------------------------

    @property
    def language(self) -> str | None:
        """Language code or English name of the prefix."""
        return self.config.language

    @property
    def task(self) -> str | None:
        """``"transcribe"``, ``"translate"`` or ``None``."""
        return self.config.task

    @property
    def predict_timestamps(self) -> bool:
        """Whether the prefix asks for time tokens."""
        value = self.config.predict_timestamps
        return value.lower() == "true" if isinstance(value, str) else bool(value)

    @property
    def prefix_tokens(self) -> list[int]:
        """The ids a transcript begins with, for the language, task and times of the config."""
        return self.prefix_ids()

    def prefix_ids(
        self, language: str | None = None, task: str | None = None, predict_timestamps: bool | None = None
    ) -> list[int]:
        """Return the ids a transcript begins with; the tokenizer stays as it is.

        Args:
            language: Code (``"fa"``), English name (``"persian"``) or token; default is the config's.
            task: ``"transcribe"`` or ``"translate"``; default is the config's.
            predict_timestamps: Whether time tokens are requested; default is the config's.

        Raises:
            InputError: There is no such language or task, or the vocabulary lacks its token.
        """
        language = self.language if language is None else language
        task = self.task if task is None else task
        times = self.predict_timestamps if predict_timestamps is None else predict_timestamps
        ids = [self._needed_id(_START)]
        if language is not None:
            ids.append(self.language_id(language))
        if task is not None:
            ids.append(self.task_id(task))
        if not times:
            ids.append(self._needed_id(self.config.notimestamps_token))
        return ids

    def language_id(self, language: str) -> int:
        """Return the id of a language, given as code, English name or token.

        Raises:
            InputError: There is no such language, or the vocabulary lacks its token.
        """
        codes = {name: code for code, name in WHISPER_LANGUAGES.items()} | WHISPER_LANGUAGE_ALIASES
        wanted = str(language).lower().removeprefix("<|").removesuffix("|>")
        code = codes.get(wanted, wanted)
        # A vocabulary may have a language that came later.
        token_id = self.token_to_id(f"<|{code}|>") if _CODE.fullmatch(code) else None
        if token_id is None:
            raise InputError(
                f"Unsupported language: {language}.{suggest(wanted, codes)} Language should be one of: "
                f"{list(WHISPER_LANGUAGES.values())}, or a code such as 'fa'."
            )
        return token_id

    def task_id(self, task: str) -> int:
        """Return the id of ``"transcribe"`` or ``"translate"``.

        Raises:
            InputError: There is no such task.
        """
        if task not in WHISPER_TASKS:
            raise InputError(f"Unsupported task: {task}. Task should be in: {list(WHISPER_TASKS)}")
        return self._needed_id(self.config.translate_token if task == "translate" else self.config.transcribe_token)

    def set_prefix_tokens(
        self, language: str | None = None, task: str | None = None, predict_timestamps: bool | None = None
    ) -> None:
        """Let texts be encoded with another prefix, from now on; what is not given stays.

        Args:
            language: See `prefix_ids`.
            task: See `prefix_ids`.
            predict_timestamps: See `prefix_ids`.

        Raises:
            InputError: There is no such language or task; the tokenizer is as it was.
        """
        prefix = self.prefix_ids(language, task, predict_timestamps)
        given = {"language": language, "task": task, "predict_timestamps": predict_timestamps}
        self.config.update({name: value for name, value in given.items() if value is not None})
        self._put_around(self._tokenizer, [cast("str", self.id_to_token(token_id)) for token_id in prefix])

    def get_decoder_prompt_ids(
        self, task: str | None = None, language: str | None = None, no_timestamps: bool = True
    ) -> list[tuple[int, int]]:
        """Set the prefix and return it as (position, id) pairs, without the start token at position 0.

        `prefix_ids` gives the ids and sets nothing.

        Raises:
            InputError: There is no such language or task; the tokenizer is as it was.
        """
        self.set_prefix_tokens(language=language, task=task, predict_timestamps=not no_timestamps)
        return list(enumerate(self.prefix_tokens))[1:]

    def get_prompt_ids(self, text: str, return_tensors: str | None = "numpy") -> Any:
        """Return the ids of what was said before, to be put before the prefix.

        Args:
            text: For example the transcript so far, or names that will occur.
            return_tensors: ``"numpy"``, ``"torch"`` or ``"list"``; of shape (length,), int64.

        Raises:
            InputError: It is not a text, or it contains a special token.
        """
        if not isinstance(text, str):
            raise InputError(f"A prompt is a text; found {describe(text)}.")
        (encoding,) = self._encode([f" {text.strip()}"], False, False, in_full=False)
        special, time_of = set(self.special_ids), self.clock()
        found = next((i for i in encoding.ids if i in special or time_of(i) is not None), None)
        if found is not None:
            raise InputError(f"The prompt contains the special token {self.id_to_token(found)!r}; leave it out.")
        ids = [self._needed_id(_PREVIOUS), *encoding.ids]
        kind = check_return_tensors(return_tensors)
        return ids if kind == "list" else as_tensors(pad.to_array([ids], None, 0, None)[0], kind)

    def strip_prompt(self, ids: Sequence[int]) -> list[int]:
        """Return a row without the prompt before its start token."""
        row = [int(token_id) for token_id in ids]
        if not row or row[0] != self.token_to_id(_PREVIOUS):
            return row
        start = self.token_to_id(_START)
        return row[row.index(start) :] if start in row else []

    def _put_around(self, tokenizer: RustTokenizer, prefix: list[str]) -> None:
        eos = self.config.eos_token
        template(tokenizer, [*prefix, "$A", eos], [*prefix, "$A", "$B:1", f"{eos}:1"])
