"""`pip install hezar-config hezar-hub`: what a tool builder needs to read, edit and publish configs.

Run by scripts/check_wheels.py in an environment that has only these, with a Hub server in HF_ENDPOINT.
"""

import sys
from pathlib import Path

from install_checks import expect_installed, expect_not_importable, raised

PUBLISHED = """\
name: bert_of_tomorrow
config_type: model
vocab_size: 42000
learning_rate: 2e-5
id2label:
  0: منفی
  1: مثبت
"""

expect_installed("hezar-registry", "hezar-hub", "hezar-config")
expect_not_importable("torch", "numpy", "tokenizers", "safetensors", "hezar", "hezar_data", "hezar_models")

from hezar_config import Config, ConfigValidationError, ModelConfig, TrainerConfig  # noqa: E402
from hezar_hub import Repo  # noqa: E402

# A config whose class is not installed loads as a generic one, with its values as they are meant.
folder = Path("published")
folder.mkdir()
(folder / "model_config.yaml").write_text(PUBLISHED, encoding="utf-8")
config = ModelConfig.load(folder)
assert config.is_generic
assert config.name == "bert_of_tomorrow"
assert config["learning_rate"] == 2e-5
assert config["id2label"] == {0: "منفی", 1: "مثبت"}

# It is validated, edited and saved; saving twice gives the same bytes.
config["vocab_size"] = 42001
config.update(max_length=128)
config.validate()
config.save("edited", "model_config.yaml")
saved = Path("edited/model_config.yaml").read_bytes()
ModelConfig.load("edited").save("again")
assert Path("again/model_config.yaml").read_bytes() == saved
assert "منفی" in saved.decode()

wrong = {"output_dir": "run", "task": "text_classification", "num_epochs": "many"}
assert "num_epochs" in raised(ConfigValidationError, lambda: TrainerConfig.from_dict(wrong))

# It is pushed, and found again by a fresh download.
config.push_to_hub("tests/light")
fetched = Config.load("tests/light")
assert fetched.to_dict() == config.to_dict()
assert Repo("tests/light").file("model_config.yaml").read_bytes() == saved

assert "torch" not in sys.modules
