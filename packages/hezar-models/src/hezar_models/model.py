"""`Model`: the base class of all models."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

import torch
from torch import Tensor, nn

from hezar_config import Configurable, ModelConfig
from hezar_data import Preprocessor, PreprocessorsContainer
from hezar_data.inputs import refuse_table
from hezar_models.losses import build_loss
from hezar_models.prediction.batching import WINDOW, default_token_budget
from hezar_models.prediction.engine import Engine, PredictOptions, run
from hezar_models.prediction.examples import Encoded, Example, Row
from hezar_models.prediction.keywords import Stage, deal_keywords
from hezar_models.prediction.rows import join_rows, rows_of
from hezar_models.repos import loading, saving
from hezar_models.weights.matching import LoadReport
from hezar_models.weights.table import WeightTable
from hezar_registry import InputError, UnknownKeywordError, suggest
from hezar_registry.checks import whole_number

if TYPE_CHECKING:
    from hezar_models.outputs import Prediction, Predictions


class Model(nn.Module, metaclass=Configurable):
    """Base class of all models: load, predict, save and publish.

    A task model is a network with its preprocessors. A subclass implements `forward`, and for prediction `preprocess`
    and `post_process`; for training `compute_loss` when cross-entropy over the last axis is not what it needs.

    Args:
        config: Config of the model. Fields given as keywords override it; the caller's config is not changed.
        attn_implementation: ``"sdpa"`` uses torch's fused attention. ``"eager"`` is slower and can give attention maps.
        **kwargs: Config fields.

    Attributes:
        weight_table: From the names on disk to the names of the model, and back.
        backbone: Attribute of the backbone, whose weights `init_from_backbone` takes.
        is_compiled: Whether its network is compiled by torch.
        tied_weights: Weight name → the name it shares memory with; less those of which a loaded file has values of their own.
        batch_inputs: Keywords of `forward` that `predict` makes of raw inputs; its caller cannot give them.
        is_generative: Whether `predict` calls `generate` rather than `forward`.
        batches_inputs: Whether the model encodes inputs one by one (`encode`, `collate`, …), so that `predict` makes batches
            of them. Without, a call of `predict` is one batch. A subclass with a `preprocess` of its own has none.
        window: Inputs that `predict` holds in memory at once; smaller where an input or its result is large.
        engine: The way from many inputs to their results.

    Example:
        >>> model = Model.load("hezarai/bert-fa-sentiment-dksf")  # doctest: +SKIP
        >>> model.predict("هزار، کتابخانه‌ای کامل برای به کارگیری آسان هوش مصنوعی")  # doctest: +SKIP
        [[{'label': 'positive', 'score': 0.8129}]]
    """

    model_filename: ClassVar[str] = saving.DEFAULT_WEIGHTS_FILE
    config_filename: ClassVar[str] = ModelConfig.filename
    is_generative: ClassVar[bool] = False
    loss_func_name: ClassVar[str] = "cross_entropy"
    loss_func_kwargs: ClassVar[dict[str, Any]] = {}
    weight_table: ClassVar[WeightTable] = WeightTable()
    backbone: ClassVar[str | None] = None
    tied_weights: Mapping[str, str] = {}
    batch_inputs: ClassVar[frozenset[str]] = frozenset()
    batches_inputs: ClassVar[bool] = False
    window: ClassVar[int] = WINDOW
    engine: ClassVar[type[Engine]] = Engine

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        if "encode" in own or "preprocess" in own:
            cls.batches_inputs = own.get("batches_inputs", "encode" in own)

    def __init__(self, config: Any, *, attn_implementation: str = "sdpa", **kwargs: Any) -> None:
        super().__init__()
        if kwargs:
            name, known = next(iter(kwargs)), [*config.fields(), "attn_implementation"]
            raise UnknownKeywordError(
                f"{type(self).__name__} got an unexpected keyword argument {name!r}.{suggest(name, known)} "
                f"It takes the fields of its config: {', '.join(known)}."
            )
        if attn_implementation not in ("sdpa", "eager"):
            raise InputError(f"attn_implementation is 'sdpa' or 'eager'; found {attn_implementation!r}.")
        self.config = config
        self.attn_implementation = attn_implementation
        self.is_compiled = False
        self._preprocessor = PreprocessorsContainer()
        # In a list, the loss is no submodule: it is not printed and has no state.
        self._loss: list[nn.Module] = []

    # Load, save, publish ---------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        hub_or_local_path: str | os.PathLike[str],
        load_locally: bool = False,
        load_preprocessor: bool = True,
        model_filename: str | None = None,
        config_filename: str | None = None,
        save_path: str | os.PathLike[str] | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        local_files_only: bool = False,
        subfolder: str | None = None,
        device: str | torch.device = "cpu",
        dtype: str | torch.dtype = "auto",
        quantize: str | None = None,
        compile: bool = False,  # noqa: A002 - torch's word
        **kwargs: Any,
    ) -> Self:
        """Load a model with its weights and preprocessors, ready to predict.

        The class comes from ``name`` in the repo's config, so ``Model.load`` gives the right one.

        Args:
            hub_or_local_path: A folder, or a Hub repo id such as ``"hezarai/bert-base-fa"``.
            load_locally: It is a folder; do not look for it on the Hub.
            load_preprocessor: Load the preprocessors of the repo too.
            model_filename: Weights file; default is ``model.safetensors`` if there is one, else ``model.pt``.
            config_filename: Config file; default ``model_config.yaml``.
            save_path: Save the loaded model here as well.
            cache_dir: Where downloads are kept; default is ``HEZAR_CACHE_DIR``.
            revision: Branch, tag or commit.
            token: A Hub token; default is the one you are logged in with.
            local_files_only: Use what is cached and send no request.
            subfolder: The folder of the model in the repo.
            device: Where the model goes; ``"auto"`` takes a GPU if there is one.
            dtype: ``"auto"`` keeps what the file holds; or ``"float32"``, ``"bfloat16"``, ``"float16"``.
            quantize: ``"int8"`` computes linear layers in 8 bits when predicting on a CPU. The weights stay as they are,
                and are what `save` writes.
            compile: Compile the network with `torch.compile`, at the first prediction; needs a compiler.
            **kwargs: Config fields, which override the file, and what the model's constructor takes.

        Raises:
            HubError: The repo or a file of it cannot be had.
            ConfigError: The config is not one of a model, or holds wrong values.
            WeightsFileError: The weights file is truncated or corrupt.
            UnsafeWeightsError: The weights file holds pickled code. It was not executed.
            WeightsMismatchError: The tensors are not those of the model; each is listed.
        """
        path = Path(hub_or_local_path).expanduser().absolute() if load_locally else hub_or_local_path
        model = loading.load_model(
            cls,
            loading.open_repo(path, revision, token, cache_dir, local_files_only, subfolder),
            load_preprocessor=load_preprocessor,
            model_filename=model_filename,
            config_filename=config_filename or cls.config_filename,
            device=device,
            dtype=dtype,
            quantize=quantize,
            compile=compile,
            overrides=kwargs,
        )
        if save_path is not None:
            model.save(save_path)
        return model

    def load_weights(self, hub_or_local_path: str | os.PathLike[str], filename: str | None = None) -> LoadReport:
        """Load the weights of a repo into this model; every tensor must be there and fit.

        Raises:
            WeightsMismatchError: A tensor is missing, unknown or of another shape.
        """
        return loading.load_weights(self, loading.open_repo(hub_or_local_path), filename)

    def init_from_backbone(
        self,
        hub_or_local_path: str | os.PathLike[str],
        filename: str | None = None,
        prefix: str | None = None,
        *,
        into: str | None = None,
        **repo_options: Any,
    ) -> LoadReport:
        """Start this model from the backbone of another one, for fine-tuning; heads keep their random weights.

        Args:
            hub_or_local_path: A folder or Hub repo with a model of the same backbone, whatever its task.
            filename: Weights file; default as in `load`.
            prefix: Name of the backbone in the file, such as ``"trocr.decoder.roberta"``, where it holds several.
            into: Name of the part of this model that takes it, such as ``"trocr.encoder"``; default is `backbone`.
            **repo_options: ``revision``, ``token``, ``cache_dir``, ``local_files_only``, ``subfolder``.

        Returns:
            What was loaded, what stays new (`LoadReport.missing`) and what was left out (`LoadReport.ignored`).

        Raises:
            InputError: The model has no such part.
            WeightsMismatchError: Nothing fits, a backbone tensor has another shape, or the file holds several backbones.
        """
        repo = loading.open_repo(hub_or_local_path, **repo_options)
        return loading.init_from_backbone(self, repo, filename, prefix, into)

    def save(
        self,
        path: str | os.PathLike[str],
        filename: str | None = None,
        save_preprocessor: bool = True,
        config_filename: str | None = None,
    ) -> str:
        """Write config, weights and preprocessors into a folder, all or nothing.

        A crash at any moment leaves the old model or the new one, never a mixture.

        Args:
            path: The folder; made if missing.
            filename: Weights file; ``"model.pt"`` writes the form that Hezar 1.0.0 reads.
            save_preprocessor: Write the preprocessors too.
            config_filename: Config file.

        Returns:
            The folder.
        """
        return saving.save_model(self, path, filename, config_filename or self.config_filename, save_preprocessor)

    def push_to_hub(
        self,
        repo_id: str,
        filename: str | None = None,
        commit_message: str | None = None,
        private: bool = False,
        push_preprocessor: bool = True,
        *,
        token: str | bool | None = None,
        revision: str | None = None,
        card: Any = None,
    ) -> Any:
        """Push config, weights, preprocessors and a model card to the Hub in one commit.

        Args:
            repo_id: ``"owner/name"``; made if missing.
            filename: Weights file; ``"model.pt"`` pushes the form that Hezar 1.0.0 reads.
            commit_message: Default is ``Hezar: Upload model and config``.
            private: Make a new repo private.
            push_preprocessor: Push the preprocessors too.
            token: A Hub token; default is the one you are logged in with.
            revision: The branch to push to.
            card: A `hezar_hub.ModelCard`; default says the task.

        Raises:
            HubError: The push failed; the repo is as it was.
        """
        return saving.push_model(
            self,
            repo_id,
            filename,
            commit_message,
            private,
            push_preprocessor,
            token=token,
            revision=revision,
            card=card,
        )

    # Parts -----------------------------------------------------------------------------------------------------

    @property
    def preprocessor(self) -> PreprocessorsContainer:
        """The preprocessors, by registry name. May be set to one, a list or a mapping of them, or ``None``."""
        return self._preprocessor

    @preprocessor.setter
    def preprocessor(self, value: Any) -> None:
        self._preprocessor = as_container(value)

    @property
    def device(self) -> torch.device:
        """Device of the first parameter."""
        return next((p.device for p in self.parameters()), torch.device("cpu"))

    @property
    def dtype(self) -> torch.dtype:
        """Precision of the first parameter that holds real numbers."""
        return next((p.dtype for p in self.parameters() if p.is_floating_point()), torch.float32)

    @property
    def num_parameters(self) -> int:
        """Number of parameters; tied ones count once."""
        return sum(p.numel() for p in self.parameters())

    @property
    def num_trainable_parameters(self) -> int:
        """Number of parameters that training changes."""
        return sum(p.numel() for p in self.parameters() if p.requires_grad)

    @property
    def loss_func(self) -> nn.Module:
        """The loss; may be set by name (a `LossType` value) or as a module."""
        if not self._loss:
            self._loss = [build_loss(self.loss_func_name, **self.loss_func_kwargs)]
        return self._loss[0]

    @loss_func.setter
    def loss_func(self, value: str | nn.Module) -> None:
        self._loss = [build_loss(value) if isinstance(value, str) else value]

    @property
    def compiled_parts(self) -> tuple[nn.Module, ...]:
        """The modules that ``compile=True`` compiles; by default the model itself."""
        return (self,)

    def tie_weights(self) -> None:
        """Make tied weights share memory again."""
        for name, source in self.tied_weights.items():
            owner, _, attribute = name.rpartition(".")
            setattr(self.get_submodule(owner), attribute, self.get_parameter(source))

    # Stages, for subclasses ------------------------------------------------------------------------------------

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs of a batch: a mapping of tensors."""
        raise _not_implemented(self, "forward")

    def generate(self, *args: Any, **kwargs: Any) -> Any:
        """Generate from a batch, for generative models."""
        raise _not_implemented(self, "generate")

    def compute_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the loss as a scalar; by default over the last axis of `logits`, all positions together."""
        return self.loss_func(logits.flatten(0, -2), labels.flatten())

    def preprocess(self, inputs: Any) -> Any:
        """Turn raw inputs into the tensors of one batch; by default they are tensors already."""
        return inputs

    def post_process(self, model_outputs: Any) -> Any:
        """Turn the outputs of a batch into results, one per input; by default they are the results."""
        return model_outputs

    # The same for many inputs at once, for the engine of `hezar_models.prediction`: three pure functions, and what
    # lies between them.

    def encode(self, inputs: list[Any]) -> Sequence[Encoded]:
        """Turn raw inputs into examples, one each."""
        raise _not_implemented(self, "encode")

    def compute(self, batch: Mapping[str, Any], *, raw: bool = True, **options: Any) -> Any:
        """Compute the outputs of a batch.

        Args:
            batch: What `collate` gives.
            raw: The caller will see the outputs. Otherwise only `decode` will, and what it does not need may be left out.
            **options: Keywords of `forward` or `generate`.
        """
        return self.generate(**batch, **options) if self.is_generative else self(**batch, **options)

    def decode(self, outputs: Any, infos: Sequence[Any], **options: Any) -> Sequence[Any]:
        """Turn the outputs of a batch into results, one per row.

        Args:
            outputs: What `compute` gives.
            infos: `Example.info` of each row.
            **options: Keywords of `post_process`.
        """
        results = self.post_process(outputs, **options)
        return self.split(results, infos) if isinstance(results, Mapping) else results

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Put examples together to the tensors of a batch."""
        raise _not_implemented(self, "collate")

    def split(self, outputs: Mapping[str, Any], infos: Sequence[Any]) -> list[Row]:
        """Split the outputs of a batch into one mapping per row, without padding."""
        return rows_of(outputs, [0] * len(infos), frozenset())

    def costs(self, examples: Sequence[Example], **options: Any) -> list[int]:
        """Return what examples cost to compute with these keywords of `compute`."""
        return [example.cost for example in examples]

    def default_token_budget(self) -> int:
        """Return the largest cost of a batch, when the caller does not say."""
        return default_token_budget(self.device)

    def join_results(self, results: list[Any]) -> Any:
        """Turn the results of all inputs into what `predict` returns; by default the list."""
        return results

    def join_outputs(self, rows: list[Row]) -> Any:
        """Turn the outputs of all inputs into what `predict` returns with ``post_process=False``."""
        return join_rows(rows)

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        """Return the inputs as an iterable; subclasses wrap a single input into a list."""
        expected = f"{cls.__name__}.predict takes an input or a list of inputs"
        refuse_table(inputs, expected)
        if isinstance(inputs, (str, bytes, Mapping)) or not isinstance(inputs, Iterable):
            raise InputError(f"{expected}; found {type(inputs).__name__}.")
        return cast("Iterable[Any]", inputs)

    # Prediction ------------------------------------------------------------------------------------------------

    def predict(
        self,
        inputs: Any,
        device: str | torch.device | None = None,
        preprocess: bool = True,
        unpack_forward_inputs: bool = True,
        post_process: bool = True,
        *,
        stream: bool = False,
        batch_size: int | None = None,
        token_budget: int | None = None,
        num_threads: int | None = None,
        progress: bool | None = None,
        return_errors: bool = False,
        **kwargs: Any,
    ) -> Predictions:
        """Predict: preprocess, compute and post-process one input or many.

        Many inputs are sorted by length, put into batches with little padding, and computed a batch at a time; the
        results come in the order of the inputs and do not depend on what else is in the list.

        Args:
            inputs: One input or an iterable of inputs; with ``preprocess=False`` the tensors of one batch.
            device: Move the model here first.
            preprocess: ``False`` takes `inputs` as the model's own inputs.
            unpack_forward_inputs: ``False`` gives the model one mapping rather than keywords.
            post_process: ``False`` returns the raw outputs.
            stream: Return an iterator that reads inputs as it goes and yields one result each. When reading fails, the
                results of all inputs before come first.
            batch_size: Most inputs per batch; default is what `token_budget` allows.
            token_budget: Tokens per batch; the default suits the device.
            num_threads: CPU threads to compute with; default is what torch is set to, which stays as it is.
            progress: Show a progress bar; default on a terminal, for long work.
            return_errors: For an input that cannot be read, give the `InputError` in place of its result, and go on with
                the others; default is to raise it.
            **kwargs: Options of `preprocess`, `forward` (or `generate`) and `post_process`, dealt by name.

        Returns:
            A list with one result per input (a single input gives a list of one); backbones give a mapping of
            tensors. With `stream`, an iterator of results.

        Raises:
            InputError: An input has the wrong type.
            UnknownKeywordError: A keyword that no stage takes.
        """
        if device is not None:
            self.to(loading.resolve_device(device))
        stages = self.stages(batched=preprocess and self.batches_inputs)
        if not preprocess:
            stages["encode"] = Stage(frozenset())
        dealt = deal_keywords(
            kwargs,
            stages,
            f"{type(self).__name__}.predict",
            reserved=self.batch_inputs if preprocess else frozenset(),
        )
        joins = not post_process or type(self).join_results is not Model.join_results
        if return_errors and joins and not stream:
            raise InputError(
                "return_errors=True gives an error in the place of a result, and these results are put together to one. "
                "Give stream=True, which yields one for each input."
            )
        options = PredictOptions(
            encode=dealt["encode"],
            compute=dealt["compute"],
            decode=dealt["decode"],
            preprocess=preprocess,
            unpack=unpack_forward_inputs,
            post_process=post_process,
            stream=stream,
            batch_size=_positive("batch_size", batch_size),
            token_budget=_positive("token_budget", token_budget),
            num_threads=_positive("num_threads", num_threads),
            progress=progress,
            return_errors=return_errors,
        )
        return run(self, inputs, options)

    def stages(self, *, batched: bool) -> dict[str, Stage]:
        """Return the keywords that each stage of `predict` takes.

        Args:
            batched: Inputs are encoded one by one.
        """
        return {
            "encode": Stage.of(self.encode if batched else self.preprocess),
            "compute": Stage.of(self.generate if self.is_generative else self.forward),
            "decode": Stage.of(self.post_process),
        }

    def predict_stream(self, inputs: Iterable[Any], **kwargs: Any) -> Iterator[Prediction]:
        """Short for ``predict(inputs, stream=True)``."""
        return iter(self.predict(inputs, stream=True, **kwargs))


def as_container(value: Any) -> PreprocessorsContainer:
    """Return preprocessors as a container keyed by registry name.

    Raises:
        InputError: `value` is no preprocessor, list or mapping of preprocessors, nor ``None``.
    """
    if isinstance(value, PreprocessorsContainer):
        return value
    members = [] if value is None else [value] if isinstance(value, Preprocessor) else value
    if isinstance(members, Mapping):
        members = list(members.values())
    if not isinstance(members, (list, tuple)) or not all(isinstance(member, Preprocessor) for member in members):
        raise InputError(f"A preprocessor, a list or mapping of them, or None is wanted; found {type(value).__name__}.")
    return PreprocessorsContainer({member.config.name: member for member in members})


def _positive(name: str, value: int | None) -> int | None:
    return None if value is None else whole_number(name, value)


def _not_implemented(model: Model, stage: str) -> InputError:
    return InputError(f"{type(model).__name__} has no `{stage}`: this model cannot do that.")
