"""Windows of sound to segments of text: hear, write, look at what was written, write it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from hezar_data.tokenizers.whisper_segments import split_segments
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.rows import Finished
from hezar_models.generation.session import Session, generate
from hezar_models.generation.state import Decodable
from hezar_models.layers.cache import CrossMemory
from hezar_models.prediction.rows import pad_rows
from hezar_models.speech.fallback import Verdict, judge, said_once
from hezar_models.speech.options import SpeechOptions
from hezar_models.speech.rules import TIME_STEP, SpeechTokens, TimeRules
from hezar_models.speech.segments import Segment, SpokenWord, joined, within
from hezar_models.speech.windows import Window, best_pause
from hezar_models.speech.word_times import WordTokens, split_words, token_states
from hezar_registry import InputError

#: Seconds of the shortest window that is cut in two because its transcript does not end.
SHORTEST_CUT = 2.0
#: Options that ask for a window to be looked at, also where it is a whole recording.
LOOKS = frozenset(
    {"temperature", "compression_ratio_threshold", "logprob_threshold", "no_speech_threshold", "on_bad", "seed"}
)
_LIMITS = frozenset({"max_length", "max_new_tokens"})


class SpeechModel(Decodable, Protocol):
    """What decoding asks of a model besides the next token."""

    @property
    def speech_options(self) -> SpeechOptions: ...
    @property
    def speech_tokens(self) -> SpeechTokens: ...
    @property
    def generation_config(self) -> GenerationConfig: ...
    @property
    def max_initial_time(self) -> int | None: ...
    @property
    def alignment_heads(self) -> Sequence[tuple[int, int]]: ...
    @property
    def sampling_rate(self) -> int: ...
    @property
    def vocab_size(self) -> int: ...
    @property
    def tokenizer(self) -> Any: ...
    @property
    def device(self) -> torch.device: ...

    def features(self, waveforms: Sequence[np.ndarray]) -> Tensor:
        """Return what the encoder reads of some windows."""
        ...

    def listen(self, input_features: Tensor) -> CrossMemory:
        """Return what the decoder sees of them."""
        ...

    def looked_at(self, memory: CrossMemory, token_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return the weights of the `alignment_heads`, (rows, heads, tokens, source), and the logits of some tokens."""
        ...


@dataclass(frozen=True)
class Heard:
    """What is known of windows before anything is written.

    Attributes:
        memory: What the decoder sees of them.
        languages: Token of the language of each; ``None`` for a model of one language.
        no_speech: Probability that nobody speaks; ``None`` where nobody asked.
    """

    memory: CrossMemory
    languages: Sequence[int | None]
    no_speech: Sequence[float | None]

    def seen(self, rows: Sequence[int]) -> CrossMemory:
        """Return the memory of some windows, of which generation may drop rows."""
        memory = replace(self.memory)
        if list(rows) != list(range(len(self.languages))):
            memory.select(torch.tensor(list(rows), device=memory.keys[0].device))
        return memory


@dataclass(frozen=True)
class Draft:
    """What was written of a window at a temperature.

    Attributes:
        ids: New tokens without the end token.
        text_ids: Those that are text.
        ended: Whether the end token came.
        temperature: Of drawing; 0 draws nothing.
        verdict: What was found when it was looked at; ``None`` if nobody looked.
        score: Mean log p of its tokens, if it was computed.
    """

    ids: list[int]
    text_ids: list[int]
    ended: bool
    temperature: float = 0.0
    verdict: Verdict | None = None
    score: float | None = None

    @property
    def bad(self) -> Any:
        return None if self.verdict is None else self.verdict.bad

    @property
    def is_silent(self) -> bool:
        return self.verdict is not None and self.verdict.is_silent

    @property
    def is_accepted(self) -> bool:
        # What does not end is not written again but cut.
        return self.is_silent or self.bad in (None, "unfinished")

    @property
    def rank(self) -> tuple[bool, bool, float]:
        return self.is_accepted, self.bad != "repetition", self.score or 0.0


@dataclass(frozen=True)
class Decoded:
    """What became of a window.

    Attributes:
        ids: All tokens that were written.
        segments: What was said, in seconds from the beginning of the window.
    """

    ids: list[int]
    segments: list[Segment]


class WindowDecoder:
    """Decodes windows in batches.

    Args:
        model: The model.
        call: Options of the call, of `SpeechOptions` and of `GenerationConfig`.
        tokens: The model's tokens, where they are not its own.
    """

    def __init__(self, model: SpeechModel, call: Mapping[str, Any], tokens: SpeechTokens | None = None) -> None:
        self.model = model
        self.tokens = tokens or model.speech_tokens
        names = SpeechOptions.names()
        self.options = model.speech_options.merged(**{name: value for name, value in call.items() if name in names})
        if not self.tokens.languages:
            if call.get("language") is not None:
                raise InputError(
                    f"This model knows one language, so language={call['language']!r} cannot be chosen. Leave it out."
                )
            self.options = replace(self.options, language=None)
        self.generation = {name: value for name, value in call.items() if name not in names}
        self.looks = bool(LOOKS & call.keys())
        self.is_limited = any(self.generation.get(limit) is not None for limit in _LIMITS)
        self.prompt = self._prompt()

    def decode(self, windows: Sequence[Window]) -> list[Decoded]:
        """Decode windows, all in one batch."""
        results: dict[int, Decoded] = {}
        for as_published in (True, False):
            places = [i for i, window in enumerate(windows) if (window.whole and not self.looks) is as_published]
            if places:
                decoded = self._decode([windows[place] for place in places], as_published)
                results.update(zip(places, decoded, strict=True))
        return [results[place] for place in range(len(windows))]

    def _decode(self, windows: Sequence[Window], as_published: bool) -> list[Decoded]:
        heard = self.hear(self.model.features([window.samples for window in windows]), looks=not as_published)
        drafts = self._written_once(heard) if as_published else self._written_well(heard)
        lengths = [len(window.samples) / self.model.sampling_rate for window in windows]
        cut = [i for i, draft in enumerate(drafts) if draft.bad == "unfinished" and lengths[i] >= SHORTEST_CUT]
        left = [i for i in range(len(windows)) if i not in set(cut)]
        segments = {i: self._segments(drafts[i], heard, i, lengths[i]) for i in left}
        if self.options.word_times:
            self._time_words(segments, heard, lengths)
        results = {i: Decoded(drafts[i].ids, joined(segments[i])) for i in left}
        results |= self._decoded_in_halves({i: windows[i] for i in cut})
        return [results[i] for i in range(len(windows))]

    # Hear -----------------------------------------------------------------------------------------------------------

    def hear(self, features: Tensor, *, looks: bool) -> Heard:
        """Run the encoder, and find out the language and whether anybody speaks, where it is needed."""
        memory = self.model.listen(features)
        rows, language = len(features), self.options.language
        known = None if language is None else self.tokens.language_id(language)
        detects = known is None and bool(self.tokens.languages)
        if not (detects or looks):
            return Heard(memory, [known] * rows, [None] * rows)
        logits = self._first_logits(memory, rows)
        no_speech = logits.softmax(-1)[:, self.tokens.no_speech].tolist()
        if not detects:
            return Heard(memory, [known] * rows, no_speech)
        ids = torch.tensor(sorted(self.tokens.languages.values()), device=logits.device)
        return Heard(memory, ids[logits[:, ids].argmax(-1)].tolist(), no_speech)

    def _first_logits(self, memory: CrossMemory, rows: int) -> Tensor:
        """Return what follows the start token."""
        prompts = torch.tensor([[*self.prompt, self.tokens.start]] * rows, device=self.model.device)
        inputs = {"memory": replace(memory), "decoder_input_ids": prompts}
        state = self.model.begin(inputs, 0, self.model.generation_config)
        return self.model.step(state, state.prompt_ids, state.prompt_lengths).float()

    def _prompt(self) -> list[int]:
        """Return the tokens of what was said before, as many as there is room for."""
        ids = self.options.prompt_ids
        if self.options.prompt is not None:
            ids = self.model.tokenizer.get_prompt_ids(self.options.prompt, return_tensors="list")
        if not ids:
            return []
        positions = self.model.max_positions
        if positions is None or len(ids) <= positions // 2:
            return list(ids)
        return [ids[0], *ids[1 + len(ids) - positions // 2 :]]

    # Write ----------------------------------------------------------------------------------------------------------

    def rows(self, heard: Heard, places: Iterable[int], *, scored: bool, **options: Any) -> list[list[Finished]]:
        """Write the transcripts of some windows, with options of generation."""
        places = list(places)
        task, times = self.options.task, self.options.return_timestamps
        prompts = [self.prompt + self.tokens.prompt(heard.languages[i], task, times) for i in places]
        config = self.model.generation_config.merged(**options)
        rules = []
        if times:
            rules = [TimeRules(self.tokens, self.model.max_initial_time, self.model.vocab_size, self.model.device)]
        inputs = {
            "memory": heard.seen(places),
            "decoder_input_ids": torch.tensor(prompts, device=self.model.device),
        }
        return generate(Session(self.model, inputs, config, scored=scored, rules=rules))

    def _written_once(self, heard: Heard) -> list[Draft]:
        """Write each window once, and take what comes."""
        rows = self.rows(heard, range(len(heard.languages)), scored=False, **self.generation)
        return [self._draft(found) for [found] in rows]

    def _written_well(self, heard: Heard) -> list[Draft]:
        """Write each window at one temperature after the other, until it is good; otherwise take the best."""
        drafts: dict[int, Draft] = {}
        todo = list(range(len(heard.languages)))
        for temperature in self.options.temperatures(whole=False):
            rows = self.rows(heard, todo, scored=True, **self._at(temperature))
            for place, [found] in zip(todo, rows, strict=True):
                draft = self._looked_through(self._draft(found, temperature), heard.no_speech[place])
                if place not in drafts or draft.rank > drafts[place].rank:
                    drafts[place] = draft
            todo = [place for place in todo if not drafts[place].is_accepted]
            if not todo:
                break
        return [drafts[place] for place in range(len(heard.languages))]

    def _at(self, temperature: float) -> dict[str, Any]:
        """Return the options of generation at a temperature."""
        limit = {} if self.is_limited else {"max_length": self.model.max_positions}
        # Scores are means, whatever the search prefers.
        options = limit | {"length_penalty": 1.0} | self.generation
        if not temperature:
            return options
        beams = ("num_beams", "early_stopping", "length_penalty")
        drawn = {name: value for name, value in options.items() if name not in beams}
        return drawn | {"do_sample": True, "temperature": temperature, "seed": self.options.seed}

    def written(self, found: Finished) -> list[int]:
        """Return the new tokens of a row without the end token."""
        ids = found.ids[found.prompt :]
        return ids[:-1] if ids and ids[-1] in self.tokens.ends else ids

    def _draft(self, found: Finished, temperature: float = 0.0) -> Draft:
        ids = self.written(found)
        ended = len(ids) < len(found.ids) - found.prompt
        text_ids = [token for token in ids if token < self.tokens.first_time]
        return Draft(ids, text_ids, ended or self.is_limited, temperature, score=found.score)

    def _looked_through(self, draft: Draft, no_speech: float | None) -> Draft:
        text = self._text(draft.text_ids)
        score = draft.score or 0.0
        return replace(draft, verdict=judge(draft.text_ids, text, score, no_speech, draft.ended, self.options))

    def _decoded_in_halves(self, windows: Mapping[int, Window]) -> dict[int, Decoded]:
        """Cut windows whose transcripts do not end at their best pause, and decode them again."""
        if not windows:
            return {}
        rate = self.model.sampling_rate
        halves: list[Window] = []
        for window in windows.values():
            count = len(window.samples)
            middle = best_pause(window.samples, rate, count // 4, count - count // 4)
            halves += Window(window.samples[:middle]), Window(window.samples[middle:], start=middle / rate)
        decoded = self._decode(halves, as_published=False)
        return {
            place: Decoded(
                decoded[2 * i].ids + decoded[2 * i + 1].ids,
                joined(
                    [
                        *decoded[2 * i].segments,
                        *(segment.shifted(halves[2 * i + 1].start) for segment in decoded[2 * i + 1].segments),
                    ]
                ),
            )
            for i, place in enumerate(windows)
        }

    # Segments and words ---------------------------------------------------------------------------------------------

    def _text(self, ids: Sequence[int]) -> str:
        return self.model.tokenizer.decode(list(ids), skip_special_tokens=True)[0]

    def _segments(self, draft: Draft, heard: Heard, place: int, length: float) -> list[Segment]:
        """Return what was said in a window of `length` seconds."""
        verdict, language = draft.verdict, heard.languages[place]
        if draft.is_silent or (draft.bad and self.options.on_bad == "drop"):
            return []
        ids = self._said_once(draft) if draft.bad == "repetition" and self.options.on_bad == "mark" else draft.ids
        said: list[Segment] = []
        for part in split_segments(ids, self._time_of):
            text = self._text(part.ids)
            if not text.strip():
                continue
            start, end = within(part.start, part.end, length)
            said.append(
                Segment(
                    text,
                    start,
                    end,
                    score=draft.score,
                    no_speech=heard.no_speech[place],
                    compression=None if verdict is None else verdict.compression,
                    temperature=draft.temperature,
                    language=None if language is None else self.tokens.code_of(language),
                    bad=draft.bad,
                    token_ids=tuple(part.ids),
                )
            )
        return said

    def _time_of(self, token: int) -> float | None:
        """Return the seconds that a time token stands for."""
        number = token - self.tokens.first_time
        return number * TIME_STEP if number >= 0 else None

    def _said_once(self, draft: Draft) -> list[int]:
        """Return the tokens of a draft without the further copies of what repeats; times between them stay."""
        places = [i for i, token in enumerate(draft.ids) if token < self.tokens.first_time]
        kept = {places[i] for i in said_once(draft.text_ids)}
        dropped = set(places) - kept
        return [token for i, token in enumerate(draft.ids) if i not in dropped]

    def _time_words(self, segments: dict[int, list[Segment]], heard: Heard, lengths: Sequence[float]) -> None:
        """Give all segments their words, in one pass through the decoder."""
        places = [place for place, said in segments.items() if said]
        if not places:
            return
        end = self.tokens.ends[0]
        prompts = {
            i: self.prompt + self.tokens.prompt(heard.languages[i], self.options.task, times=False) for i in places
        }
        texts = {i: [token for segment in segments[i] for token in segment.token_ids] for i in places}
        # What comes after the last token that has a position is known all the same.
        rows = [[*prompts[i], *texts[i], end][: self.model.max_positions] for i in places]
        token_ids = pad_rows(rows, end).to(self.model.device)
        weights, logits = self.model.looked_at(heard.seen(places), token_ids)
        probabilities = logits.float().log_softmax(-1).gather(-1, token_ids.roll(-1, 1)[..., None]).squeeze(-1).exp()
        for row, place in enumerate(places):
            first, count = len(prompts[place]), len(texts[place])
            states = min(max(int(np.ceil(lengths[place] / TIME_STEP)), 1), weights.shape[-1])
            times = token_states(weights[row, :, : len(rows[row])], first, count, states) * TIME_STEP
            of_text = probabilities[row, first - 1 : first - 1 + count].cpu().numpy()
            segments[place] = self._with_words(segments[place], times, of_text, lengths[place])

    def _with_words(
        self, segments: Sequence[Segment], times: np.ndarray, probabilities: np.ndarray, length: float
    ) -> list[Segment]:
        timed: list[Segment] = []
        place = 0
        for segment in segments:
            words: list[SpokenWord] = []
            split: list[WordTokens] = split_words(segment.token_ids, self._text, segment.language)
            for word in split:
                end = place + word.tokens
                begins, ends = (round(min(float(seconds), length), 3) for seconds in (times[place], times[end]))
                words.append(SpokenWord(word.text, begins, ends, float(probabilities[place:end].mean())))
                place = end
            timed.append(replace(segment, start=words[0].start, end=words[-1].end, words=tuple(words)))
        return timed
