"""`pip install hezar-models`: models with torch and no more, and a hint wherever something is missed.

Run by scripts/check_wheels.py in an environment that has only this.
"""

import sys

from install_checks import GOLDEN, expect_installed, expect_not_importable

expect_installed("hezar-registry", "hezar-hub", "hezar-config", "hezar-data", "hezar-models")
expect_not_importable("transformers", "accelerate", "datasets", "gensim", "onnx", "hezar", "hezar_train")

from hezar_registry import build_model, list_available_models  # noqa: E402

# Listing needs no torch.
assert "bert_text_classification" in list_available_models()
assert "torch" not in sys.modules

from hezar_models import Model  # noqa: E402

# A published model loads, predicts, and survives saving.
model = Model.load(GOLDEN / "model_bert_text_classification" / "model")
before = model.predict(["سلام دنیا", "سلام"])
model.save("model")
assert Model.load("model").predict(["سلام دنیا", "سلام"]) == before

# One can be built from its name.
config = model.config
assert type(build_model("bert_text_classification", config)) is type(model)
