"""`pip install "hezar[all]"`: everything is there and nothing is missed.

Run by scripts/check_wheels.py in an environment that has only this.
"""

from install_checks import GOLDEN, check_command_line, expect_installed, expect_not_importable, importable

expect_installed("hezar", "hezar-registry", "hezar-hub", "hezar-config", "hezar-data", "hezar-models", "hezar-train")
expect_not_importable("transformers")
for module in (
    "datasets",
    "soundfile",
    "soxr",
    "PIL",
    "cv2",
    "matplotlib",
    "rapidfuzz",
    "sacrebleu",
    "seqeval",
    "gensim",
    "av",
):
    assert importable(module), module

check_command_line()

from hezar.data import Dataset  # noqa: E402
from hezar.preprocessors import Preprocessor  # noqa: E402
from hezar.trainer import Trainer  # noqa: E402

assert Trainer.__module__.startswith("hezar_train")
folder = GOLDEN / "dataset_text_classification"
tokenizer = Preprocessor.load(folder / "preprocessor_repo")
dataset = Dataset.load(folder / "repo", split="train", preprocessor=tokenizer)
assert len(dataset[0]["token_ids"]) > 0
