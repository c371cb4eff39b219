"""What Whisper may write when: the tokens that begin a transcript, and the rules of time tokens.

Source: Radford et al. 2022, *Robust Speech Recognition via Large-Scale Weak Supervision*, sections 2.3 and 4.5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGE_ALIASES, WHISPER_LANGUAGES
from hezar_models.generation.processors import NEVER
from hezar_models.generation.rows import Rows
from hezar_registry import InputError, suggest

#: Seconds between two time tokens.
TIME_STEP = 0.02


@dataclass(frozen=True)
class SpeechTokens:
    """The tokens of a Whisper that are no text.

    Attributes:
        start: Begins a transcript.
        ends: End it.
        no_timestamps: Asks for text without time tokens.
        previous: Comes before what was said before.
        languages: Language token, such as ``"<|fa|>"`` → id; empty for a model that knows one language only.
        tasks: Task → id.
    """

    start: int
    ends: Sequence[int]
    no_timestamps: int
    previous: int
    languages: Mapping[str, int] = field(default_factory=dict[str, int])
    tasks: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def first_time(self) -> int:
        """The time token of 0.00 seconds; the others follow, `TIME_STEP` apart."""
        return self.no_timestamps + 1

    @property
    def no_speech(self) -> int:
        """The token that follows `start` where nobody speaks."""
        return self.no_timestamps - 1

    def of_one_language(self) -> SpeechTokens:
        """Return the same without languages and tasks."""
        return replace(self, languages={}, tasks={})

    def language_id(self, language: str) -> int:
        """Return the token of a language, given as code (``"fa"``), English name (``"persian"``) or token.

        Raises:
            InputError: The model has no such language.
        """
        names = {name: code for code, name in WHISPER_LANGUAGES.items()} | WHISPER_LANGUAGE_ALIASES
        wanted = str(language).lower().removeprefix("<|").removesuffix("|>")
        found = self.languages.get(f"<|{names.get(wanted, wanted)}|>")
        if found is None:
            known = [token.strip("<|>") for token in self.languages]
            raise InputError(
                f"Unsupported language: {language!r}.{suggest(wanted, [*known, *names])} This model knows: "
                f"{', '.join(known) or 'one language, which is not given'}."
            )
        return found

    def code_of(self, language_id: int) -> str | None:
        """Return the code of a language token."""
        return next((token.strip("<|>") for token, known in self.languages.items() if known == language_id), None)

    def prompt(self, language_id: int | None, task: str | None, times: bool) -> list[int]:
        """Return the tokens that begin a transcript.

        Args:
            language_id: Token of the language; ``None`` for a model of one language, which has no tasks either.
            task: ``"transcribe"`` or ``"translate"``.
            times: Whether time tokens are wanted.

        Raises:
            InputError: There is no such task.
        """
        ids = [self.start]
        if language_id is not None:
            if task is None or task not in self.tasks:
                raise InputError(
                    f"Unsupported task: {task!r}.{suggest(str(task), self.tasks)} It is one of: {', '.join(self.tasks)}."
                )
            ids += [language_id, self.tasks[task]]
        return ids if times else [*ids, self.no_timestamps]


class TimeRules:
    """Lets time tokens come in pairs and never go back.

    - The first token is a time, and not a late one.
    - Times come in pairs, the end of a segment and the beginning of the next; a segment takes time.
    - Where all times together are more probable than the best token of text, it is a time.

    Args:
        tokens: The tokens of the model.
        max_initial: Number of the latest time that may come first; ``None`` for any.
        vocab_size: Size of the vocabulary.
        device: Where the scores are.
    """

    def __init__(self, tokens: SpeechTokens, max_initial: int | None, vocab_size: int, device: torch.device) -> None:
        self.begin, self.no_timestamps = tokens.first_time, tokens.no_timestamps
        self.max_initial = max_initial
        # Everything but times and what ends a transcript.
        is_text = torch.arange(vocab_size, device=device) < min(tokens.ends, default=self.no_timestamps)
        self.text = is_text[None]
        self.times = torch.arange(vocab_size - self.begin, device=device)[None]

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        scores[:, self.no_timestamps] = NEVER
        times = scores[:, self.begin :]
        if rows.new == 0:
            scores[:, : self.begin] = NEVER
            if self.max_initial is not None:
                times[:, self.max_initial + 1 :] = NEVER
            return
        last, after_time, after_pair, latest = self._so_far(rows)
        # After one time another one, or the end; after a pair text.
        scores.masked_fill_((after_time & ~after_pair)[:, None] & self.text, NEVER)
        times.masked_fill_(after_pair[:, None], NEVER)
        # Never back; and what was said took time, so that only a beginning may be the end before it.
        earliest = torch.where(after_time & ~after_pair, last - self.begin, latest + 1)
        times.masked_fill_(self.times < earliest[:, None], NEVER)
        best_text = scores[:, : self.begin].amax(1)
        likely_a_time = times.logsumexp(1) > best_text
        scores[:, : self.begin].masked_fill_(likely_a_time[:, None], NEVER)

    def _so_far(self, rows: Rows) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return the last token, whether it is a time, whether it and the one before are, and the latest time's number."""
        ids = rows.ids[:, : rows.longest]
        last = ids.gather(1, rows.lengths[:, None] - 1).squeeze(1)
        after_time = last >= self.begin
        if rows.new == 1:
            after_pair = after_time
        else:
            after_pair = after_time & (ids.gather(1, rows.lengths[:, None] - 2).squeeze(1) >= self.begin)
        places = torch.arange(rows.longest, device=ids.device)
        new = (places >= rows.prompts[:, None]) & (places < rows.lengths[:, None])
        latest = torch.where(new, ids - self.begin, -1).amax(1).clamp_min(-1)
        return last, after_time, after_pair, latest
