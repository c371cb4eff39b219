"""Config fields that several architectures share."""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ConfigError, ModelConfig


@dataclass
class LabelFields(ModelConfig):
    """Fields of a model that chooses between labels.

    Attributes:
        task: What the model does.
        num_labels: Number of labels; default is the size of `id2label`.
        id2label: Label of each class id.
    """

    task: str = "text_classification"
    num_labels: int | None = None
    id2label: dict[int, str] | None = None

    def label_count(self) -> int:
        """Return the number of labels.

        Raises:
            ConfigError: Neither `num_labels` nor `id2label` is set.
        """
        count = self.num_labels or len(self.id2label or {})
        if not count:
            raise ConfigError(f"{type(self).__name__} needs `num_labels` or `id2label`; neither is set.")
        return count

    def label_of(self, class_id: int) -> str:
        """Return the label of a class id; without one, the id as text."""
        return (self.id2label or {}).get(class_id, str(class_id))

    def head_dropout(self) -> float:
        """Return the dropout in front of a classifier: ``classifier_dropout``, or else that of the hidden states."""
        own = self.get("classifier_dropout")
        return self.get("hidden_dropout_prob", 0.0) if own is None else own
