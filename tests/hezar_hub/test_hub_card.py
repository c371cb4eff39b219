"""The model card."""

from __future__ import annotations

import logging

import pytest
import yaml

from hezar_hub import ModelCard

CARD = ModelCard(
    task="sequence_labeling",
    base_model="hezarai/bert-base-fa",
    datasets=["hezarai/lscp-pos-500k"],
    metrics={"accuracy": 0.91, "f1": 0.9},
    training={"learning_rate": 2e-05, "note": "a|b"},
    versions={"hezar": "1.1.0"},
)

EXPECTED = """\
---
license: apache-2.0
language: fa
library_name: hezar
tags:
- hezar
- sequence_labeling
pipeline_tag: token-classification
base_model: hezarai/bert-base-fa
datasets:
- hezarai/lscp-pos-500k
metrics:
- accuracy
- f1
model-index:
- name: my-pos
  results:
  - task:
      type: token-classification
    dataset:
      name: lscp-pos-500k
      type: hezarai/lscp-pos-500k
    metrics:
    - type: accuracy
      value: 0.91
    - type: f1
      value: 0.9
---

# my-pos

A Persian model for sequence labeling, made with [Hezar](https://github.com/hezarai/hezar).

## Usage

```bash
pip install hezar
```

```python
from hezar.models import Model
print(Model.load("me/my-pos").predict("هزار، کتابخانه‌ای کامل برای به کارگیری آسان هوش مصنوعی"))
```

## Training

| Setting | Value |
|---|---|
| learning_rate | 2e-05 |
| note | a\\|b |

## Results

Measured on hezarai/lscp-pos-500k:

| Metric | Value |
|---|---|
| accuracy | 0.91 |
| f1 | 0.9 |

Made with hezar 1.1.0.
"""


def front(card: str) -> dict[str, object]:
    return yaml.safe_load(card.split("---\n")[1])


def test_render_is_exact_and_repeatable() -> None:
    assert CARD.render("me/my-pos") == EXPECTED
    assert CARD.render("me/my-pos") == EXPECTED


def test_huggingface_hub_reads_it() -> None:
    from huggingface_hub import ModelCard as HubCard

    data = HubCard(EXPECTED).data
    assert data.pipeline_tag == "token-classification"
    assert [result.metric_value for result in data.eval_results or []] == [0.91, 0.9]


@pytest.mark.parametrize(
    ("task", "tag"),
    [
        ("text_classification", "text-classification"),
        ("mask_filling", "fill-mask"),
        ("sequence_labeling", "token-classification"),
        ("speech_recognition", "automatic-speech-recognition"),
        ("image2text", "image-to-text"),
        ("text_generation", "text-generation"),
        ("my_task", None),
        (None, None),
    ],
)
def test_pipeline_tags(task: str | None, tag: str | None) -> None:
    assert front(ModelCard(task=task).render("me/m")).get("pipeline_tag") == tag


def test_the_plainest_card() -> None:
    card = ModelCard(versions={}).render("me/m")
    assert front(card) == {"license": "apache-2.0", "language": "fa", "library_name": "hezar", "tags": ["hezar"]}
    assert card.endswith("```\n")
    assert "Made with hezar" not in card


def test_results_without_a_dataset_are_only_a_table() -> None:
    card = ModelCard(task="mask_filling", metrics={"accuracy": 0.5}).render("me/m")
    assert "model-index" not in front(card)
    assert "| accuracy | 0.5 |" in card


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("dataset", 'Dataset.load("me/m")'),
        ("embedding", 'Embedding.load("me/m")'),
        ("preprocessor", "Preprocessor.load"),
    ],
)
def test_usage_of_other_kinds(kind: str, line: str) -> None:
    assert line in ModelCard(kind=kind).render("me/m")


def test_dataset_cards_use_the_keys_of_datasets() -> None:
    data = front(ModelCard(kind="dataset", task="text_classification", metrics={"f1": 1.0}).render("me/d"))
    assert data["task_categories"] == ["text-classification"]
    assert not {"pipeline_tag", "metrics", "model-index"} & set(data)


PERSONS_CARD = """\
---
# A person's comment.
license: mit   # theirs
language:
- fa
- en
tags:
- ours
model-index:
- name: their-name
  results:
  - task: {type: token-classification}
    dataset: {name: Arman, type: arman}
    metrics:
    - {type: f1, value: 0.5}
  - task: {type: token-classification}
    dataset: {name: lscp, type: hezarai/lscp-pos-500k}
    metrics:
    - {type: f1, value: 0.1}
extra: "kept: yes"
---

# متن فارسی

---

Theirs, without a newline at the end"""


def test_what_a_person_wrote_is_kept() -> None:
    updated = CARD.update(PERSONS_CARD, "me/my-pos")
    body = PERSONS_CARD.split("\n---\n", 1)[1]
    assert updated.endswith(f"\n---\n{body}\n")
    for line in ("# A person's comment.", "license: mit   # theirs", "language:\n- fa\n- en", 'extra: "kept: yes"'):
        assert line in updated
    data = front(updated)
    assert data["tags"] == ["ours"]
    assert data["library_name"] == "hezar"
    assert data["base_model"] == "hezarai/bert-base-fa"


def test_our_results_replace_the_same_ones_and_no_others() -> None:
    index = front(CARD.update(PERSONS_CARD, "me/my-pos"))["model-index"]
    assert isinstance(index, list)
    assert index[0]["name"] == "their-name"
    values = {
        (result["dataset"]["type"], metric["type"]): metric["value"]
        for result in index[0]["results"]
        for metric in result["metrics"]
    }
    assert values == {
        ("arman", "f1"): 0.5, ("hezarai/lscp-pos-500k", "accuracy"): 0.91, ("hezarai/lscp-pos-500k", "f1"): 0.9,
    }  # fmt: skip


def test_updating_twice_changes_nothing() -> None:
    once = CARD.update(PERSONS_CARD, "me/my-pos")
    assert CARD.update(once, "me/my-pos") == once
    assert CARD.update(EXPECTED, "me/my-pos") == EXPECTED


def test_a_card_without_metadata_gets_some() -> None:
    updated = CARD.update("# Mine\n\nText\n", "me/my-pos")
    assert updated.endswith("---\n\n# Mine\n\nText\n")
    assert front(updated)["library_name"] == "hezar"
    assert front(CARD.update("", "me/my-pos"))["license"] == "apache-2.0"


def test_empty_metadata_and_windows_line_ends() -> None:
    assert front(CARD.update("---\n---\nText\n", "me/m"))["library_name"] == "hezar"
    updated = ModelCard(task="mask_filling").update("---\r\nlicense: mit\r\n---\r\nText\r\n", "me/m")
    assert updated.replace("\r\n", "").count("\n") == 0
    assert front(updated.replace("\r\n", "\n"))["license"] == "mit"
    assert updated.endswith("---\r\nText\r\n")


@pytest.mark.parametrize("broken", ["---\na: [1\n---\nText\n", "---\n- a list\n---\nText\n", "---\na: b: c\n---\n"])
def test_unreadable_metadata_is_left_alone(broken: str, caplog) -> None:
    with caplog.at_level(logging.WARNING, logger="hezar"):
        assert CARD.update(broken, "me/m") == broken
    assert "left as it is" in caplog.text


def test_an_unreadable_model_index_is_left_alone() -> None:
    text = "---\nmodel-index: nonsense\n---\nText\n"
    assert "model-index: nonsense" in CARD.update(text, "me/m")
