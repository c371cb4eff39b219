"""Configs of the nine published metrics. Importing them imports neither torch nor a metric."""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_config import MetricConfig


@dataclass
class AccuracyConfig(MetricConfig):
    """Config of `Accuracy`.

    Attributes:
        normalize: Give the share of right rows; ``False`` gives their (weighted) number.
        sample_weight: One weight per row; for `compute` on rows that are always the same.
    """

    name = "accuracy"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["accuracy"])
    normalize: bool = True
    sample_weight: list[float] | None = None


@dataclass
class F1Config(MetricConfig):
    """Config of `F1`.

    Attributes:
        pos_label: The label that counts when `average` is ``"binary"``.
        average: ``"binary"``, ``"micro"``, ``"macro"``, ``"weighted"``, or ``None`` for one value per label.
        sample_weight: One weight per row.
    """

    name = "f1"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["f1"])
    pos_label: int | str = 1
    average: str | None = "macro"
    sample_weight: list[float] | None = None


@dataclass
class PrecisionConfig(MetricConfig):
    """Config of `Precision`.

    Attributes:
        pos_label: The label that counts when `average` is ``"binary"``.
        average: ``"binary"``, ``"micro"``, ``"macro"``, ``"weighted"``, or ``None`` for one value per label.
        sample_weight: One weight per row.
        zero_division: Value of a label that was never predicted: 0, 1, NaN (such labels are left out of averages) or
            ``"warn"`` (0, and a warning is logged).
    """

    name = "precision"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["precision"])
    pos_label: int | str = 1
    average: str | None = "macro"
    sample_weight: list[float] | None = None
    zero_division: str | float = 0.0


@dataclass
class RecallConfig(MetricConfig):
    """Config of `Recall`.

    Attributes:
        pos_label: The label that counts when `average` is ``"binary"``.
        average: ``"binary"``, ``"micro"``, ``"macro"``, ``"weighted"``, or ``None`` for one value per label.
        sample_weight: One weight per row.
        zero_division: Value of a label that no target has; see `PrecisionConfig`.
    """

    name = "recall"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["recall"])
    pos_label: int | str = 1
    average: str | None = "macro"
    sample_weight: list[float] | None = None
    zero_division: str | float = 0.0


@dataclass
class SeqevalConfig(MetricConfig):
    """Config of entity-level precision, recall and F1 for sequence labeling.

    Attributes:
        suffix: Whether the position letter ends the tag (``PER-B``) instead of beginning it.
        mode: ``"strict"`` compares entities by the rules of the scheme; ``None`` as conlleval does.
        sample_weight: One weight per sequence.
        zero_division: Value where a score has no rows: 0, 1 or ``"warn"``.
        scheme: What strict scoring reads tags by: ``"IOB1"``, ``"IOB2"``, ``"IOE1"``, ``"IOE2"``, ``"IOBES"`` or ``"BILOU"``;
            ``None`` finds it from the tags. Hezar 1.0.0 does not know it.
    """

    name = "seqeval"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["accuracy", "recall", "precision", "f1"])
    suffix: bool = False
    mode: str | None = None
    sample_weight: list[float] | None = None
    zero_division: str | int = 0
    scheme: str | None = None


@dataclass
class WERConfig(MetricConfig):
    """Config of the word error rate.

    Attributes:
        concatenate_texts: Align all texts as one instead of pair by pair.
        normalization: What texts are stripped of before they are compared: steps such as ``"letters"``, see
            `hezar_train.metrics.normalization`. Hezar 1.0.0 does not know it.
    """

    name = "wer"

    objective: str | None = "minimize"
    output_keys: list[str] | None = field(default_factory=lambda: ["wer"])
    concatenate_texts: bool = False
    normalization: list[str] | None = None


@dataclass
class CERConfig(MetricConfig):
    """Config of the character error rate.

    Attributes:
        sentence_delimiter: Stands between the sentences of one text.
        concatenate_texts: Align all texts as one instead of pair by pair.
        normalization: What texts are stripped of before they are compared: steps such as ``"letters"``, see
            `hezar_train.metrics.normalization`. Hezar 1.0.0 does not know it.
    """

    name = "cer"

    objective: str | None = "minimize"
    output_keys: list[str] | None = field(default_factory=lambda: ["cer"])
    sentence_delimiter: str = " "
    concatenate_texts: bool = False
    normalization: list[str] | None = None


@dataclass
class BLEUConfig(MetricConfig):
    """Config of BLEU.

    Attributes:
        tokenizer: What cuts texts into tokens: ``"blanks"`` (as published, also ``None``), ``"words"``, or sacreBLEU's
            ``"13a"``, ``"intl"`` and ``"char"``.
        smoothing: ``"none"`` (as published, also ``None``) or ``"exp"``, sacreBLEU's.
        normalization: What texts are stripped of before they are compared: steps such as ``"letters"``, see
            `hezar_train.metrics.normalization`. Hezar 1.0.0 does not know it.
    """

    name = "bleu"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["bleu"])
    tokenizer: str | None = None
    smoothing: str | None = None
    normalization: list[str] | None = None


@dataclass
class ROUGEConfig(MetricConfig):
    """Config of ROUGE.

    Attributes:
        use_stemmer: Stem English words before comparing.
        use_aggregator: Published files hold it.
        multi_ref: Each item has a list of references instead of one text.
        normalization: What texts are stripped of before they are compared: steps such as ``"letters"``, see
            `hezar_train.metrics.normalization`. Hezar 1.0.0 does not know it.
    """

    name = "rouge"

    objective: str | None = "maximize"
    output_keys: list[str] | None = field(default_factory=lambda: ["rouge1", "rouge2", "rougeL", "rougeLsum"])
    use_stemmer: bool = False
    use_aggregator: bool = True
    multi_ref: bool = True
    normalization: list[str] | None = None
