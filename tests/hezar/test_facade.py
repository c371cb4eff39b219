"""`hezar` only gathers: the same objects, lazily, and nothing of it needs torch before torch is used."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from importlib.metadata import version

import pytest

import hezar
from hezar_registry import MissingExtraError

MODULES = [name for name in hezar.__all__ if not name.startswith("_")]


def python(code: str, **environment: str) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    import os

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_version_is_that_of_the_distribution() -> None:
    assert hezar.__version__ == version("hezar")


def test_import_hezar_imports_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import hezar; print(*sorted(set(sys.modules) - before))"
    assert python(code).split() == ["hezar"]


def test_submodules_come_as_attributes() -> None:
    assert python("import hezar; print(hezar.builders.build_model.__name__)").strip() == "build_model"


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'modles'"):
        hezar.modles  # noqa: B018 # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    for name in MODULES:
        module = import_module(f"hezar.{name}")
        assert not hasattr(module, "no_such_name")


def test_names_of_1_0_0_are_where_they_were() -> None:
    from hezar import constants, models, preprocessors

    assert constants.DEFAULT_MODEL_FILE == "model.pt"
    assert constants.DEFAULT_TOKENIZER_CONFIG_FILE == "tokenizer_config.yaml"
    assert constants.DEFAULT_TRAINER_CSV_LOG_FILE == "training_logs.csv"
    assert constants.DEFAULT_EMBEDDING_FILE == "embedding.bin"
    assert constants.Backends.PYTORCH == "torch"
    assert constants.Backends.OPENCV == "cv2"
    assert constants.SplitType.VALID == "validation"
    assert constants.SplitType.list() == ["train", "eval", "validation", "test"]
    for name in ("WhisperBPETokenizer", "WhisperBPEConfig", "WhisperFeatureExtractor", "WhisperFeatureExtractorConfig"):
        assert getattr(models, name) is getattr(preprocessors, name)
    assert models.CraftImageProcessor.config_class is models.CraftImageProcessorConfig


def test_the_cache_folder_is_that_of_the_environment() -> None:
    code = "from hezar.constants import HEZAR_CACHE_DIR; print(HEZAR_CACHE_DIR)"
    assert python(code, HEZAR_CACHE_DIR="somewhere").strip() == "somewhere"


@pytest.mark.parametrize("name", MODULES)
def test_dir_lists_all_and_all_names_exist(name: str) -> None:
    module = import_module(f"hezar.{name}")
    assert set(module.__all__) <= set(dir(module))
    assert len(set(module.__all__)) == len(module.__all__)
    for member in module.__all__:
        assert getattr(module, member) is not None


def test_dir_of_the_root() -> None:
    assert {"models", "data", "__version__"} <= set(dir(hezar))


def test_objects_are_the_same() -> None:
    import hezar_config
    import hezar_data
    import hezar_models
    import hezar_registry
    import hezar_train

    for ours, theirs, names in (
        ("models", hezar_models, ("Model", "BertTextClassification", "TextClassificationOutput", "LoadReport")),
        ("data", hezar_data, ("Dataset", "TextClassificationDataset", "TextPaddingDataCollator")),
        ("preprocessors", hezar_data, ("Preprocessor", "PreprocessorsContainer", "WordPieceTokenizer")),
        ("trainer", hezar_train, ("Trainer",)),
        ("metrics", hezar_train, ("Metric", "Accuracy")),
        ("configs", hezar_config, ("Config", "ModelConfig", "TrainerConfig")),
        ("builders", hezar_registry, ("build_model", "build_trainer")),
        ("registry", hezar_registry, ("models_registry", "register_model", "register_trainer")),
        ("utils", hezar_registry, ("list_available_models", "snake_case")),
    ):
        module = import_module(f"hezar.{ours}")
        for name in names:
            assert getattr(module, name) is getattr(theirs, name), (ours, name)


def test_published_names_are_there() -> None:
    """The names that Hezar 1.0.0 documents and that this version implements."""
    published = {
        "configs": "Config ModelConfig PreprocessorConfig TrainerConfig DatasetConfig EmbeddingConfig MetricConfig",
        "models": "Model ModelConfig register_model build_model BERT BERTConfig BertMaskFilling BertTextClassification",
        "preprocessors": "Preprocessor PreprocessorConfig PreprocessorsContainer Tokenizer WordPieceTokenizer "
        "TextNormalizer register_preprocessor build_preprocessor",
        "data": "Dataset DatasetConfig TextClassificationDataset TextPaddingDataCollator register_dataset build_dataset "
        "RangedSampler",
        "embeddings": "Embedding EmbeddingConfig FastText FastTextConfig Word2Vec Word2VecConfig register_embedding build_embedding",
        "metrics": "Metric MetricConfig Accuracy F1 Precision Recall register_metric build_metric",
        "trainer": "Trainer TrainerConfig TrainerState AverageMeter MetricsTracker CSVLogger write_to_tensorboard "
        "resolve_logdir get_distributed_logger get_lr_scheduler_type MetricsHandler TextClassificationMetricsHandler",
        "builders": "build_model build_preprocessor build_dataset build_embedding build_metric",
        "utils": "Logger amplitude_to_db check_dependencies clean_cache colorize_text convert_batch_dict_dtype "
        "convert_image_type crop_boxes dataloader_worker_init_fn draw_boxes exec_timer exists_in_cache exists_on_hub "
        "find_channels_axis_side flatten_dict get_lib_version get_local_cache_path get_module_class "
        "get_module_config_class get_non_numeric_keys get_parents get_registry_key_by_module_class "
        "get_registry_point get_state_dict_from_hub gray_scale_image hertz_to_mel is_backend_available "
        "is_text_valid is_url list_available_datasets list_available_embeddings list_available_metrics "
        "list_available_models list_available_preprocessors list_repo_files load_audio_files load_image "
        "mel_filter_bank mel_to_hertz mirror_image normalize_image pad_batch_items pad_boxes permute_dict_list "
        "power_to_db rescale_image resize_image resolve_inputs_length_for_padding reverse_string_digits "
        "sanitize_function_parameters save_image set_seed shift_tokens_right show_image snake_case spectrogram "
        "torch2numpy transpose_channels_axis_side verify_dependencies window_function",
        "registry": "models_registry preprocessors_registry datasets_registry embeddings_registry metrics_registry",
    }
    for module, names in published.items():
        missing = set(names.split()) - set(import_module(f"hezar.{module}").__all__)
        assert not missing, module


WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
import hezar
from importlib import import_module
for name in {modules!r}:
    import_module("hezar." + name)
from hezar import utils, configs, registry
for kind in ("models", "preprocessors", "datasets", "embeddings", "metrics", "trainers"):
    names = getattr(utils, "list_available_" + kind)()
    assert names, kind
    for name in names:
        config_class = getattr(registry, kind + "_registry")[name].config_class
        if name != "trainer":
            config_class.from_dict(config_class().to_dict())
configs.TrainerConfig(output_dir="out", task="text_classification")
import hezar.cli.app, hezar.cli.env, hezar.cli.generate, hezar.cli.models, hezar.cli.predict, hezar.cli.demo
print("done")
"""


def test_everything_light_works_with_torch_blocked() -> None:
    assert python(WITHOUT_TORCH.format(modules=MODULES)).strip() == "done"


def test_a_name_that_needs_torch_says_so_when_torch_is_absent() -> None:
    code = """
import sys
sys.modules["torch"] = None
import hezar.models
try:
    hezar.models.Model
except ImportError as error:
    print(type(error).__name__, error)
"""
    said = python(code)
    assert said.startswith(MissingExtraError.__name__)
    assert "hezar.models.Model needs `torch`" in said
    assert "pip install torch" in said


def test_a_missing_distribution_is_named() -> None:
    code = """
import sys
sys.modules["hezar_models"] = None
try:
    import hezar.models
except ImportError as error:
    print(type(error).__name__, error)
"""
    said = python(code)
    assert said.startswith(MissingExtraError.__name__)
    assert "pip install hezar-models" in said


def test_eager_import_imports_every_name() -> None:
    code = "import hezar.models, sys; print('torch' in sys.modules)"
    assert python(code).strip() == "False"
    assert python(code, HEZAR_EAGER_IMPORT="1").strip() == "True"
