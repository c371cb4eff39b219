"""Config fields that several architectures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from hezar_config import ConfigError, ModelConfig
from hezar_config.ranges import Vocabulary


@dataclass
class LabelFields(ModelConfig):
    """Fields of a model that chooses between labels.

    Attributes:
        task: What the model does.
        num_labels: Number of labels; default is the size of `id2label`.
        id2label: Label of each class id.
    """

    task: str = "text_classification"
    num_labels: Vocabulary | None = None
    id2label: dict[int, str] | None = None

    def label_count(self) -> int:
        """Return the number of labels.

        Raises:
            ConfigError: Neither `num_labels` nor `id2label` is set, or the class ids of `id2label` are not those of the
                outputs, 0 to ``num_labels - 1``: some label could never be the answer.
        """
        labels = self.id2label or {}
        count = self.num_labels or len(labels)
        if not count:
            raise ConfigError(f"{type(self).__name__} needs `num_labels` or `id2label`; neither is set.")
        if labels and (len(labels) != count or set(labels) != set(range(count))):
            numbered = dict(enumerate(labels[class_id] for class_id in sorted(labels)))
            raise ConfigError(
                f"The {count} outputs of a model have the class ids 0 to {count - 1}; id2label has {sorted(labels)}. "
                f"Give labels that fit, such as id2label={numbered}"
                + ("." if len(labels) == count else f" with num_labels={len(labels)}.")
            )
        return count

    def label_of(self, class_id: int) -> str:
        """Return the label of a class id; without one, the id as text."""
        return (self.id2label or {}).get(class_id, str(class_id))

    def head_dropout(self) -> float:
        """Return the dropout in front of a classifier: ``classifier_dropout``, or else that of the hidden states."""
        own = self.get("classifier_dropout")
        return self.get("hidden_dropout_prob", 0.0) if own is None else own


@dataclass
class TextClassificationFields(LabelFields):
    """Fields of a model that classifies texts.

    Attributes:
        problem_type: ``"multi_label_classification"`` when a text may have any number of labels; by default it has
            exactly one. Files written by Hezar 1.0.0 do not have this key; it is written only when it is set.
    """

    problem_type: Literal["single_label_classification", "multi_label_classification"] | None = None

    @property
    def is_multi_label(self) -> bool:
        """Whether a text may have any number of labels."""
        return self.problem_type == "multi_label_classification"

    def to_dict(self) -> dict[str, Any]:
        values = super().to_dict()
        if self.problem_type is None:
            values.pop("problem_type")
        return values
