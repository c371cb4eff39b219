"""From Whisper's ids to texts, with the times that its time tokens stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGES
from hezar_data.inputs import describe
from hezar_data.tokenizers.bpe import BPETokenizer
from hezar_data.tokenizers.inputs import as_id_rows
from hezar_data.tokenizers.whisper_segments import (
    Segment,
    TimeOf,
    Window,
    join_overlapping,
    join_segments,
    split_segments,
)
from hezar_registry import InputError

TIME_PRECISION = 0.02
"""Seconds between two time tokens."""

NUM_TIMES = 1501
"""Time tokens there are: from 0.00 to 30.00 seconds."""

_FIRST_TIME = "<|0.00|>"
_TIME = re.compile(r"<\|\d+\.\d\d\|>")
_WINDOW_S = 30.0


class TimedBPETokenizer(BPETokenizer):
    """A byte-level BPE tokenizer with time tokens; the part of `WhisperBPETokenizer` that decodes."""

    # Time tokens -----------------------------------------------------------------------------------------------

    @property
    def timestamp_begin(self) -> int:
        """Id of the time token for 0.00 seconds, also where the vocabulary does not list it."""
        listed = self.token_to_id(_FIRST_TIME)
        return self._needed_id(self.config.notimestamps_token) + 1 if listed is None else listed

    def clock(self, time_precision: float = TIME_PRECISION) -> TimeOf:
        """Return a function from ids to seconds, which gives ``None`` for an id that is not a time token.

        Args:
            time_precision: Seconds between two time tokens.
        """
        begin, token_of = self.timestamp_begin, self._tokenizer.id_to_token

        def time_of(token_id: int) -> float | None:
            index = token_id - begin
            if not 0 <= index < NUM_TIMES:
                return None
            token = token_of(token_id)
            return round(index * time_precision, 6) if token is None or _TIME.fullmatch(token) else None

        return time_of

    def id_to_token(self, token_id: int) -> str | None:
        token = super().id_to_token(token_id)
        if token is None and (seconds := self.clock()(token_id)) is not None:
            return f"<|{seconds:.2f}|>"
        return token

    # Texts -----------------------------------------------------------------------------------------------------

    def decode(
        self,
        ids: Any,
        skip_special_tokens: bool = False,
        output_offsets: bool = False,
        time_precision: float = TIME_PRECISION,
        decode_with_timestamps: bool = False,
    ) -> list[Any]:
        """Turn token ids into texts. Time tokens are left out, unless they are requested.

        Args:
            ids: One row of ids or a batch of rows: lists, numpy or torch.
            skip_special_tokens: Leave out special tokens.
            output_offsets: Return what was said when, too.
            time_precision: Seconds between two time tokens.
            decode_with_timestamps: Write times into the texts, such as ``<|1.08|>``.

        Returns:
            A list with one text per row. With `output_offsets` each is a mapping: ``text``, and ``offsets`` as
            `compute_offsets` gives them.

        Raises:
            InputError: These are not token ids.
        """
        rows, time_of = as_id_rows(ids), self.clock(time_precision)
        if decode_with_timestamps:
            texts = [self._with_times(row, skip_special_tokens, time_of) for row in rows]
        else:
            spoken = [[token_id for token_id in row if time_of(token_id) is None] for row in rows]
            texts = self._decode(spoken, skip_special_tokens)
        if not output_offsets:
            return texts
        return [
            {"text": text, "offsets": self.compute_offsets(row, time_precision)}
            for text, row in zip(texts, rows, strict=True)
        ]

    def compute_offsets(self, ids: Any, time_precision: float = TIME_PRECISION) -> list[dict[str, Any]]:
        """Return what was said when.

        Args:
            ids: One row of ids.
            time_precision: Seconds between two time tokens.

        Returns:
            One mapping per segment: ``text``, and ``timestamp`` as (start, end) in seconds. The end of a last segment
            that no time token closes is ``None``.

        Raises:
            InputError: This is not a row of ids.
        """
        segments = split_segments(self._without_special(_one_row(ids)), self.clock(time_precision))
        return self._chunks(segment for segment in segments if segment.start is not None)

    def join_windows(
        self,
        windows: Sequence[Mapping[str, Any]],
        *,
        return_timestamps: bool = False,
        return_language: bool = False,
        time_precision: float = TIME_PRECISION,
    ) -> tuple[str, dict[str, Any]]:
        """Join what was recognised in overlapping windows of long audio to one text.

        Args:
            windows: In order, each with ``tokens`` (one row of ids) and, where windows overlap, ``stride``: seconds of
                the window, of its left context and of its right context. Default is 30 seconds without context.
            return_timestamps: Return ``chunks`` with their times, for which the rows must have time tokens.
            return_language: Return ``chunks`` with the language of their window; without times, one per window.
            time_precision: Seconds between two time tokens.

        Returns:
            The text, and a mapping that has ``chunks`` when they were requested.

        Raises:
            InputError: A window is not such a mapping.
        """
        parts = [_as_window(window) for window in windows]
        if return_timestamps:
            spoken = [replace(part, ids=self._without_special(part.ids)) for part in parts]
            joined = join_segments(spoken, self.clock(time_precision))
            chunks = self._chunks(segment for _, segment in joined)
            languages = [self._language_of(parts[index].ids) for index, _ in joined]
            text = "".join(chunk["text"] for chunk in chunks)
        else:
            time_of = self.clock()
            rows = [[i for i in self._without_special(part.ids) if time_of(i) is None] for part in parts]
            (text,) = self._decode([join_overlapping(rows)], True)
            chunks = [{"text": part} for part in self._decode(rows, True)]
            languages = [self._language_of(part.ids) for part in parts]
        if return_language:
            chunks = [{"language": language, **chunk} for language, chunk in zip(languages, chunks, strict=True)]
        return text, {"chunks": chunks} if return_timestamps or return_language else {}

    # The names of Hezar 1.0.0.
    _compute_offsets = compute_offsets

    def _decode_with_timestamps(
        self, token_ids: Any, skip_special_tokens: bool = False, time_precision: float = TIME_PRECISION
    ) -> str:
        return self._with_times(_one_row(token_ids), skip_special_tokens, self.clock(time_precision))

    def _decode_asr(
        self, model_outputs: Any, *, return_timestamps: Any, return_language: Any, time_precision: float
    ) -> tuple[str, dict[str, Any]]:
        return self.join_windows(
            model_outputs,
            return_timestamps=bool(return_timestamps),
            return_language=bool(return_language),
            time_precision=time_precision,
        )

    # Helpers ---------------------------------------------------------------------------------------------------

    def _with_times(self, row: list[int], skip_special_tokens: bool, time_of: TimeOf) -> str:
        pieces: list[list[int]] = [[]]
        marks: list[str] = []
        for token_id in row:
            seconds = time_of(token_id)
            if seconds is None:
                pieces[-1].append(token_id)
            else:
                marks.append(f"<|{seconds:.2f}|>")
                pieces.append([])
        texts = self._decode(pieces, skip_special_tokens)
        return "".join(text + mark for text, mark in zip(texts, [*marks, ""], strict=True))

    def _chunks(self, segments: Iterable[Segment]) -> list[dict[str, Any]]:
        spoken = list(segments)
        texts = self._decode([segment.ids for segment in spoken], True)
        return [
            {"text": text, "timestamp": (segment.start, segment.end)}
            for text, segment in zip(texts, spoken, strict=True)
        ]

    def _without_special(self, ids: Sequence[int]) -> list[int]:
        special = set(self.special_ids)
        return [token_id for token_id in ids if token_id not in special]

    def _language_of(self, ids: Sequence[int]) -> str | None:
        """Return the English name of the language whose token a row has."""
        special = set(self.special_ids)
        codes = ((self.id_to_token(token_id) or "")[2:-2] for token_id in ids if token_id in special)
        return next((WHISPER_LANGUAGES[code] for code in codes if code in WHISPER_LANGUAGES), None)

    def _needed_id(self, token: str) -> int:
        token_id = self.token_to_id(token)
        if token_id is None:
            raise InputError(f"The vocabulary of this tokenizer has no {token!r}; it is not a Whisper tokenizer.")
        return token_id


def _one_row(ids: Any) -> list[int]:
    rows = as_id_rows(ids)
    if len(rows) != 1:
        raise InputError(f"One row of token ids is wanted; found {len(rows)}.")
    return rows[0]


def _as_window(window: Any) -> Window:
    if not isinstance(window, Mapping) or "tokens" not in window:
        raise InputError(
            f'A window is a mapping with "tokens" and, if it overlaps, "stride"; found {describe(window)}.'
        )
    length, left, right = window.get("stride") or (_WINDOW_S, 0.0, 0.0)
    return Window(_one_row(window["tokens"]), float(length), float(left), float(right))
