"""A run as text for people, and as a commit on the Hub."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
from hezar_train.run import Run

_OPTIMIZER_FILES = (f"{TRAINER_SUBFOLDER}/{OPTIMIZER_FILE}", f"{TRAINER_SUBFOLDER}/{LR_SCHEDULER_FILE}")
_WEIGHTS_FILES = (MODEL_SAFETENSORS_FILE, MODEL_PT_FILE)
# Settings that a reader of a model card wants to know.
_CARD_SETTINGS = (
    "num_epochs", "batch_size", "gradient_accumulation_steps", "optimizer", "learning_rate", "weight_decay",
    "lr_scheduler", "max_grad_norm", "mixed_precision", "seed",
)  # fmt: skip
_PRECISION = {"no": "Full (fp32)", "fp16": "fp16", "bf16": "bf16", "fp8": "fp8"}


def describe_run(run: Run, metrics: Iterable[str]) -> str:
    """Return what is trained and how, a line each.

    Args:
        run: The run.
        metrics: The names of the metrics of its evaluations.
    """
    config, parts, steps = run.config, run.parts, run.steps
    sizes = [(p.numel(), p.requires_grad) for p in parts.unwrapped_model.parameters()]
    precision = run.accelerator.mixed_precision
    lines = {
        "Output Directory": config.output_dir,
        "Task": config.task,
        "Model": type(parts.unwrapped_model).__name__,
        "Init Weights": config.init_weights_from or "N/A",
        "Device(s)": f"{run.accelerator.device} x {run.accelerator.num_processes}",
        "Batch Size": config.batch_size,
        "Epochs": config.num_epochs,
        "Total Steps": steps.total,
        "Training Dataset": _sized(run.train_dataset),
        "Evaluation Dataset": _sized(run.eval_dataset),
        "Optimizer": type(getattr(parts.optimizer, "optimizer", parts.optimizer)).__name__,
        "Scheduler": type(parts.scheduler).__name__ if parts.scheduler else None,
        "Initial Learning Rate": config.learning_rate,
        "Learning Rate Decay": config.weight_decay,
        "Number of Parameters": sum(size for size, _ in sizes),
        "Number of Trainable Parameters": sum(size for size, trained in sizes if trained),
        "Mixed Precision": _PRECISION.get(precision, precision),
        "Gradient Accumulation Steps": config.gradient_accumulation_steps,
        "Metrics": list(metrics),
        "Save Steps": steps.save if config.save_enabled else None,
        "Log Steps": steps.log,
        "Checkpoints Path": run.checkpoints.folder,
        "Logs Path": run.state.logs_dir,
    }
    body = "\n".join(f"  {name}: {value}" for name, value in lines.items())
    return f"Training Info\n{body}"


def push_run(
    run: Run,
    folder: Path,
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
    """Push a saved run in one commit; see `Trainer.push_to_hub`.

    Args:
        run: The run.
        folder: Where `Trainer.save` wrote it.
        repo_id: See `Trainer.push_to_hub`, as the others.
        push_model: Push weights, config and preprocessors.
        push_optimizer: Push the state of the optimizer and of the schedule.
        push_logs: Push ``training_logs.csv``.
        commit_message: The message.
        private: Make a new repo private.
        token: A Hub token.
        revision: The branch.

    Returns:
        The commit; ``None`` on processes other than the main one, which push nothing.
    """
    if not run.is_main_process:
        return None
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    if not push_optimizer:
        files = {name: path for name, path in files.items() if name not in _OPTIMIZER_FILES}
    if not push_model:
        files = {name: path for name, path in files.items() if name.startswith(f"{TRAINER_SUBFOLDER}/")}
    if push_logs and run.state.logs_dir and (run.logs_dir / TRAINER_CSV_LOG_FILE).is_file():
        files[f"{TRAINER_SUBFOLDER}/{TRAINER_CSV_LOG_FILE}"] = run.logs_dir / TRAINER_CSV_LOG_FILE
    return push(
        repo_id,
        files,
        # Weights in the other format would be those of an older model.
        delete=_WEIGHTS_FILES if push_model else (),
        commit_message=commit_message,
        private=private,
        token=token,
        revision=revision,
        card=model_card(run) if push_model else None,
    )


def model_card(run: Run) -> ModelCard:
    """Return the card of the trained model: task, data, settings and the last evaluation."""
    config = run.config
    data = _repo_id(getattr(getattr(run.train_dataset, "config", None), "path", None))
    scores = {name: value for name, value in run.last_evaluation.items() if isinstance(value, (int, float))}
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
