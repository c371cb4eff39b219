"""The sides of all benchmarks of speech."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cases.generation._work import agreement
from benchmarks.harness import Benchmark, Inputs, Steady, Target, Timed, faster

MODEL = "whisper_small"
PUBLISHED = "hezar 1.0.0"
#: What all sides begin a transcript with: <|startoftranscript|><|fa|><|transcribe|><|notimestamps|>.
PROMPT = (50258, 50300, 50359, 50363)
END = 50257
#: Windows that transformers takes at a time: its best of 1, 4, 8 and 16 here.
PEER_BATCH = 8


@dataclass(frozen=True)
class Work:
    """What all sides of a benchmark do.

    Attributes:
        seconds: Length of the recording.
    """

    seconds: int

    def windows(self, inputs: Inputs) -> int:
        """Return how many windows of 30 seconds there are."""
        return max(inputs.size(self.seconds // 30, quick=min(self.seconds // 30, 2)), 1)

    def new_tokens(self, inputs: Inputs) -> int:
        """Return how many tokens each window gets; 30 seconds of Persian have about 200."""
        return inputs.size(200, quick=12)


def benchmark(work: Work, *, times: float, of_transformers: float) -> Benchmark:
    """Return the benchmark of a work.

    Args:
        work: What is done.
        times: How many times as fast as Hezar 1.0.0 is aimed at.
        of_transformers: How many times as fast as transformers.
    """

    def side(name: str, setup: Callable[..., Timed], peer: str | None = None, **options: Any) -> Steady:
        return Steady(name, partial(setup, work=work, **options), peer)

    targets: tuple[Target, ...] = (
        faster("hezar, float32", PUBLISHED, times),
        faster("hezar, float32", "transformers, float32", of_transformers),
        faster("hezar, float32", "CTranslate2, float32", 1),
        faster("hezar, int8", "CTranslate2, int8", 1, needs=("avx512_vnni",)),
    )
    length = f"{work.seconds // 60} minutes" if work.seconds >= 60 else f"{work.seconds} s"
    return Benchmark(
        title=f"Whisper-small: {length}",
        note=partial(_note, work),
        inputs=(MODEL,),
        sides=(
            side("hezar, float32", ours),
            side("hezar, bfloat16", ours, dtype="bfloat16"),
            side("hezar, int8", ours, quantize="int8"),
            side(PUBLISHED, published, "hezar-1.0.0"),
            side("transformers, float32", with_transformers, "hezar-1.0.0"),
            side("CTranslate2, float32", with_ctranslate2, "ctranslate2-4.8", compute_type="float32"),
            side("CTranslate2, int8", with_ctranslate2, "ctranslate2-4.8", compute_type="int8"),
        ),
        targets=targets,
        reference="transformers, float32",
        compare=agreement,
        amount=("seconds of sound", lambda inputs: 30 * work.windows(inputs)),
    )


def _note(work: Work, inputs: Inputs) -> str:
    return (
        f"Features of {work.windows(inputs)} window(s) of 30 s, {work.new_tokens(inputs)} new tokens each, greedy; random weights. "
        f"1.0.0 takes one window after the other, transformers {PEER_BATCH} at a time, ours and CTranslate2, the engine of "
        "faster-whisper, 8."
    )


def features(inputs: Inputs, work: Work) -> Any:
    """Return noise with the scale of features, float32 (windows, 80, 3000)."""
    import numpy as np

    return np.random.default_rng(4).normal(0, 0.5, (work.windows(inputs), 80, 3000)).astype(np.float32)


def ours(inputs: Inputs, work: Work, **options: Any) -> Timed:
    """Hezar, from this repository."""
    import torch

    from hezar.models import Model

    model: Any = Model.load(inputs.path(MODEL) / "safetensors", **options)
    batches, new = torch.from_numpy(features(inputs, work)).split(8), work.new_tokens(inputs)
    asked = {"language": "fa", "min_new_tokens": new, "max_new_tokens": new}

    def run() -> list[list[int]]:
        return [row for batch in batches for row in model.generate(batch, **asked).tolist()]

    return Timed(run)


def published(inputs: Inputs, work: Work) -> Timed:
    """Hezar 1.0.0, in its own environment: a window at a time, as its `predict` of a recording does."""
    import torch

    from hezar.models import Model

    model: Any = Model.load(str(inputs.path(MODEL) / "pt"), load_locally=True).eval()
    batches, new = torch.from_numpy(features(inputs, work)).split(1), work.new_tokens(inputs)
    mask = torch.ones(1, 3000, dtype=torch.int64)
    asked = {"language": "fa", "task": "transcribe", "min_new_tokens": new, "max_new_tokens": new}
    run = torch.inference_mode()(lambda: [model.generate(batch, mask, **asked)[0] for batch in batches])
    return Timed(run, partial(_last, new))


def with_transformers(inputs: Inputs, work: Work) -> Timed:
    """`generate` of transformers, as its pipeline calls it with windows of a long recording."""
    import torch
    from transformers import WhisperForConditionalGeneration

    model: Any = WhisperForConditionalGeneration.from_pretrained(inputs.path(MODEL) / "transformers").eval()
    batches, new = torch.from_numpy(features(inputs, work)).split(PEER_BATCH), work.new_tokens(inputs)
    asked = {"language": "fa", "task": "transcribe", "min_new_tokens": new, "max_new_tokens": new, "do_sample": False}
    run = torch.inference_mode()(lambda: [row for batch in batches for row in model.generate(batch, **asked)])
    return Timed(run, partial(_last, new))


def with_ctranslate2(inputs: Inputs, work: Work, compute_type: str) -> Timed:
    """CTranslate2, the engine of faster-whisper."""
    import ctranslate2

    threads = int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    folder = str(_converted(inputs.path(MODEL)))
    model: Any = ctranslate2.models.Whisper(folder, compute_type=compute_type, intra_threads=threads)
    heard, new = features(inputs, work), work.new_tokens(inputs)
    batches = [heard[start : start + 8] for start in range(0, len(heard), 8)]

    def run() -> list[list[int]]:
        rows: list[list[int]] = []
        for batch in batches:
            found = model.generate(
                ctranslate2.StorageView.from_array(batch),
                [list(PROMPT)] * len(batch),
                beam_size=1,
                max_length=2 * new,  # of which it lets half be new
                suppress_tokens=[END],
                suppress_blank=False,
            )
            rows += [list(result.sequences_ids[0])[:new] for result in found]
        return rows

    return Timed(run)


def _converted(folder: Path) -> Path:
    """Return the model as CTranslate2 reads it, converted from that of transformers by the first call."""
    from ctranslate2.converters import TransformersConverter

    converted = folder / "ctranslate2"
    if not converted.exists():
        unfinished = folder / ".ctranslate2"
        TransformersConverter(str(folder / "transformers")).convert(str(unfinished), force=True)
        unfinished.rename(converted)
    return converted


def _last(new: int, generated: Sequence[Any]) -> list[list[int]]:
    """Return the new tokens of rows that end with them."""
    return [row[-new:].tolist() for row in generated]
