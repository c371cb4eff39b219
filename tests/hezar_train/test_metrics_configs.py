"""Configs of the published metrics: fields, defaults and YAML as Hezar 1.0.0 writes them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from golden_replay import GOLDEN
from hezar_config import Config, MetricConfig
from hezar_registry import build_metric, metrics_registry
from hezar_train import Metric

NAMES = ("accuracy", "bleu", "cer", "f1", "precision", "recall", "rouge", "seqeval", "wer")
DEFAULTS = json.loads((GOLDEN / "config_defaults" / "defaults.json").read_text("utf-8"))["metric"]


def test_all_published_metrics_are_registered():
    assert {name for name in metrics_registry if not name.startswith("test_")} >= set(NAMES)
    assert set(DEFAULTS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_defaults_and_order_are_as_published(name):
    config_class = metrics_registry[name].config_class
    assert config_class is not None
    assert config_class.__name__ == DEFAULTS[name]["config_class"]
    config = config_class()
    published = DEFAULTS[name]["defaults"]
    ours = {key: value for key, value in config.to_dict().items() if key not in published}
    assert set(ours.values()) <= {None}, "a field of ours must not be written unless it is set"
    assert [item for item in config.to_dict().items() if item[0] not in ours] == list(published.items())


@pytest.mark.parametrize("name", NAMES)
def test_yaml_has_the_published_bytes(name, tmp_path):
    published = (GOLDEN / "config_defaults" / "yaml" / "metric" / f"{name}.yaml").read_bytes()
    config = metrics_registry[name].config_class()
    config.save(tmp_path)
    assert (tmp_path / "metric_config.yaml").read_bytes() == published
    loaded = Config.load(tmp_path / "metric_config.yaml")
    assert type(loaded) is type(config)
    assert loaded == config


@pytest.mark.parametrize("value", [0, 1, "warn", float("nan")])
def test_zero_division_survives_a_file(value, tmp_path):
    metrics_registry["precision"].config_class(zero_division=value).save(tmp_path)
    loaded = MetricConfig.load(tmp_path)
    assert loaded.zero_division == value or value != value


@pytest.mark.parametrize("name", NAMES)
def test_every_published_metric_is_there(name, tmp_path):
    metric = build_metric(name)
    metric.save(tmp_path)
    assert type(Metric.load(tmp_path)) is type(metric)


def test_metrics_and_configs_need_no_torch():
    code = (
        "import sys, hezar_train\n"
        "for name in hezar_train.__all__:\n"
        "    if name not in {'Trainer'}: getattr(hezar_train, name)\n"
        "assert not {'sklearn', 'nltk', 'rapidfuzz', 'sacrebleu', 'seqeval'} & set(sys.modules)\n"
        "import hezar_train.metrics.classification\n"
        "print('torch' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
