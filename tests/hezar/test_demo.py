"""`hezar demo`, as it runs with --quick, and the baselines that it prints."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from hezar.cli.demo import demo
from hezar.cli.demo.baselines import bag_of_words_accuracy, majority_accuracy
from hezar.cli.demo.data import Example
from hezar.models import Model
from hezar_models.prediction.session import cpu_threads


@pytest.mark.slow
def test_quick_run_leaves_a_model_and_a_plot(tmp_path: Path) -> None:
    with cpu_threads(2):
        result = CliRunner().invoke(demo, ["--quick", "--output", str(tmp_path)])
        assert torch.get_num_threads() == 2
    assert result.exit_code == 0, result.output
    assert "accuracy on 252 test sentences" in result.stdout
    assert "bag of words" in result.stdout
    assert Model.load(tmp_path / "model").predict(["خوب بود"])[0][0].label in ("negative", "positive")
    assert list((tmp_path / "run").rglob("training_plot.png"))


def test_a_bag_of_words_learns_words_and_pairs() -> None:
    goods = ["غذا خوب بود", "فیلم خوب بود", "اتاق خوب بود", "کتاب خوب بود"]
    bads = [text.replace("بود", "نبود") for text in goods]
    train = [*(Example(text, "positive") for text in goods), *(Example(text, "negative") for text in bads)]
    test = [Example("گوشی خوب بود", "positive"), Example("گوشی خوب نبود", "negative"), Example("نبود", "negative")]
    assert bag_of_words_accuracy(train, test, held_out=train) == 1.0


def test_a_text_of_unknown_words_alone_has_an_answer() -> None:
    train = [Example("خوب", "positive"), Example("بد", "negative")]
    unknown = [Example("سلام", "positive"), Example("", "negative")]
    assert bag_of_words_accuracy(train, unknown, held_out=train) in (0.0, 0.5, 1.0)


def test_the_majority_is_that_of_the_training_texts() -> None:
    train = [Example("یک", "positive"), Example("دو", "positive"), Example("سه", "negative")]
    test = [
        Example("چهار", "negative"),
        Example("پنج", "negative"),
        Example("شش", "positive"),
        Example("هفت", "negative"),
    ]
    assert majority_accuracy(train, test) == 0.25
