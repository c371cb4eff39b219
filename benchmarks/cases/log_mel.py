"""Whisper's log-mel spectrogram of half a minute of sound."""

from benchmarks.harness import Benchmark, Inputs, Steady, Timed, array_deviation, faster


def _samples(inputs: Inputs):
    import wave

    import numpy as np

    with wave.open(str(inputs.path("sound") / "sound.wav"), "rb") as file:
        data = file.readframes(file.getnframes())
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768


def _timed(extractor, inputs: Inputs) -> Timed:
    samples = _samples(inputs)
    # Every 10th frame is compared.
    return Timed(
        lambda: extractor(samples, sampling_rate=16000, return_tensors="numpy")["input_features"],
        lambda out: out[0][:, ::10].tolist(),
    )


def hezar(inputs: Inputs) -> Timed:
    from hezar.builders import build_preprocessor

    return _timed(build_preprocessor("whisper_feature_extractor"), inputs)


def published(inputs: Inputs) -> Timed:
    from hezar.models import WhisperFeatureExtractor, WhisperFeatureExtractorConfig

    return _timed(WhisperFeatureExtractor(WhisperFeatureExtractorConfig()), inputs)


BENCHMARK = Benchmark(
    title="Whisper log-mel of 30 s",
    note="One sound of 30 s at 16 kHz as an array; 80 × 3,000 features. The deviation is over every 10th frame.",
    inputs=("sound",),
    sides=(Steady("hezar", hezar), Steady("hezar 1.0.0", published, peer="hezar-1.0.0")),
    targets=(faster("hezar", "hezar 1.0.0", 4),),
    reference="hezar 1.0.0",
    compare=array_deviation,
    rounds=9,
)
