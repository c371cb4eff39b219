"""From image files to token ids, through a ViT and a RoBERTa decoder of base size."""

from functools import partial
from typing import Any

from benchmarks.cases.generation._work import agreement
from benchmarks.harness import Benchmark, Inputs, Steady, Timed, faster

PUBLISHED = "hezar 1.0.0"


def _paths(inputs: Inputs) -> list[str]:
    return [str(path) for path in sorted(inputs.path("pictures").glob("*.jpg"))[: inputs.size(32, quick=8)]]


def _predicted(model: Any, inputs: Inputs) -> Timed:
    paths = _paths(inputs)
    return Timed(lambda: model.predict(paths, post_process=False), lambda ids: ids.tolist())


def ours(inputs: Inputs, **options: Any) -> Timed:
    """Hezar, from this repository."""
    from hezar.models import Model

    return _predicted(Model.load(inputs.path("captioner") / "safetensors", **options), inputs)


def published(inputs: Inputs) -> Timed:
    """Hezar 1.0.0, in its own environment."""
    from hezar.models import Model

    return _predicted(Model.load(str(inputs.path("captioner") / "pt"), load_locally=True), inputs)


def with_transformers(inputs: Inputs, dtype: str) -> Timed:
    """`generate` of transformers, on what its own image processor makes of the files."""
    import torch
    from PIL import Image
    from transformers import VisionEncoderDecoderModel, ViTImageProcessor

    folder = inputs.path("captioner") / "transformers"
    model: Any = VisionEncoderDecoderModel.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
    processor: Any = ViTImageProcessor.from_pretrained(folder)
    paths = _paths(inputs)

    @torch.inference_mode()
    def run() -> Any:
        images = [Image.open(path).convert("RGB") for path in paths]
        pixel_values = processor(images, return_tensors="pt")["pixel_values"]
        return model.generate(pixel_values.to(model.dtype), do_sample=False)

    return Timed(run, lambda ids: ids.tolist())


def _side(name: str, dtype: str) -> Steady:
    return Steady(name, partial(with_transformers, dtype=dtype), "hezar-1.0.0")


BENCHMARK = Benchmark(
    title="Captions of images",
    note=lambda inputs: (
        f"{len(_paths(inputs))} JPEG files of 384 × 384 points, 24 tokens each by the published beam search (4 beams, no three "
        "tokens twice); ViT-base and a RoBERTa-base that looks at it (`trocr_image2text`), random weights, from reading the "
        "files to the ids."
    ),
    inputs=("captioner", "pictures"),
    sides=(
        Steady("hezar, float32", ours),
        Steady("hezar, bfloat16", partial(ours, dtype="bfloat16")),
        Steady("hezar, int8", partial(ours, quantize="int8")),
        Steady(PUBLISHED, published, "hezar-1.0.0"),
        _side("transformers, float32", "float32"),
        _side("transformers, bfloat16", "bfloat16"),
    ),
    targets=(
        faster("hezar, float32", PUBLISHED, 3),
        faster("hezar, bfloat16", PUBLISHED, 3, needs=("avx512_bf16",)),
        faster("hezar, int8", PUBLISHED, 3, needs=("avx512_vnni",)),
        faster("hezar, float32", "transformers, float32", 1),
        faster("hezar, bfloat16", "transformers, bfloat16", 1, needs=("avx512_bf16",)),
    ),
    metrics=("ms", "peak_mib"),
    reference="transformers, float32",
    compare=agreement,
    amount=("images", lambda inputs: len(_paths(inputs))),
)
