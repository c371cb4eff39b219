"""The sides of all benchmarks of generation."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cases.generation._work import Work, agreement, padded, weights_per_token
from benchmarks.harness import Benchmark, Inputs, Steady, Target, Timed, faster, within

PUBLISHED = "hezar 1.0.0"
MEMORY = "memory: the float32 weights, once per step"


def benchmark(work: Work, *, times: float, of_ctranslate2: float) -> Benchmark:
    """Return the benchmark of a work.

    Args:
        work: What is done.
        times: How many times as fast as Hezar 1.0.0 is aimed at.
        of_ctranslate2: How many times as fast as CTranslate2 at the same precision.
    """

    def side(name: str, setup: Callable[..., Timed], peer: str | None = None, **options: Any) -> Steady:
        return Steady(name, partial(setup, work=work, **options), peer)

    targets: list[Target] = [
        faster("hezar, float32", PUBLISHED, times),
        faster("hezar, float32", "transformers, float32", 1),
        faster("hezar, bfloat16", "transformers, bfloat16", 1, needs=("avx512_bf16",)),
        faster("hezar, float32", "CTranslate2, float32", of_ctranslate2),
        faster("hezar, int8", "CTranslate2, int8", of_ctranslate2, needs=("avx512_vnni",)),
    ]
    if not work.many and work.beams == 1:
        targets.append(within("hezar, float32", 1.67, MEMORY))
    return Benchmark(
        title=f"Generate with {work.name}: {'many prompts' if work.many else 'one prompt'}{_beams(work)}",
        note=partial(_note, work),
        inputs=(work.model,),
        sides=(
            side("hezar, float32", ours),
            side("hezar, bfloat16", ours, dtype="bfloat16"),
            side("hezar, int8", ours, quantize="int8"),
            side(PUBLISHED, published, "hezar-1.0.0"),
            side("transformers, float32", with_transformers, "hezar-1.0.0", dtype="float32"),
            side("transformers, bfloat16", with_transformers, "hezar-1.0.0", dtype="bfloat16"),
            side("CTranslate2, float32", with_ctranslate2, "ctranslate2-4.8", compute_type="float32"),
            side("CTranslate2, int8", with_ctranslate2, "ctranslate2-4.8", compute_type="int8"),
            side(MEMORY, memory),
        ),
        targets=tuple(targets),
        reference="transformers, float32",
        compare=agreement,
        amount=("tokens", lambda inputs: len(work.prompts(inputs)) * work.new_tokens(inputs)),
    )


def _beams(work: Work) -> str:
    return f", {work.beams} beams" if work.beams > 1 else ""


def _note(work: Work, inputs: Inputs) -> str:
    prompts, new = work.prompts(inputs), work.new_tokens(inputs)
    asked = f"{len(prompts)} prompts of 8 to 40 tokens" if work.many else f"A prompt of {len(prompts[0])} tokens"
    search = "published beam search, no three tokens twice" if work.beams > 1 else "greedy"
    published = ""
    if work.many:
        published = (
            " 1.0.0 does not pad by itself, so its batch is padded here."
            if work.has_encoder
            else " 1.0.0 has no mask for prompts of several lengths, so it takes one after the other; transformers takes them "
            "padded on the left."
        )
    return (
        f"{asked}, {new} new tokens each, {search}; random weights.{published} A step of the decoder reads "
        f"{4 * weights_per_token(inputs, work) / 1e6:.0f} MB of float32 weights: the last row reads as much memory as often, and "
        "does nothing else. CTranslate2 has bfloat16 on GPUs only."
    )


def ours(inputs: Inputs, work: Work, **options: Any) -> Timed:
    """Hezar, from this repository."""
    from hezar.models import Model

    model: Any = Model.load(inputs.path(work.model) / "safetensors", **options)
    prompts, asked = work.prompts(inputs), work.options(inputs)
    ids, mask = padded(prompts, model.generation_config.fill_token)

    def answers(generated) -> list[list[int]]:
        starts = [1 if work.has_encoder else len(prompt) for prompt in prompts]
        new = work.new_tokens(inputs)
        return [row[start : start + new] for start, row in zip(starts, generated.tolist(), strict=True)]

    return Timed(lambda: model.generate(ids, mask, **asked), answers)


def published(inputs: Inputs, work: Work) -> Timed:
    """Hezar 1.0.0, in its own environment."""
    import torch

    from hezar.models import Model

    model: Any = Model.load(str(inputs.path(work.model) / "pt"), load_locally=True).eval()
    prompts, asked, new = work.prompts(inputs), work.options(inputs), work.new_tokens(inputs)
    if work.has_encoder:
        # It knows no options but these two of its config, which count the start token.
        model.config.min_length = model.config.max_length = 1 + new
        ids, mask = padded(prompts, model.config.pad_token_id)
        run = torch.inference_mode()(lambda: model.generate(ids, mask))
    else:
        rows = [torch.tensor([prompt]) for prompt in prompts]
        run = torch.inference_mode()(lambda: [model.generate(row, **asked)[0] for row in rows])
    return Timed(run, partial(_last, new))


def with_transformers(inputs: Inputs, work: Work, dtype: str) -> Timed:
    """`generate` of transformers, with the batch that it wants: for a decoder, padded on the left."""
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM

    kind = AutoModelForSeq2SeqLM if work.has_encoder else AutoModelForCausalLM
    model: Any = kind.from_pretrained(inputs.path(work.model) / "transformers", dtype=getattr(torch, dtype)).eval()
    fill = model.config.pad_token_id or 0
    ids, mask = padded(work.prompts(inputs), fill, left=not work.has_encoder)
    asked = work.options(inputs) | {"do_sample": False, "pad_token_id": fill}
    run = torch.inference_mode()(lambda: model.generate(ids, attention_mask=mask, **asked))
    return Timed(run, partial(_last, work.new_tokens(inputs)))


def with_ctranslate2(inputs: Inputs, work: Work, compute_type: str) -> Timed:
    """CTranslate2, with all prompts in one batch."""
    import ctranslate2

    folder = str(_converted(inputs.path(work.model)))
    threads = int(os.environ.get("OMP_NUM_THREADS") or len(os.sched_getaffinity(0)))
    kind: Any = ctranslate2.Translator if work.has_encoder else ctranslate2.Generator
    model = kind(folder, compute_type=compute_type, intra_threads=threads)
    # Its tokens are texts; ours are the numbers of the ids.
    prompts = [[str(token) for token in prompt] for prompt in work.prompts(inputs)]
    new, asked = work.new_tokens(inputs), {"beam_size": work.beams}
    if work.beams > 1:
        asked |= {name: work.options(inputs)[name] for name in ("no_repeat_ngram_size", "length_penalty")}
    if work.has_encoder:
        asked |= {"min_decoding_length": new, "max_decoding_length": new}
        return Timed(
            lambda: model.translate_batch(prompts, **asked),
            lambda results: [list(map(int, result.hypotheses[0])) for result in results],
        )
    asked |= {"min_length": new, "max_length": new, "include_prompt_in_result": False}
    return Timed(
        lambda: model.generate_batch(prompts, **asked),
        lambda results: [list(result.sequences_ids[0]) for result in results],
    )


def _converted(folder: Path) -> Path:
    """Return the model as CTranslate2 reads it, converted from that of transformers by the first call."""
    from ctranslate2.converters import TransformersConverter

    converted = folder / "ctranslate2"
    if not converted.exists():
        unfinished = folder / ".ctranslate2"
        TransformersConverter(str(folder / "transformers")).convert(str(unfinished), force=True)
        unfinished.rename(converted)
    return converted


def memory(inputs: Inputs, work: Work) -> Timed:
    """As much memory as the weights of a decoder, read as often as a decoder reads them."""
    import torch

    weights = torch.ones(weights_per_token(inputs, work) // 1024, 1024)
    vector = torch.ones(1024)
    steps = work.new_tokens(inputs)

    def read() -> None:
        for _ in range(steps):
            torch.mv(weights, vector)

    return Timed(read)


def _last(new: int, generated) -> list[list[int]]:
    """Return the new tokens of rows that end with them."""
    return [row[-new:].tolist() for row in generated]
