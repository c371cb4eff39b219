"""Metrics: their states add up over batches and processes."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import (
        MetricConfig,
    )
    from hezar_registry import (
        build_metric,
        register_metric,
    )
    from hezar_train import (
        BLEU,
        CER,
        F1,
        ROUGE,
        WER,
        Accuracy,
        AccuracyConfig,
        BLEUConfig,
        CERConfig,
        F1Config,
        Metric,
        MetricState,
        Precision,
        PrecisionConfig,
        Recall,
        RecallConfig,
        ROUGEConfig,
        Seqeval,
        SeqevalConfig,
        WERConfig,
    )

__all__ = [
    "BLEU",
    "CER",
    "F1",
    "ROUGE",
    "WER",
    "Accuracy",
    "AccuracyConfig",
    "BLEUConfig",
    "CERConfig",
    "F1Config",
    "Metric",
    "MetricConfig",
    "MetricState",
    "Precision",
    "PrecisionConfig",
    "ROUGEConfig",
    "Recall",
    "RecallConfig",
    "Seqeval",
    "SeqevalConfig",
    "WERConfig",
    "build_metric",
    "register_metric",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_train", "hezar_config", "hezar_registry", names=__all__)
