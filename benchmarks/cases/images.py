"""From picture files to the tensor that a vision transformer takes."""

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, array_deviation, faster

OPTIONS = {
    "size": [224, 224],
    "resample": 2,
    "rescale": 1 / 255,
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
}
BATCH = 100


def _paths(inputs: Inputs) -> list[str]:
    return [str(path) for path in sorted(inputs.path("pictures").glob("*.jpg"))[: inputs.size(1000, quick=100)]]


def _timed(processor, inputs: Inputs) -> Timed:
    paths = _paths(inputs)

    def run():
        out = None
        # By the hundred: all at once would measure how fast memory is handed out.
        for start in range(0, len(paths), BATCH):
            out = processor(paths[start : start + BATCH], return_tensors="torch")["pixel_values"]
        return out

    return Timed(run, lambda out: out[:2, :, ::8, ::8].tolist())


def hezar(inputs: Inputs) -> Timed:
    from hezar.builders import build_preprocessor

    return _timed(build_preprocessor("image_processor", **OPTIONS), inputs)


def published(inputs: Inputs) -> Timed:
    from hezar.preprocessors import ImageProcessor, ImageProcessorConfig

    return _timed(ImageProcessor(ImageProcessorConfig(**OPTIONS)), inputs)


def decode(inputs: Inputs) -> Timed:
    from PIL import Image

    paths = _paths(inputs)

    def run():
        for path in paths:
            with Image.open(path) as image:
                image.convert("RGB")

    return Timed(run)


BENCHMARK = Benchmark(
    title="Pictures to a tensor",
    note=lambda inputs: (
        f"{len(_paths(inputs)):,} JPEG files of 384 × 384 points to (3, 224, 224), {BATCH} per call: decoded, resized "
        "(bilinear), rescaled, normalised. `decode alone` is one thread. The deviation is over every 8th point of two pictures."
    ),
    inputs=("pictures",),
    sides=(
        Steady("hezar", hezar),
        Steady("hezar 1.0.0", published, peer="hezar-1.0.0"),
        Steady("decode alone", decode),
    ),
    targets=(faster("hezar", "hezar 1.0.0", 2),),
    reference="hezar 1.0.0",
    compare=array_deviation,
)
