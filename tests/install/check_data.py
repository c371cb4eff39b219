"""`pip install hezar-data`: preprocessors without torch, and a hint wherever something is missed.

Run by scripts/check_wheels.py in an environment that has only this.
"""

import sys

from install_checks import GOLDEN, expect_installed, expect_missing_extra, expect_not_importable

expect_installed("hezar-registry", "hezar-hub", "hezar-config", "hezar-data")
expect_not_importable("torch", "datasets", "soundfile", "soxr", "PIL", "cv2", "hezar", "hezar_models")

import numpy as np  # noqa: E402

from hezar_data import Dataset, Preprocessor  # noqa: E402
from hezar_registry import list_available_datasets, list_available_preprocessors  # noqa: E402

assert {"wordpiece_tokenizer", "text_normalizer", "image_processor"} <= set(list_available_preprocessors())
assert "text_classification" in list_available_datasets()

# A tokenizer loads and works; only tensors of torch need torch.
tokenizer = Preprocessor.load(GOLDEN / "tokenizer_wordpiece" / "model")
texts = ["سلام دنیا", "سلام"]
assert isinstance(tokenizer(texts, padding=True, return_tensors="numpy")["token_ids"], np.ndarray)
expect_missing_extra("torch", lambda: tokenizer(texts, padding=True, return_tensors="torch"))

# Reading data sets is an extra.
repo = GOLDEN / "dataset_text_classification" / "repo"
expect_missing_extra("datasets", lambda: Dataset.load(repo, split="train", preprocessor=tokenizer))

assert "torch" not in sys.modules
