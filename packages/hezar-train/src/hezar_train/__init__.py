"""Trainer, callbacks and metrics for Hezar models.

Names are imported on first use; metrics and configs need no torch.
"""

from typing import TYPE_CHECKING

from hezar_registry.lazy import attach

if TYPE_CHECKING:
    from hezar_config import MetricConfig as MetricConfig
    from hezar_config import TrainerConfig as TrainerConfig
    from hezar_registry import build_metric as build_metric
    from hezar_registry import build_trainer as build_trainer
    from hezar_train.callbacks.base import Callback as Callback
    from hezar_train.callbacks.csv_logger import CSVLogger as CSVLogger
    from hezar_train.callbacks.csv_logger import load_csv_logs as load_csv_logs
    from hezar_train.callbacks.plot import LossPlot as LossPlot
    from hezar_train.callbacks.progress import ProgressBar as ProgressBar
    from hezar_train.checkpoints.state import TrainerState as TrainerState
    from hezar_train.errors import CheckpointError as CheckpointError
    from hezar_train.errors import DivergedError as DivergedError
    from hezar_train.errors import TrainingError as TrainingError
    from hezar_train.evaluation.generated import GeneratedTextMetricsHandler as GeneratedTextMetricsHandler
    from hezar_train.evaluation.handler import MetricsHandler as MetricsHandler
    from hezar_train.evaluation.labels import SequenceLabelingMetricsHandler as SequenceLabelingMetricsHandler
    from hezar_train.evaluation.labels import TextClassificationMetricsHandler as TextClassificationMetricsHandler
    from hezar_train.evaluation.tasks import register_metrics_handler as register_metrics_handler
    from hezar_train.helpers.tracking import AverageMeter as AverageMeter
    from hezar_train.helpers.tracking import MetricsTracker as MetricsTracker
    from hezar_train.helpers.tracking import get_distributed_logger as get_distributed_logger
    from hezar_train.helpers.tracking import get_lr_scheduler_type as get_lr_scheduler_type
    from hezar_train.helpers.tracking import write_to_tensorboard as write_to_tensorboard
    from hezar_train.logs import resolve_logdir as resolve_logdir
    from hezar_train.metrics.base import Metric as Metric
    from hezar_train.metrics.base import MetricState as MetricState
    from hezar_train.metrics.bleu import BLEU as BLEU
    from hezar_train.metrics.classification import F1 as F1
    from hezar_train.metrics.classification import Accuracy as Accuracy
    from hezar_train.metrics.classification import Precision as Precision
    from hezar_train.metrics.classification import Recall as Recall
    from hezar_train.metrics.configs import AccuracyConfig as AccuracyConfig
    from hezar_train.metrics.configs import BLEUConfig as BLEUConfig
    from hezar_train.metrics.configs import CERConfig as CERConfig
    from hezar_train.metrics.configs import F1Config as F1Config
    from hezar_train.metrics.configs import PrecisionConfig as PrecisionConfig
    from hezar_train.metrics.configs import RecallConfig as RecallConfig
    from hezar_train.metrics.configs import ROUGEConfig as ROUGEConfig
    from hezar_train.metrics.configs import SeqevalConfig as SeqevalConfig
    from hezar_train.metrics.configs import WERConfig as WERConfig
    from hezar_train.metrics.counts import LabelCounts as LabelCounts
    from hezar_train.metrics.entities import Seqeval as Seqeval
    from hezar_train.metrics.error_rates import CER as CER
    from hezar_train.metrics.error_rates import WER as WER
    from hezar_train.metrics.rouge import ROUGE as ROUGE
    from hezar_train.sampling import Batch as Batch
    from hezar_train.trainer import Trainer as Trainer

_METRICS = "hezar_train.metrics.configs"
_CLASSIFICATION = "hezar_train.metrics.classification"
_TRACKING = "hezar_train.helpers.tracking"

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "Accuracy": _CLASSIFICATION,
        "AccuracyConfig": _METRICS,
        "BLEU": "hezar_train.metrics.bleu",
        "BLEUConfig": _METRICS,
        "AverageMeter": _TRACKING,
        "Batch": "hezar_train.sampling",
        "CER": "hezar_train.metrics.error_rates",
        "CERConfig": _METRICS,
        "CSVLogger": "hezar_train.callbacks.csv_logger",
        "Callback": "hezar_train.callbacks.base",
        "CheckpointError": "hezar_train.errors",
        "DivergedError": "hezar_train.errors",
        "F1": _CLASSIFICATION,
        "F1Config": _METRICS,
        "LabelCounts": "hezar_train.metrics.counts",
        "LossPlot": "hezar_train.callbacks.plot",
        "Metric": "hezar_train.metrics.base",
        "MetricConfig": "hezar_config",
        "MetricState": "hezar_train.metrics.base",
        "MetricsHandler": "hezar_train.evaluation.handler",
        "MetricsTracker": _TRACKING,
        "Precision": _CLASSIFICATION,
        "PrecisionConfig": _METRICS,
        "ProgressBar": "hezar_train.callbacks.progress",
        "ROUGE": "hezar_train.metrics.rouge",
        "ROUGEConfig": _METRICS,
        "Recall": _CLASSIFICATION,
        "RecallConfig": _METRICS,
        "Seqeval": "hezar_train.metrics.entities",
        "SeqevalConfig": _METRICS,
        "GeneratedTextMetricsHandler": "hezar_train.evaluation.generated",
        "SequenceLabelingMetricsHandler": "hezar_train.evaluation.labels",
        "TextClassificationMetricsHandler": "hezar_train.evaluation.labels",
        "Trainer": "hezar_train.trainer",
        "TrainerConfig": "hezar_config",
        "TrainerState": "hezar_train.checkpoints.state",
        "TrainingError": "hezar_train.errors",
        "WER": "hezar_train.metrics.error_rates",
        "WERConfig": _METRICS,
        "build_metric": "hezar_registry",
        "build_trainer": "hezar_registry",
        "get_distributed_logger": _TRACKING,
        "get_lr_scheduler_type": _TRACKING,
        "load_csv_logs": "hezar_train.callbacks.csv_logger",
        "register_metrics_handler": "hezar_train.evaluation.tasks",
        "resolve_logdir": "hezar_train.logs",
        "write_to_tensorboard": _TRACKING,
    },
)
