"""Training: the `Trainer`, its callbacks and errors."""

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
        Batch,
        Callback,
        CheckpointError,
        CSVLogger,
        DivergedError,
        LossPlot,
        MetricsHandler,
        ProgressBar,
        TextClassificationMetricsHandler,
        Trainer,
        TrainerState,
        TrainingError,
        load_csv_logs,
    )

__all__ = [
    "Batch",
    "CSVLogger",
    "Callback",
    "CheckpointError",
    "DivergedError",
    "LossPlot",
    "MetricsHandler",
    "ProgressBar",
    "TextClassificationMetricsHandler",
    "Trainer",
    "TrainerConfig",
    "TrainerState",
    "TrainingError",
    "build_trainer",
    "load_csv_logs",
    "register_trainer",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_train", "hezar_config", "hezar_registry", names=__all__)
