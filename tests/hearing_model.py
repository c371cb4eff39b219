"""A Whisper that writes the time it hears: what becomes of a recording can be checked second by second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hezar_config import ModelConfig
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.state import DecoderState
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.speech.options import SpeechOptions
from hezar_models.speech.rules import SpeechTokens
from hezar_models.tasks.speech_recognition import SpeechRecognitionModel

RATE = 16_000
#: What it writes of a window: all tokens, from the samples and the tokens so far; ``None`` is what it writes by itself.
Answer = Callable[[np.ndarray, list[int]], "list[int] | None"]
#: Samples of a frame, and frames of a second.
FRAME, FRAMES = 320, 50
MOST_SECONDS = 12_000
END, START, PERSIAN, ENGLISH, TRANSCRIBE, PREVIOUS, NO_SPEECH, NO_TIMES = range(MOST_SECONDS, MOST_SECONDS + 8)
FIRST_TIME = NO_TIMES + 1
VOCABULARY = FIRST_TIME + 1501


def sound(seconds: float, start: float = 0) -> np.ndarray:
    """Return sound that says what time it is, from a time on: each frame has a value of its own."""
    frames = round(start * FRAMES) + np.arange(round(seconds * FRAMES))
    values = (0.1 + frames * 1e-6).astype(np.float32)
    return np.repeat(values, FRAME)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * FRAMES) * FRAME, dtype=np.float32)


def recording(parts: Sequence[tuple[str, float]]) -> np.ndarray:
    """Return sound and silence, one after the other; the sound always says what time it is."""
    made: list[np.ndarray] = []
    time = 0.0
    for kind, seconds in parts:
        made.append(sound(seconds, time) if kind == "sound" else silence(seconds))
        time += seconds
    return np.concatenate(made)


_SAID: dict[bytes, list[tuple[int, float]]] = {}


def said_in(samples: np.ndarray) -> list[tuple[int, float]]:
    """Return the seconds whose beginning is heard, with the time in the window at which each is."""
    key = samples[:: FRAME // 2].tobytes()  # a window is asked about again and again
    if key not in _SAID:
        heard = samples > 0.05
        numbers = np.rint((samples.astype(np.float64) - 0.1) / 1e-6).astype(np.int64)
        begins = np.flatnonzero((numbers % FRAMES == 0) & heard)
        seconds, places, counts = np.unique(numbers[begins] // FRAMES, return_index=True, return_counts=True)
        _SAID[key] = [
            (second, float(begins[place]) / RATE)
            for second, place, count in zip(seconds.tolist(), places, counts, strict=True)
            if count > FRAME // 2
        ]
    return _SAID[key]


class HearingTokenizer:
    """Writes the numbers of seconds, with `|` as its only other letter."""

    class config:  # noqa: N801 - as a tokenizer has it
        name = "hearing_tokenizer"

    def decode(self, ids: Any, skip_special_tokens: bool = True, **options: Any) -> list[str]:
        rows = ids if ids and isinstance(ids[0], list) else [ids]
        return ["".join(f" {token}" for token in row if token < MOST_SECONDS) for row in rows]

    def get_prompt_ids(self, text: str, return_tensors: str = "list") -> list[int]:
        return [PREVIOUS, *map(int, text.split())]


class _Extractor:
    n_samples = 30 * RATE

    class config:  # noqa: N801 - as an extractor has it
        name = "hearing_extractor"
        sampling_rate = RATE


class _Config(ModelConfig):
    name = "hearing_model"


class HearingModel(SpeechRecognitionModel):
    """Writes a token for each second that it hears the beginning of, with or without its times; made by `hearing`."""

    answer: Answer | None
    positions: int
    times: bool
    no_speech: Callable[[np.ndarray], float]
    sure: Callable[[np.ndarray], float]

    def __init__(self, config: ModelConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.batches: list[int] = []
        self.asked = 0

    feature_extractor = _Extractor()  # type: ignore[assignment]
    tokenizer = HearingTokenizer()  # type: ignore[assignment]

    @property
    def generation_config(self) -> GenerationConfig:
        return GenerationConfig(max_length=self.positions, eos_token_id=END, pad_token_id=END)

    @property
    def speech_options(self) -> SpeechOptions:
        return SpeechOptions(language="fa", return_timestamps=self.times)

    @property
    def speech_tokens(self) -> SpeechTokens:
        languages = {"<|fa|>": PERSIAN, "<|en|>": ENGLISH}
        return SpeechTokens(START, (END,), NO_TIMES, PREVIOUS, languages, {"transcribe": TRANSCRIBE})

    @property
    def max_positions(self) -> int:
        return self.positions

    @property
    def vocab_size(self) -> int:
        return VOCABULARY

    @property
    def window_cost(self) -> int:
        return 2048

    def features(self, waveforms: Sequence[np.ndarray]) -> Tensor:
        self.batches.append(len(waveforms))
        padded = np.zeros((len(waveforms), 30 * RATE), dtype=np.float32)
        for row, waveform in zip(padded, waveforms, strict=True):
            row[: len(waveform)] = waveform
        return torch.from_numpy(padded)

    def listen(self, input_features: Tensor) -> CrossMemory:
        source = input_features[:, None, :, None]
        return CrossMemory([source], [source])

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        prompts = inputs["decoder_input_ids"]
        rows, longest = prompts.shape
        cache = KVCache(1, rows, 1, longest + capacity, 1)
        return DecoderState(prompts, torch.full((rows,), longest), cache, inputs["memory"])

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        self.asked += 1
        written = token_ids[:, None, :, None].float()
        read, _ = state.cache.append(0, written, written)
        state.cache.advance(token_ids.shape[1], counts)
        logits = torch.zeros(len(token_ids), VOCABULARY)
        for i, length in enumerate(state.cache.lengths.tolist()):
            row = read[i, 0, :length, 0].long().tolist()
            samples = state.memory.keys[0][i // state.memory.rows_per_input, 0, :, 0].numpy()
            self._answer(logits[i], samples, row)
        return logits

    def _answer(self, logits: Tensor, samples: np.ndarray, row: list[int]) -> None:
        if row[-1] == START:
            chance = min(max(self.no_speech(samples), 1e-6), 1 - 1e-6)
            logits.fill_(-30.0)
            logits[NO_SPEECH], logits[PERSIAN] = np.log(chance), np.log(1 - chance)
            return
        begin = row.index(TRANSCRIBE) + 1
        times = row[begin : begin + 1] != [NO_TIMES]
        new = row[begin + (not times) :]
        said = self.answer(samples, new) if self.answer is not None else None
        said = self.transcript(samples, times) if said is None else said
        token = said[len(new)] if len(new) < len(said) else END
        logits[token] = self.sure(samples)

    @staticmethod
    def transcript(samples: np.ndarray, times: bool) -> list[int]:
        """Return what it writes of a window by itself."""
        tokens: list[int] = []
        for second, time in said_in(samples):
            start = FIRST_TIME + round(time / 0.02)
            tokens += [start, second, min(start + FRAMES, VOCABULARY - 1)] if times else [second]
        return tokens


def hearing(
    answer: Answer | None = None,
    *,
    positions: int = 448,
    times: bool = False,
    no_speech: Callable[[np.ndarray], float] = lambda samples: 0.0,
    sure: Callable[[np.ndarray], float] = lambda samples: 30.0,
) -> HearingModel:
    """Return a model that writes what it hears.

    Args:
        answer: What it writes of a window, in place of the time.
        positions: Positions of the decoder.
        times: Write time tokens.
        no_speech: Probability that nobody speaks in a window.
        sure: Log-odds of each token that it writes.
    """
    model = HearingModel(_Config())
    model.answer, model.positions, model.times = answer, positions, times
    model.no_speech, model.sure = no_speech, sure
    return model
