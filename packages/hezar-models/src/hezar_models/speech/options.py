"""How speech is decoded: the options, besides those of generation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, Self, get_args

from hezar_registry import InputError, suggest

#: What becomes of a window that stays bad at every temperature.
OnBad = Literal["keep", "mark", "drop"]
#: The temperatures at which a window is decoded, one after the other, until it is good.
LADDER = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class SpeechOptions:
    """The options of speech recognition, merged from a model's config and a call.

    Attributes:
        language: Code (``"fa"``), English name or token; ``None`` listens for it.
        task: ``"transcribe"``, or ``"translate"`` into English.
        return_timestamps: Let the model write time tokens, and cut the transcript at them.
        word_times: Find out when each word was said.
        prompt: A text that might have come before, such as names that will occur, in their spelling.
        prompt_ids: The same as token ids, as `WhisperBPETokenizer.get_prompt_ids` gives them.
        temperature: What a window is decoded at: a number, or several, of which the next is used where the one before gave
            something bad. ``None``: `LADDER` where a recording is cut into windows, and 0 where it is one window.
        compression_ratio_threshold: A text that compresses better than this, on one byte per character, repeats itself.
        logprob_threshold: A mean log p of the tokens below this is unlikely to be what was said.
        no_speech_threshold: Where the first token says so with more than this probability, and the text is unlikely, nobody
            speaks.
        on_bad: What becomes of a window that is bad at every temperature: ``"keep"`` its text as it is, ``"mark"`` it and
            write what repeats once, or ``"drop"`` it. Segments say what is bad in each case.
        seed: Of drawing at temperatures above 0; the same recording has the same transcript each time.
    """

    language: str | None = None
    task: str | None = "transcribe"
    return_timestamps: bool = False
    word_times: bool = False
    prompt: str | None = None
    prompt_ids: Sequence[int] | None = None
    temperature: float | Sequence[float] | None = None
    compression_ratio_threshold: float | None = 2.4
    logprob_threshold: float | None = -1.0
    no_speech_threshold: float | None = 0.6
    on_bad: OnBad = "mark"
    seed: int = 0

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all options."""
        return tuple(f.name for f in fields(cls))

    def merged(self, **call: Any) -> Self:
        """Return the options with those of a call, which win; ``None`` leaves language, task, times and prompts as they are.

        Raises:
            InputError: A value is none that can be.
        """
        keep = ("language", "task", "return_timestamps", "word_times", "prompt", "prompt_ids", "seed", "on_bad")
        given = {name: value for name, value in call.items() if value is not None or name not in keep}
        prompt_ids: Any = given.get("prompt_ids")
        if hasattr(prompt_ids, "tolist"):
            given["prompt_ids"] = prompt_ids.tolist()
        options = replace(self, **given)
        options.check()
        return options

    def temperatures(self, *, whole: bool) -> tuple[float, ...]:
        """Return the temperatures at which a window is decoded.

        Args:
            whole: The window is a whole recording.
        """
        if self.temperature is None:
            return (0.0,) if whole else LADDER
        return (self.temperature,) if isinstance(self.temperature, (int, float)) else tuple(self.temperature)

    def check(self) -> None:
        """Raise an `InputError` unless all values can be."""
        if self.on_bad not in get_args(OnBad):
            raise InputError(
                f"on_bad is 'keep', 'mark' or 'drop'; found {self.on_bad!r}.{suggest(str(self.on_bad), get_args(OnBad))}"
            )
        temperatures = self.temperatures(whole=False)
        if not temperatures or not all(_is_number(value) and 0 <= value <= 10 for value in temperatures):
            raise InputError(f"temperature is a number from 0 to 10, or several; found {self.temperature!r:.100}.")
        for name in ("compression_ratio_threshold", "logprob_threshold", "no_speech_threshold"):
            value = getattr(self, name)
            if value is not None and not _is_number(value):
                raise InputError(f"{name} is a number, or None to leave it out; found {value!r:.100}.")
        if self.prompt is not None and self.prompt_ids is not None:
            raise InputError("prompt and prompt_ids are the same thing, as text and as ids. Give one of them.")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def published_options(section: Mapping[str, Any]) -> SpeechOptions:
    """Return the options that a published ``generation_config`` holds."""
    return SpeechOptions(
        language=section.get("language"),
        task=section.get("task") or "transcribe",
        return_timestamps=bool(section.get("return_timestamps")),
    )
