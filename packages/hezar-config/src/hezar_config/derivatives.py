"""The six kinds of config, one per registry. The config of each module derives from one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from hezar_config.config import Config
from hezar_config.errors import ConfigError
from hezar_config.ranges import FilePath, Range, Size
from hezar_config.section import check_mapping
from hezar_registry import suggest

#: A count, or a share of all.
Amount = Annotated[int | float, Range(above=0)]


@dataclass
class ModelConfig(Config):
    """Config of a model: ``model_config.yaml`` in the root of its repo."""

    config_type: ClassVar[str] = "model"


@dataclass
class PreprocessorConfig(Config):
    """Config of a tokenizer, normalizer, image processor or feature extractor, in ``preprocessor/``.

    Each kind has its own file name, so a generic one needs ``filename``.
    """

    config_type: ClassVar[str] = "preprocessor"
    filename: ClassVar[str] = "preprocessor_config.yaml"
    subfolder: ClassVar[str | None] = "preprocessor"


@dataclass
class EmbeddingConfig(Config):
    """Config of a word embedding: ``embedding/embedding_config.yaml``.

    Attributes:
        bypass_version_check: Has no effect; older files hold it.
    """

    config_type: ClassVar[str] = "embedding"
    filename: ClassVar[str] = "embedding_config.yaml"
    subfolder: ClassVar[str | None] = "embedding"

    bypass_version_check: bool | str = "deprecated"


@dataclass
class MetricConfig(Config):
    """Config of a metric.

    Attributes:
        objective: Whether a larger value is better (``"maximize"``) or a smaller one (``"minimize"``).
        output_keys: The keys of the result to keep.
        n_decimals: Digits after the point in the result.
    """

    config_type: ClassVar[str] = "metric"
    filename: ClassVar[str] = "metric_config.yaml"

    objective: str | None = None
    output_keys: list[str] | None = None
    n_decimals: Annotated[int, Range(least=0, most=100)] = 4


@dataclass
class DatasetConfig(Config):
    """Config of a dataset: ``dataset_config.yaml`` in the root of a dataset repo.

    Attributes:
        path: Folder or Hub id of the data. ``"repo:name"`` asks for one configuration of the repo.
        task: What the data are for.
        max_size: How many rows to use: a count, or a share between 0 and 1.
        hf_load_kwargs: Options for ``datasets.load_dataset``.
    """

    config_type: ClassVar[str] = "dataset"
    filename: ClassVar[str] = "dataset_config.yaml"
    repo_type: ClassVar[str] = "dataset"

    path: str | None = None
    task: str | list[str] | None = None
    max_size: Amount | None = None
    hf_load_kwargs: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_mapping(self.hf_load_kwargs or {}, "hf_load_kwargs")
        options = dict(self.hf_load_kwargs or {})
        for reserved in ("path", "cache_dir", "split"):
            options.pop(reserved, None)
        # One letter before the colon is a Windows drive, not a repo.
        if isinstance(self.path, str) and ":" in self.path[2:]:
            self.path, _, options["name"] = self.path.rpartition(":")
        self.hf_load_kwargs = options


@dataclass
class TrainerConfig(Config):
    """Config of a training run: ``train/train_config.yaml``.

    Attributes:
        output_dir: Folder of everything the run writes.
        task: The task of the model; a `TaskType` value.
        device: Published files hold it; accelerate chooses the device, see `use_cpu`.
        num_epochs: Passes over the training set.
        init_weights_from: Folder or repo whose weights the model starts from, head left as it is.
        resume_from_checkpoint: ``True`` for the last checkpoint of `output_dir`, or the folder of one.
        max_steps: Stop after this many batches: a count, or a share of all.
        num_dataloader_workers: Processes that read data; 0 reads in the main one.
        dataloader_shuffle: Shuffle the training set, differently in each epoch.
        seed: Seed of every random choice.
        optimizer: ``"adam"`` (default), ``"adamw"`` or ``"sdg"``.
        learning_rate: Initial learning rate.
        weight_decay: Decay of the weights, per step.
        lr_scheduler: Schedule of the learning rate; an `LRSchedulerType` value, or ``None`` for a constant one.
        lr_scheduler_kwargs: Options of the schedule.
        lr_scheduling_steps: Batches between two steps of the schedule; default one epoch.
        batch_size: Rows per batch and process.
        eval_batch_size: The same in evaluation; default `batch_size`.
        gradient_accumulation_steps: Batches per optimizer step.
        distributed: Published files hold it; ``accelerate launch`` decides.
        mixed_precision: ``"no"``, ``"fp8"``, ``"fp16"`` or ``"bf16"``.
        use_cpu: Train on the CPU even where there is a GPU.
        do_evaluate: Evaluate after each epoch.
        evaluate_with_generate: Give generated text to the metrics of generative models.
        metrics: Names or configs of metrics.
        metric_for_best_model: What decides which checkpoint is best, such as ``"loss"`` or ``"f1"``; it is prefixed
            with ``evaluation.`` (``train.`` without evaluation).
        save_enabled: Write checkpoints.
        save_freq: Has no effect; older files hold it.
        save_steps: Batches between checkpoints: a count, or a share of all; default one epoch.
        log_steps: Batches between log rows within an epoch: a count, or a share of all.
        checkpoints_dir: Folder of checkpoints, under `output_dir`.
        logs_dir: Folder of logs, under `output_dir`.
        max_grad_norm: Clip gradients to this norm; ``None`` leaves them.
    """

    name = "trainer"
    config_type: ClassVar[str] = "trainer"
    filename: ClassVar[str] = "train_config.yaml"
    subfolder: ClassVar[str | None] = "train"

    output_dir: str
    task: str
    device: str = "cuda"
    num_epochs: Size = 1
    init_weights_from: str | None = None
    resume_from_checkpoint: bool | str | None = None
    max_steps: Amount | None = None
    num_dataloader_workers: Annotated[int, Range(least=0, most=1024)] = 0
    dataloader_shuffle: bool = True
    seed: Annotated[int, Range(least=0, most=2**32 - 1)] = 42
    optimizer: str | None = None
    learning_rate: Annotated[float, Range(least=0)] = 2e-5
    weight_decay: Annotated[float, Range(least=0)] = 0.0
    lr_scheduler: str | None = None
    lr_scheduler_kwargs: dict[str, Any] | None = None
    lr_scheduling_steps: Size | None = None
    batch_size: Size = 1
    eval_batch_size: Size | None = None
    gradient_accumulation_steps: Size = 1
    distributed: bool = False
    mixed_precision: str | None = None
    use_cpu: bool = False
    do_evaluate: bool = True
    evaluate_with_generate: bool = True
    metrics: list[str | MetricConfig] | None = None
    metric_for_best_model: str = "loss"
    save_enabled: bool = True
    save_freq: str | int | float | None = field(default="deprecated")
    save_steps: Amount | None = None
    log_steps: Amount | None = None
    checkpoints_dir: FilePath = "checkpoints"
    logs_dir: FilePath = "logs"
    max_grad_norm: Annotated[float, Range(above=0)] | None = None

    def __post_init__(self) -> None:
        from hezar_config.enums import TaskType

        super().__post_init__()
        if self.task not in TaskType.list():
            raise ConfigError(
                f"Invalid task {self.task!r} passed to `TrainerConfig`.{suggest(str(self.task), TaskType.list())} "
                f"Available options are {TaskType.list()}."
            )
        if not str(self.metric_for_best_model).startswith(("evaluation", "train")):
            stage = "evaluation" if self.do_evaluate else "train"
            self.metric_for_best_model = f"{stage}.{self.metric_for_best_model}"
