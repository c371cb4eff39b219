"""`pip install hezar`: the facade and the command line, and a hint wherever something is missed.

Run by scripts/check_wheels.py in an environment that has only this.
"""

import sys

from install_checks import (
    GOLDEN,
    check_command_line,
    expect_installed,
    expect_missing_extra,
    expect_not_importable,
)

expect_installed("hezar", "hezar-registry", "hezar-hub", "hezar-config", "hezar-data", "hezar-models", "hezar-train")
expect_not_importable("transformers", "datasets", "gensim", "soundfile", "PIL", "cv2", "matplotlib")

import hezar  # noqa: E402
from hezar.utils import list_available_models  # noqa: E402

assert hezar.__name__ == "hezar"
assert "bert_text_classification" in list_available_models()
assert "torch" not in sys.modules
check_command_line()

import hezar_models  # noqa: E402
from hezar.data import Dataset  # noqa: E402
from hezar.models import Model  # noqa: E402
from hezar.preprocessors import Preprocessor  # noqa: E402

# The facade gives the same objects, not copies.
assert Model is hezar_models.Model

model = Model.load(GOLDEN / "model_bert_text_classification" / "model")
assert len(model.predict(["سلام دنیا", "سلام"])) == 2

folder = GOLDEN / "dataset_text_classification"
tokenizer = Preprocessor.load(folder / "preprocessor_repo")
expect_missing_extra("datasets", lambda: Dataset.load(folder / "repo", split="train", preprocessor=tokenizer))
