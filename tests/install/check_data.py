"""`pip install hezar-data`: preprocessors without torch, and a hint wherever something is missed.

Run by scripts/check_wheels.py in an environment that has only this.
"""

import sys
import tempfile
import wave

from install_checks import GOLDEN, expect_installed, expect_missing_extra, expect_not_importable

expect_installed("hezar-registry", "hezar-hub", "hezar-config", "hezar-data")
expect_not_importable("torch", "datasets", "soundfile", "soxr", "PIL", "cv2", "hezar", "hezar_models")

import numpy as np  # noqa: E402

from hezar_data import (  # noqa: E402
    Dataset,
    ImageProcessor,
    Lemmatizer,
    Preprocessor,
    TextNormalizer,
    WhisperFeatureExtractor,
    resample_audio,
)
from hezar_registry import list_available_datasets, list_available_preprocessors  # noqa: E402

assert {"wordpiece_tokenizer", "text_normalizer", "image_processor"} <= set(list_available_preprocessors())
assert "text_classification" in list_available_datasets()

# A tokenizer loads and works; only tensors of torch need torch.
tokenizer = Preprocessor.load(GOLDEN / "tokenizer_wordpiece" / "model")
texts = ["سلام دنیا", "سلام"]
assert isinstance(tokenizer(texts, padding=True, return_tensors="numpy")["token_ids"], np.ndarray)
expect_missing_extra("torch", lambda: tokenizer(texts, padding=True, return_tensors="torch"))

# Reading datasets is an extra.
repo = GOLDEN / "dataset_text_classification" / "repo"
expect_missing_extra("datasets", lambda: Dataset.load(repo, split="train", preprocessor=tokenizer))

# So are pictures and sound files; samples at the rate that the model wants need nothing.
picture = np.zeros((6, 4, 3), dtype=np.uint8)
expect_missing_extra("PIL.Image", lambda: ImageProcessor(size=[2, 2])(picture, return_tensors="numpy"))
extractor, samples = WhisperFeatureExtractor(), np.zeros(16_000, dtype=np.float32)
assert extractor(samples, sampling_rate=16_000, return_tensors="numpy")["input_features"].shape == (1, 80, 3000)
expect_missing_extra("soxr", lambda: resample_audio(samples, 8_000, 16_000))
with tempfile.TemporaryDirectory() as folder, wave.open(f"{folder}/sound.wav", "wb") as file:
    file.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))
    file.writeframes(bytes(200))
    expect_missing_extra("soundfile", lambda: extractor(f"{folder}/sound.wav", return_tensors="numpy"))

# Persian text needs nothing.
assert TextNormalizer(rules="persian")("كتاب ها") == ["کتاب\u200cها"]
assert Lemmatizer()("کتاب\u200cهایشان") == "کتاب"

assert "torch" not in sys.modules
