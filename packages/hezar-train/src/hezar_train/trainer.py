"""`Trainer`: trains, evaluates, saves and publishes a model."""

from __future__ import annotations

import inspect
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Self

import torch
from accelerate import Accelerator
from accelerate.utils import send_to_device
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader

from hezar_config import TrainerConfig
from hezar_hub import OPTIMIZER_FILE, TRAINER_CSV_LOG_FILE, TRAINER_SUBFOLDER, atomic_save
from hezar_registry import get_logger
from hezar_registry.checks import whole_number
from hezar_train import parts
from hezar_train.callbacks.base import Callback
from hezar_train.callbacks.csv_logger import load_csv_logs
from hezar_train.callbacks.defaults import with_defaults
from hezar_train.checkpoints.contents import RNG_STATE_FILE, read_tensors
from hezar_train.checkpoints.folder import Checkpoints
from hezar_train.checkpoints.resume import resume
from hezar_train.checkpoints.state import TrainerState
from hezar_train.checkpoints.weights import load_first_weights, load_weights
from hezar_train.errors import CheckpointError, TrainingError
from hezar_train.evaluation.generated import GeneratedTextMetricsHandler
from hezar_train.evaluation.handler import MetricsHandler, is_better_larger
from hezar_train.evaluation.loop import evaluate
from hezar_train.evaluation.tasks import build_metrics_handler
from hezar_train.interrupts import Interrupt, held_interrupts
from hezar_train.logs import describe_logs
from hezar_train.loss_meter import LossMeter
from hezar_train.position import Position
from hezar_train.publishing import describe_run, push_run
from hezar_train.run import Run, RunAttribute
from hezar_train.sampling import Batch, bucketed_order, plan_batches, shuffled_order
from hezar_train.settings import best_metric_name, check_trainable, checked_config, plan_steps, require_kind

logger = get_logger(__name__)

#: Checkpoints that a run keeps, besides the best one. One of BERT with its optimizer takes 1.3 GB.
MAX_CHECKPOINTS = 5


class Trainer:
    """Trains a model: `train`, `evaluate`, `save`, `push_to_hub`.

    A *step* is one batch on every process; ``gradient_accumulation_steps`` of them make one step of the optimizer.
    Devices, precision and processes are accelerate's business: start the same script with ``accelerate launch`` or
    ``torchrun`` to use several GPUs. A run that was stopped and resumed gives the same model as one that was not,
    bit for bit on the CPU.

    To change a part of the loop, override the method of that name: `train_order`, `create_train_dataloader`,
    `create_eval_dataloader`, `prepare_input_batch`, `forward`, `compute_loss`, `training_step`, `evaluation_step`,
    `optimization_step`, `inner_training_loop`, `close_epoch`, `evaluate`, `log`.

    Args:
        model: The model.
        config: Settings of the run.
        train_dataset: Rows to train on; anything with a length and items by index.
        eval_dataset: Rows to evaluate on; without it, ``do_evaluate`` has no effect.
        data_collator: Joins a list of rows to a batch; default is the dataset's own ``data_collator``.
        preprocessor: Saved with the model if the model has none.
        metrics_handler: Feeds the metrics; default is the task's.
        optimizer: Default is the config's.
        lr_scheduler: Default is the config's. Goes with `optimizer`.
        accelerator: Default is built from the config.
        callbacks: Added to the progress bar, the CSV log and the plot; one of their classes replaces the default one.
        max_checkpoints: How many checkpoints are kept: the last ones, and besides them the best one. ``None`` keeps all.
        group_by_length: Put rows of similar length together, to save padding. The training set must have ``lengths``,
            one number per row.

    Attributes:
        state: Where the run stands.
        should_stop: Set it to end the run after the next step of the optimizer.
        total_steps: The step at which the run ends.
        steps_in_epoch: Steps of a whole epoch.
        last_evaluation: What the last `evaluate` returned.
        model, optimizer, lr_scheduler: As accelerate prepared them.
        callbacks: The callbacks; the list may be changed.
        run: All of this in one: what is trained, where it stands and where its files are.

    Raises:
        ConfigError: A setting is impossible.
        TrainingError: Something that the run needs is missing; the message says what.
        CheckpointError: The checkpoint to resume from does not exist or does not fit.

    Example:
        >>> config = TrainerConfig(output_dir="runs/sentiment", task="text_classification", metrics=["f1"])
        >>> trainer = Trainer(model, config, train_dataset, eval_dataset)  # doctest: +SKIP
        >>> trainer.train()  # doctest: +SKIP
        >>> trainer.evaluate()  # doctest: +SKIP
        {'f1': 0.8125, 'loss': 0.4212}
    """

    # What the run holds, under the names that users type.
    config = RunAttribute[TrainerConfig]("config")
    accelerator = RunAttribute[Accelerator]("accelerator")
    train_dataset = RunAttribute[Any]("train_dataset")
    eval_dataset = RunAttribute[Any]("eval_dataset")
    model = RunAttribute[Any]("parts.model")
    optimizer = RunAttribute[Any]("parts.optimizer")
    lr_scheduler = RunAttribute[Any]("parts.scheduler")
    callbacks = RunAttribute[list[Callback]]("parts.callbacks")
    state = RunAttribute[TrainerState]("position.state")
    should_stop = RunAttribute[bool]("position.should_stop")
    rows_in_epoch = RunAttribute[int]("steps.rows_in_epoch")
    rows_per_step = RunAttribute[int]("steps.rows_per_step")
    steps_in_epoch = RunAttribute[int]("steps.in_epoch")
    total_steps = RunAttribute[int]("steps.total")
    save_steps = RunAttribute[int]("steps.save")
    log_steps = RunAttribute[int | None]("steps.log")
    lr_scheduling_steps = RunAttribute[int]("steps.schedule")
    checkpoints = RunAttribute[Checkpoints]("checkpoints")
    loss_meter = RunAttribute[LossMeter]("loss_meter")
    last_evaluation = RunAttribute[dict[str, Any]]("last_evaluation")

    def __init__(
        self,
        model: Any,
        config: TrainerConfig,
        train_dataset: Any = None,
        eval_dataset: Any = None,
        data_collator: Any = None,
        preprocessor: Any = None,
        metrics_handler: Any = None,
        optimizer: Any = None,
        lr_scheduler: Any = None,
        accelerator: Accelerator | None = None,
        callbacks: Iterable[Callback] = (),
        *,
        group_by_length: bool = False,
        max_checkpoints: int | None = MAX_CHECKPOINTS,
    ) -> None:
        settings = checked_config(config)
        given = list(callbacks)
        require_kind("model", model, torch.nn.Module)
        require_kind("data_collator", data_collator, Callable, optional=True)
        require_kind("metrics_handler", metrics_handler, MetricsHandler, optional=True)
        require_kind("optimizer", optimizer, torch.optim.Optimizer, optional=True)
        for callback in given:
            require_kind("callback", callback, Callback)
        if max_checkpoints is not None:
            whole_number("max_checkpoints", max_checkpoints)
        accelerator = accelerator or parts.build_accelerator(settings)
        self.data_collator = data_collator
        self.group_by_length = group_by_length
        self.metrics_handler = metrics_handler or build_metrics_handler(settings.task, config.metrics)
        self.metrics_handler.model = model
        if isinstance(self.metrics_handler, GeneratedTextMetricsHandler):
            self.metrics_handler.generates = config.evaluate_with_generate
        self.best_metric = best_metric_name(settings, settings.do_evaluate and eval_dataset is not None)
        self.maximize = is_better_larger(self.best_metric, self.metrics_handler)
        self._interrupt = Interrupt()

        rows = parts.count_rows(train_dataset) if train_dataset is not None else 0
        rows_per_step = settings.batch_size * accelerator.num_processes
        checkpoints = Checkpoints(Path(settings.output_dir).expanduser() / settings.checkpoints_dir)
        state, checkpoint = resume(checkpoints, settings, self.best_metric, rows, rows_per_step)
        steps = plan_steps(settings, state, rows, rows_per_step)
        parts.attach_preprocessor(model, preprocessor, train_dataset)
        for dataset in (train_dataset, eval_dataset):
            parts.match_labels(model, dataset, train_dataset)
        load_first_weights(model, checkpoint, settings.init_weights_from)
        self._forward_names = _parameter_names(model.forward)
        self._loss_names = _parameter_names(model.compute_loss)
        run_parts = parts.build_parts(
            model, optimizer, lr_scheduler, with_defaults(given),
            config=settings, steps=steps, maximize=self.maximize, accelerator=accelerator,
        )  # fmt: skip
        if checkpoint is not None:
            run_parts.load(checkpoint, state.callbacks)
        self.run = Run(
            config=settings,
            accelerator=accelerator,
            parts=run_parts,
            position=Position(state, saved_step=None if checkpoint is None else state.global_step),
            steps=steps,
            checkpoints=checkpoints,
            loss_meter=LossMeter(
                state.loss_tracker_sum, state.loss_tracker_count or 0, state.row_loss_sum, state.row_loss_count
            ),
            train_dataset=train_dataset,
            eval_dataset=eval_dataset,
            max_checkpoints=max_checkpoints,
            rng_states=None if checkpoint is None else read_tensors(checkpoint, RNG_STATE_FILE),
        )

    # Training --------------------------------------------------------------------------------------------------

    def train(self) -> TrainerState:
        """Train from where `state` stands to the end of the run, and return the state.

        Ctrl-C finishes the step under way, writes a checkpoint, says where it is and how to go on, and raises
        ``KeyboardInterrupt``.

        Raises:
            DivergedError: The loss became NaN or infinite.
            TrainingError: There is nothing to train on.
        """
        check_trainable(self.config, self.train_dataset, self.evaluates)
        self.run.begin()
        self.print_info()
        self.notify("on_train_begin")
        position = self.run.position
        try:
            with held_interrupts() as self._interrupt:
                for epoch in range(self.state.epoch, self.config.num_epochs + 1):
                    if self.finished:
                        break
                    self.state.epoch = epoch
                    self.notify("on_epoch_begin")
                    self.inner_training_loop(epoch)
                    self.close_epoch()
        except KeyboardInterrupt:
            if self.config.save_enabled and position.at_boundary and not position.saved:
                self._save_checkpoint()
            self._say_how_to_go_on()
            raise
        finally:
            self.notify("on_train_end")
        logger.info("Training done!")
        return self.state

    def inner_training_loop(self, epoch: int) -> None:
        """Train the rest of an epoch: from ``state.epoch_step`` to its end or the end of the run."""
        state, position = self.state, self.run.position
        self.model.train()
        self.optimizer.zero_grad()
        batches = self._rest_of_epoch(epoch)
        for batch, inputs in zip(batches, self.create_train_dataloader(self.train_dataset, batches), strict=True):
            position.begin_step()
            # Processes exchange their gradients with the last batch of a group only.
            with nullcontext() if batch.ends_group else self.accelerator.no_sync(self.model):
                loss = self.training_step(inputs, batch.weight)
            if batch.ends_group:
                self.optimization_step()
            position.count_step()
            self.loss_meter.add(loss, state.global_step)
            if batch.ends_group:
                self._step_scheduler()
                position.reach_boundary()

            last = batch is batches[-1]
            if self.log_steps and state.global_step % self.log_steps == 0 and not last:
                self._log_row({"train.loss": self.run.row_loss()})
            self.notify("on_step_end")
            if batch.ends_group:
                if self.config.save_enabled and position.due(self.save_steps) and not last:
                    self._save_checkpoint()
                position.settle()
                self._interrupt.check()
                if self.should_stop:
                    break

    def training_step(self, input_batch: Mapping[str, Any], weight: float = 1.0) -> torch.Tensor:
        """Compute the loss of a batch and add its gradients.

        Args:
            input_batch: What the collator made.
            weight: Share of the batch in its step of the optimizer.

        Returns:
            The loss, a scalar, without `weight`.
        """
        inputs = self.prepare_input_batch(input_batch)
        loss = self.compute_loss(self.forward(inputs), **inputs)
        # accelerate divides by its own number of accumulation steps, which `weight` takes care of already.
        self.accelerator.backward(loss * (weight * self.accelerator.gradient_accumulation_steps))
        return loss.detach()

    def optimization_step(self) -> None:
        """Clip the gradients, step the optimizer and clear them."""
        if self.config.max_grad_norm is not None:
            self.accelerator.clip_grad_norm_(self.model.parameters(), self.config.max_grad_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()

    def close_epoch(self) -> None:
        """Save, evaluate and log at the end of an epoch, or where the end of the run cuts it short."""
        config, position = self.config, self.run.position
        complete = position.state.epoch_step == self.steps_in_epoch
        logs: dict[str, Any] = {"train.loss": self.run.row_loss()}
        if config.save_enabled and not position.saved:
            self._save_checkpoint()  # before the evaluation: should that fail, the epoch is not lost
        if self.evaluates:
            metrics = self.evaluate()
            logs |= {f"evaluation.{key}": value for key, value in metrics.items()}
            self.notify("on_evaluate", metrics)
        self._note_best(logs)
        if complete and isinstance(self.lr_scheduler, ReduceLROnPlateau):
            self.lr_scheduler.step(logs[self.best_metric])
        position.close_epoch(complete=complete)
        self._log_row(logs)
        self.notify("on_epoch_end")
        if config.save_enabled:
            self.run.amend_checkpoint()

    @property
    def finished(self) -> bool:
        """Whether the run is at its end, evaluated and logged."""
        return self.run.position.finished(self.total_steps)

    # Parts of a step, for subclasses ---------------------------------------------------------------------------

    def train_order(self, epoch: int) -> Sequence[int]:
        """Return the indices of the training set in the order of an epoch.

        It must depend on nothing but the epoch and the settings, or a resumed run sees other rows.
        """
        if not self.config.dataloader_shuffle:
            return range(self.rows_in_epoch)
        if self.group_by_length:
            lengths = parts.lengths_of(self.train_dataset, self.rows_in_epoch)
            return bucketed_order(lengths, self.config.seed, epoch, self.rows_per_step)
        return shuffled_order(self.rows_in_epoch, self.config.seed, epoch)

    def create_train_dataloader(self, dataset: Any, batches: Sequence[Batch]) -> Iterable[Any]:
        """Return an iterable that gives the collated rows of each of `batches`, in order."""
        return self._dataloader(dataset, batches)

    def create_eval_dataloader(self, dataset: Any, batches: Sequence[Batch]) -> Iterable[Any]:
        """Return an iterable that gives the collated rows of each of `batches`, in order."""
        return self._dataloader(dataset, batches)

    def prepare_input_batch(self, input_batch: Mapping[str, Any]) -> dict[str, Any]:
        """Check a batch and move its tensors to the device."""
        if not isinstance(input_batch, Mapping):
            raise TrainingError(
                f"The data collator must return a mapping of names to tensors; it gave {type(input_batch).__name__}."
            )
        moved: Any = send_to_device(dict(input_batch), self.accelerator.device, non_blocking=True)
        return moved

    def forward(self, input_batch: Mapping[str, Any]) -> Mapping[str, Any]:
        """Call the model with those entries of the batch that its ``forward`` names."""
        outputs = self.model(**{name: value for name, value in input_batch.items() if name in self._forward_names})
        if not isinstance(outputs, Mapping):
            raise TrainingError(
                f"{type(self.unwrapped_model).__name__}.forward must return a mapping with 'logits'; "
                f"it gave {type(outputs).__name__}."
            )
        return outputs

    def compute_loss(self, model_outputs: Mapping[str, Any], labels: Any = None, **kwargs: Any) -> torch.Tensor:
        """Call the model's ``compute_loss`` with those outputs and entries of the batch that it names.

        Args:
            model_outputs: What `forward` returned.
            labels: The labels of the batch.
            **kwargs: The other entries of the batch.
        """
        if labels is None and "labels" in self._loss_names:
            raise TrainingError(
                f"The batches have no 'labels', only: {', '.join(kwargs) or 'nothing'}. "
                "Check the label column of the dataset and its data collator."
            )
        available = {**kwargs, **model_outputs, "labels": labels}
        return self.unwrapped_model.compute_loss(**{n: available[n] for n in self._loss_names if n in available})

    # Evaluation ------------------------------------------------------------------------------------------------

    def evaluate(self, eval_dataset: Any = None) -> dict[str, Any]:
        """Compute the metrics and the mean loss over a whole dataset.

        Args:
            eval_dataset: Default is the trainer's.

        Returns:
            The values of the metrics, and ``loss``: the mean over all rows.

        Raises:
            TrainingError: There is no dataset, or it is empty.
        """
        dataset = self.eval_dataset if eval_dataset is None else eval_dataset
        if dataset is None:
            raise TrainingError("There is nothing to evaluate on: give eval_dataset= to the Trainer or to evaluate().")
        parts.match_labels(self.unwrapped_model, dataset, self.train_dataset)
        batches = plan_batches(
            range(parts.count_rows(dataset)),
            self.config.eval_batch_size or self.config.batch_size,
            process_index=self.accelerator.process_index,
            num_processes=self.accelerator.num_processes,
        )
        self.last_evaluation = evaluate(
            self.model,
            batches,
            partial(self.create_eval_dataloader, dataset),
            self.evaluation_step,
            self.metrics_handler,
            after_batch=self._interrupt.check,
        )
        return self.last_evaluation

    def evaluation_step(
        self, input_batch: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], torch.Tensor, Mapping[str, Any]]:
        """Return the outputs of the model for a batch, the loss, and the batch as the model got it."""
        inputs = self.prepare_input_batch(input_batch)
        outputs = self.forward(inputs)
        return outputs, self.compute_loss(outputs, **inputs), inputs

    @property
    def evaluates(self) -> bool:
        """Whether each epoch ends with an evaluation."""
        return self.config.do_evaluate and self.eval_dataset is not None

    # Logs ------------------------------------------------------------------------------------------------------

    def log(self, logs: Mapping[str, Any], step: int) -> None:
        """Hand values to the callbacks; a list of values gets a name for each, such as ``evaluation.f1.0``."""
        flat: dict[str, float] = {}
        for name, value in logs.items():
            if isinstance(value, (list, tuple)):
                flat |= {f"{name}.{index}": item for index, item in enumerate(value)}
            else:
                flat[name] = value
        logger.info("%s", describe_logs(flat, step))
        self.notify("on_log", flat, step)

    @property
    def logs_dir(self) -> Path:
        """Folder of the logs of this run; made when training begins."""
        return self.run.logs_dir

    def load_csv_logs(self, logs_dir: str | os.PathLike[str] | None = None) -> dict[str, list[float | None]]:
        """Return the columns of ``training_logs.csv``, of this run by default."""
        return load_csv_logs(Path(logs_dir or self.logs_dir) / TRAINER_CSV_LOG_FILE)

    def info(self) -> str:
        """Return what is trained and how, a line each."""
        return describe_run(self.run, self.metrics_handler.metrics)

    def print_info(self) -> None:
        """Log `info`."""
        logger.info("%s", self.info())

    # Files -----------------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> str:
        """Write model, preprocessors, settings, optimizer and schedule into a folder, all or nothing.

        Returns:
            The folder.
        """
        if self.is_main_process:
            with atomic_save(path) as staging:
                self.run.write(staging.path(f"{TRAINER_SUBFOLDER}/{OPTIMIZER_FILE}").parent.parent)
        self.accelerator.wait_for_everyone()
        return os.fspath(path)

    def push_to_hub(
        self,
        repo_id: str,
        push_model: bool = True,
        push_optimizer: bool = True,
        push_logs: bool = True,
        commit_message: str | None = None,
        private: bool = False,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
    ) -> Any:
        """Push the run to the Hub in one commit, with a model card that has the last evaluation.

        Args:
            repo_id: ``"owner/name"``; made if missing.
            push_model: Push weights, config and preprocessors.
            push_optimizer: Push the state of the optimizer and of the schedule.
            push_logs: Push ``training_logs.csv``.
            commit_message: Default is ``Hezar: Upload training files``.
            private: Make a new repo private.
            token: A Hub token; default is the one you are logged in with.
            revision: The branch to push to.

        Raises:
            HubError: The push failed; the repo is as it was.
        """
        with tempfile.TemporaryDirectory(prefix="hezar-push-") as folder:
            self.save(folder)
            return push_run(
                self.run,
                Path(folder),
                repo_id,
                push_model=push_model,
                push_optimizer=push_optimizer,
                push_logs=push_logs,
                commit_message=commit_message or "Hezar: Upload training files",
                private=private,
                token=token,
                revision=revision,
            )

    @classmethod
    def load(
        cls,
        hub_or_local_path: str | os.PathLike[str],
        model: Any = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Build a trainer from what `save`, a checkpoint or `push_to_hub` wrote: its settings and its model.

        The new run starts at step 0; to continue a run, set ``resume_from_checkpoint``.

        Args:
            hub_or_local_path: A folder or Hub repo with ``train/train_config.yaml``.
            model: Used instead of the model there.
            revision: Branch, tag or commit.
            token: A Hub token.
            cache_dir: Where downloads are kept.
            local_files_only: Use what is cached and send no request.
            **kwargs: Fields of `TrainerConfig`, which win over the file, and arguments of `Trainer`.

        Raises:
            HubError, ConfigError, WeightsError: Settings or model cannot be loaded.
        """
        from hezar_models import Model

        where: dict[str, Any] = {
            "revision": revision, "token": token, "cache_dir": cache_dir, "local_files_only": local_files_only,
        }  # fmt: skip
        fields = {name: kwargs.pop(name) for name in list(kwargs) if name in TrainerConfig.fields()}
        config = TrainerConfig.load(hub_or_local_path, **where, **fields)
        if model is None:
            model = Model.load(hub_or_local_path, **where)
        return cls(model, config, **kwargs)

    def load_best(self) -> Path:
        """Put the weights of the best checkpoint into the model, and return its folder.

        Raises:
            CheckpointError: There is none yet, or its folder is gone.
        """
        if self.state.best_checkpoint is None:
            raise CheckpointError("There is no best checkpoint: none was written and evaluated (see save_enabled).")
        path = self.checkpoints.find(self.state.best_checkpoint)
        load_weights(self.unwrapped_model, path)
        return path

    # Inside ----------------------------------------------------------------------------------------------------

    @property
    def unwrapped_model(self) -> Any:
        """The model as it was given, without what accelerate puts around it."""
        return self.run.parts.unwrapped_model

    @property
    def is_main_process(self) -> bool:
        """Whether this process writes the files."""
        return self.run.is_main_process

    def notify(self, event: str, *args: Any) -> None:
        """Call an event of all callbacks, such as ``"on_log"``."""
        for callback in self.callbacks:
            getattr(callback, event)(self, *args)

    def mean_loss(self) -> float:
        """Return the mean training loss of all steps so far, over all processes."""
        return self.run.mean_loss()

    def _log_row(self, logs: Mapping[str, Any]) -> None:
        """Log values, the training loss since the last row among them, and begin the next row."""
        self.log(logs, self.state.global_step)
        self.loss_meter.end_row()

    def _say_how_to_go_on(self) -> None:
        if not self.is_main_process:
            return
        step = self.run.position.saved_step
        if step is None:
            logger.warning("Stopped at step %d. No checkpoint was written, so nothing is kept.", self.state.global_step)
            return
        logger.warning(
            "Stopped at step %d of %d; the checkpoint of step %d is in %s. To go on, run the same program with "
            "resume_from_checkpoint=True in its TrainerConfig.",
            self.state.global_step, self.total_steps, step, self.checkpoints.find(step),
        )  # fmt: skip

    def _save_checkpoint(self) -> None:
        self.notify("on_save", self.run.save_checkpoint())

    def _rest_of_epoch(self, epoch: int) -> list[Batch]:
        order = self.train_order(epoch)
        stop = min(self.steps_in_epoch, self.state.epoch_step + self.total_steps - self.state.global_step)
        batches = plan_batches(
            order[: stop * self.rows_per_step],
            self.config.batch_size,
            self.config.gradient_accumulation_steps,
            self.accelerator.process_index,
            self.accelerator.num_processes,
        )
        return batches[self.state.epoch_step :]

    def _dataloader(self, dataset: Any, batches: Sequence[Batch]) -> DataLoader[Any]:
        workers = self.config.num_dataloader_workers
        if workers:  # threads of tokenizers do not survive the fork into workers
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        # A generator of its own: torch would draw the seed of workers from the one that dropout uses.
        seed = self.config.seed + 1_000_003 * self.state.epoch + self.state.epoch_step
        return DataLoader(
            dataset,
            batch_sampler=[batch.rows for batch in batches],
            collate_fn=parts.collator_for(self.data_collator, dataset, self.train_dataset),
            num_workers=workers,
            pin_memory=self.accelerator.device.type == "cuda",
            generator=torch.Generator().manual_seed(seed),
        )

    def _step_scheduler(self) -> None:
        if self.lr_scheduler is None or isinstance(self.lr_scheduler, ReduceLROnPlateau):
            return
        for _ in range(self.run.position.due(self.lr_scheduling_steps)):
            self.lr_scheduler.step()

    def _note_best(self, logs: Mapping[str, Any]) -> None:
        value, state = logs[self.best_metric], self.state
        if not isinstance(value, (int, float)):
            raise TrainingError(f"No checkpoint can be best by {self.best_metric}: it is not one number but {value!r}.")
        best = state.best_metric_value
        if best is None or (value > best if self.maximize else value < best):
            state.best_metric_value = float(value)
            state.best_checkpoint = state.global_step if self.run.position.saved else None


def _parameter_names(function: Callable[..., Any]) -> list[str]:
    """Return the named parameters of a function."""
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind in named]
