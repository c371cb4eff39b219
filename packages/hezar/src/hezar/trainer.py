"""Training: the `Trainer`, its callbacks and errors, and helpers for custom training loops."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import (
        TrainerConfig,
    )
    from hezar_registry import (
        build_trainer,
        register_trainer,
    )
    from hezar_train import (
        AverageMeter,
        Batch,
        Callback,
        CheckpointError,
        CSVLogger,
        DivergedError,
        GeneratedTextMetricsHandler,
        LossPlot,
        MetricsHandler,
        MetricsTracker,
        ProgressBar,
        SequenceLabelingMetricsHandler,
        TextClassificationMetricsHandler,
        Trainer,
        TrainerState,
        TrainingError,
        get_distributed_logger,
        get_lr_scheduler_type,
        load_csv_logs,
        register_metrics_handler,
        resolve_logdir,
        write_to_tensorboard,
    )

__all__ = [
    "AverageMeter",
    "Batch",
    "CSVLogger",
    "Callback",
    "CheckpointError",
    "DivergedError",
    "GeneratedTextMetricsHandler",
    "LossPlot",
    "MetricsHandler",
    "MetricsTracker",
    "ProgressBar",
    "SequenceLabelingMetricsHandler",
    "TextClassificationMetricsHandler",
    "Trainer",
    "TrainerConfig",
    "TrainerState",
    "TrainingError",
    "build_trainer",
    "get_distributed_logger",
    "get_lr_scheduler_type",
    "load_csv_logs",
    "register_metrics_handler",
    "register_trainer",
    "resolve_logdir",
    "write_to_tensorboard",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_train", "hezar_config", "hezar_registry", names=__all__)
