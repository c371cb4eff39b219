"""A run as text for people, and as a commit on the Hub."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hezar_hub import (
    LR_SCHEDULER_FILE,
    MODEL_PT_FILE,
    MODEL_SAFETENSORS_FILE,
    OPTIMIZER_FILE,
    TRAINER_CSV_LOG_FILE,
    TRAINER_SUBFOLDER,
    HubError,
    ModelCard,
    push,
)
from hezar_hub.names import check_repo_id

if TYPE_CHECKING:
    from hezar_train.trainer import Trainer

_OPTIMIZER_FILES = (f"{TRAINER_SUBFOLDER}/{OPTIMIZER_FILE}", f"{TRAINER_SUBFOLDER}/{LR_SCHEDULER_FILE}")
_WEIGHTS_FILES = (MODEL_SAFETENSORS_FILE, MODEL_PT_FILE)
# Settings that a reader of a model card wants to know.
_CARD_SETTINGS = (
    "num_epochs", "batch_size", "gradient_accumulation_steps", "optimizer", "learning_rate", "weight_decay",
    "lr_scheduler", "max_grad_norm", "mixed_precision", "seed",
)  # fmt: skip
_PRECISION = {"no": "Full (fp32)", "fp16": "fp16", "bf16": "bf16", "fp8": "fp8"}


def describe_run(trainer: Trainer) -> str:
    """Return what is trained and how, a line each."""
    config, model = trainer.config, trainer.unwrapped_model
    sizes = [(p.numel(), p.requires_grad) for p in model.parameters()]
    lines = {
        "Output Directory": config.output_dir,
        "Task": config.task,
        "Model": type(model).__name__,
        "Init Weights": config.init_weights_from or "N/A",
        "Device(s)": f"{trainer.accelerator.device} x {trainer.accelerator.num_processes}",
        "Batch Size": config.batch_size,
        "Epochs": config.num_epochs,
        "Total Steps": trainer.total_steps,
        "Training Dataset": _sized(trainer.train_dataset),
        "Evaluation Dataset": _sized(trainer.eval_dataset),
        "Optimizer": type(getattr(trainer.optimizer, "optimizer", trainer.optimizer)).__name__,
        "Scheduler": type(trainer.lr_scheduler).__name__ if trainer.lr_scheduler else None,
        "Initial Learning Rate": config.learning_rate,
        "Learning Rate Decay": config.weight_decay,
        "Number of Parameters": sum(size for size, _ in sizes),
        "Number of Trainable Parameters": sum(size for size, trained in sizes if trained),
        "Mixed Precision": _PRECISION.get(trainer.accelerator.mixed_precision, trainer.accelerator.mixed_precision),
        "Gradient Accumulation Steps": config.gradient_accumulation_steps,
        "Metrics": list(trainer.metrics_handler.metrics),
        "Save Steps": trainer.save_steps if config.save_enabled else None,
        "Log Steps": trainer.log_steps,
        "Checkpoints Path": trainer.checkpoints.folder,
        "Logs Path": trainer.state.logs_dir,
    }
    body = "\n".join(f"  {name}: {value}" for name, value in lines.items())
    return f"Training Info\n{body}"


def push_run(
    trainer: Trainer,
    repo_id: str,
    *,
    push_model: bool,
    push_optimizer: bool,
    push_logs: bool,
    commit_message: str,
    private: bool,
    token: str | bool | None,
    revision: str | None,
) -> Any:
    """Push a run in one commit; see `Trainer.push_to_hub`. Processes other than the main one return ``None``."""
    with tempfile.TemporaryDirectory(prefix="hezar-push-") as folder:
        trainer.save(folder)
        if not trainer.is_main_process:
            return None
        files = {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}
        if not push_optimizer:
            files = {name: path for name, path in files.items() if name not in _OPTIMIZER_FILES}
        if not push_model:
            files = {name: path for name, path in files.items() if name.startswith(f"{TRAINER_SUBFOLDER}/")}
        if push_logs and trainer.state.logs_dir and (trainer.logs_dir / TRAINER_CSV_LOG_FILE).is_file():
            files[f"{TRAINER_SUBFOLDER}/{TRAINER_CSV_LOG_FILE}"] = trainer.logs_dir / TRAINER_CSV_LOG_FILE
        return push(
            repo_id,
            files,
            # Weights in the other format would be those of an older model.
            delete=_WEIGHTS_FILES if push_model else (),
            commit_message=commit_message,
            private=private,
            token=token,
            revision=revision,
            card=model_card(trainer) if push_model else None,
        )


def model_card(trainer: Trainer) -> ModelCard:
    """Return the card of the trained model: task, data, settings and the last evaluation."""
    config = trainer.config
    data = _repo_id(getattr(getattr(trainer.train_dataset, "config", None), "path", None))
    scores = {name: value for name, value in trainer.last_evaluation.items() if isinstance(value, (int, float))}
    return ModelCard(
        task=config.task,
        base_model=_repo_id(config.init_weights_from),
        datasets=[data] if data else [],
        metrics=scores,
        training={name: getattr(config, name) for name in _CARD_SETTINGS if getattr(config, name) is not None},
    )


def _repo_id(path: str | None) -> str | None:
    """Return `path` if it names a repo on the Hub and no local folder."""
    if path is None or Path(path).exists():
        return None
    try:
        return check_repo_id(path)
    except HubError:
        return None


def _sized(dataset: Any) -> str | None:
    return None if dataset is None else f"{type(dataset).__name__}({len(dataset)})"
