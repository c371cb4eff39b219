"""From a repo to a model: config, network, weights, preprocessors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import torch
from torch import Tensor

# Every load reads a config, and most a tokenizer: next to torch what reads them costs nothing to import, and the first
# load is not held up.
from hezar_config import ModelConfig, decoding, enums, yaml_dialect  # noqa: F401
from hezar_data.preprocessors.loading import load_all
from hezar_data.tokenizers import base as _tokenizers  # noqa: F401
from hezar_hub import PREPROCESSOR_SUBFOLDER, FileMissingError, Repo
from hezar_models.errors import WeightsMismatchError
from hezar_models.layers.linear import quantize_linears
from hezar_models.repos.saving import WEIGHTS_FILES
from hezar_models.torch_private import TorchFunctionMode, has_unsaved_buffers
from hezar_models.weights.files import read_weights
from hezar_models.weights.matching import LoadReport, match_backbone, match_by_name
from hezar_registry import InputError, get_logger, models_registry, suggest

if TYPE_CHECKING:
    from hezar_data import PreprocessorsContainer
    from hezar_models.model import Model

ModelT = TypeVar("ModelT", bound="Model")
logger = get_logger(__name__)

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def open_repo(
    path: str | os.PathLike[str],
    revision: str | None = None,
    token: str | bool | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
    local_files_only: bool = False,
    subfolder: str | None = None,
) -> Repo:
    """Return the model repo at a folder or Hub id."""
    return Repo(
        path,
        revision=revision,
        token=token,
        cache_dir=cache_dir,
        local_files_only=local_files_only,
        subfolder=subfolder,
    )


def load_model(
    cls: type[ModelT],
    repo: Repo,
    *,
    load_preprocessor: bool,
    model_filename: str | None,
    config_filename: str,
    device: str | torch.device,
    dtype: str | torch.dtype,
    quantize: str | None,
    compile: bool,  # noqa: A002 - torch's word
    overrides: Mapping[str, Any],
) -> ModelT:
    """Build the model a repo describes and give it its weights; see `Model.load`."""
    target_device, target_dtype = resolve_device(device), resolve_dtype(dtype)
    check_quantization(quantize, target_device, compile)

    def read() -> tuple[ModelT, PreprocessorsContainer | None]:
        config = ModelConfig.load_from(repo, config_filename)
        model_class = cast("type[ModelT]", resolve_class(cls, config, str(repo)))
        path = find_weights(repo, model_filename)
        model = build_with_weights(model_class, config, overrides, read_weights(path), str(path))
        return model, load_all(repo, PREPROCESSOR_SUBFOLDER, {}) if load_preprocessor else None

    model, preprocessor = repo.read(read)
    if target_dtype is not None:
        model.to(target_dtype)
    if target_device != model.device:
        model.to(target_device)
    model.eval()
    if quantize is not None and not quantize_linears(model):
        raise InputError(
            f"quantize={quantize!r} has no effect on {type(model).__name__}: none of its layers is a "
            "hezar_models.layers.linear.Linear. Build them from that class, or leave quantize out."
        )
    if compile:
        from hezar_models.compilation import compile_model

        compile_model(model, target_device)
    if preprocessor is not None:
        model.preprocessor = preprocessor
    return model


def resolve_class(cls: type[Model], config: ModelConfig, source: str) -> type[Model]:
    """Return the model class a config names.

    Raises:
        UnknownNameError: No model of that name is installed.
        ImplementationMissingError: This version has the config, but not the network.
    """
    found = cast("type[Model]", models_registry[config.name].module_class)
    if not issubclass(found, cls):
        logger.warning("%s holds a %s, not a %s; it is loaded as what it is.", source, found.__name__, cls.__name__)
    return found


def find_weights(repo: Repo, filename: str | None) -> Path:
    """Return the weights file of a repo; safetensors are preferred.

    Raises:
        FileMissingError: There is none.
    """
    if filename is not None:
        return repo.file(filename)
    path = repo.find(*WEIGHTS_FILES)
    if path is None:
        raise FileMissingError(
            f"There are no weights in {repo}: looked for {' and '.join(WEIGHTS_FILES)}. "
            "If the file has another name, give it: model_filename=..."
        )
    return path


def build_with_weights(
    model_class: type[ModelT],
    config: ModelConfig,
    kwargs: Mapping[str, Any],
    weights: Mapping[str, Tensor],
    source: str,
) -> ModelT:
    """Build a network around the tensors of a file, without drawing random weights first.

    The network is made on torch's meta device, where tensors have shapes but no memory, and the tensors of the file
    become its parameters. A network that cannot be made so (it computes with tensors while it is built, or holds
    buffers that are in no file) is made on the CPU, with parameters whose memory is never touched.
    """
    try:
        with torch.device("meta"), SkipInitialization():
            model = model_class(config, **kwargs)
    except (NotImplementedError, RuntimeError):
        model = None
    if model is None or has_unsaved_buffers(model):
        with SkipInitialization():
            model = model_class(config, **kwargs)
    assign_weights(model, weights, source)
    return model


class SkipInitialization(TorchFunctionMode):
    """Leaves parameters as they are allocated: drawing random weights that are then replaced takes seconds."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func in _INITIALIZERS:
            target = args[0] if args else (kwargs or {}).get("tensor")
            if isinstance(target, torch.nn.Parameter) or (isinstance(target, Tensor) and target.is_meta):
                return target
        return func(*args, **(kwargs or {}))


_INITIALIZERS = frozenset(
    {getattr(torch.nn.init, name) for name in dir(torch.nn.init) if name.endswith("_") and not name.startswith("_")}
    | {Tensor.normal_, Tensor.uniform_, Tensor.zero_, Tensor.fill_}
)


def assign_weights(model: Model, weights: Mapping[str, Tensor], source: str) -> LoadReport:
    """Make the tensors of a file the parameters of a model; all must be there and fit."""
    matched, report = match_by_name(weights, model.state_dict(), model.weight_table, optional=model.tied_weights)
    report.raise_for_mismatch(source, type(model).__name__)
    model.tied_weights = {
        tied: origin for tied, origin in model.tied_weights.items() if not _grew_apart(matched, tied, origin)
    }
    _assign(model, matched)
    if report.renamed:
        logger.info("%s: %d tensors have older names and were renamed.", source, len(report.renamed))
    return report


def _grew_apart(weights: Mapping[str, Tensor], tied: str, origin: str) -> bool:
    """Whether a file has other values for a tied weight than for the one it is tied to.

    Hezar 1.0.0 unties what it loads, so that further training makes two weights of one, and the file means both. Some rows
    tell: a step of training moves every row of a head.
    """
    one, other = weights.get(tied), weights.get(origin)
    if one is None or other is None or one.dtype != other.dtype:
        return False
    step = max(len(one) // 64, 1)
    return not torch.equal(one[::step], other[::step])


def _assign(model: Model, tensors: Mapping[str, Tensor]) -> None:
    model.load_state_dict(tensors, strict=False, assign=True)
    model.tie_weights()


def load_weights(model: Model, repo: Repo, filename: str | None) -> LoadReport:
    """Load the weights of a repo into a model that exists; see `Model.load_weights`."""
    path = find_weights(repo, filename)
    device, dtype = model.device, model.dtype
    report = assign_weights(model, read_weights(path), str(path))
    model.to(device, dtype)
    return report


def init_from_backbone(
    model: Model, repo: Repo, filename: str | None, prefix: str | None = None, into: str | None = None
) -> LoadReport:
    """Take over the backbone of another model; see `Model.init_from_backbone`."""
    backbone = model.backbone if into is None else into
    if backbone is None:
        raise InputError(f"{type(model).__name__} does not say which of its parts is the backbone. Give into=...")
    parts = [name for name, part in model.named_modules() if name and next(part.parameters(), None) is not None]
    if backbone not in parts:
        raise InputError(f"{type(model).__name__} has no part {backbone!r}.{suggest(backbone, parts)}")
    path = find_weights(repo, filename)
    matched, report = match_backbone(read_weights(path), model.state_dict(), backbone, prefix)
    if report.misfits or not matched:
        raise WeightsMismatchError(
            f"The backbone in {path} does not fit {type(model).__name__}"
            + (
                f":{LoadReport(mismatched=report.mismatched, wrong_dtype=report.wrong_dtype).details()}"
                if matched
                else ": no tensor of it has a name that the model knows."
            )
            + "\nBuild the model with the config of the backbone, changing only what belongs to the task."
        )
    device = model.device
    _assign(model, matched)
    model.to(device)
    logger.info(
        "%s: %d tensors loaded from %s; new: %s; left out: %s.",
        type(model).__name__,
        len(report.loaded),
        path,
        ", ".join(report.missing) or "none",
        ", ".join(report.ignored) or "none",
    )
    return report


def resolve_device(device: str | torch.device) -> torch.device:
    """Return a device; ``"auto"`` is the GPU if there is one.

    Raises:
        InputError: There is no such device.
    """
    if isinstance(device, str) and device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        resolved = torch.device(device)
    except (RuntimeError, TypeError) as error:
        raise InputError(f"There is no device {device!r}: use 'auto', 'cpu', 'cuda' or 'cuda:0'.") from error
    if resolved.type == "cuda" and not torch.cuda.is_available():
        raise InputError(f"Device '{device}' was asked for, but torch sees no CUDA device here. Use device='cpu'.")
    return resolved


def check_quantization(quantize: str | None, device: torch.device, compile: bool) -> None:  # noqa: A002
    """Raise an `InputError` unless a model can be quantized so."""
    if quantize is None:
        return
    if quantize != "int8":
        raise InputError(f"quantize is 'int8' or None; found {quantize!r}.")
    if device.type != "cpu":
        raise InputError(
            f"quantize='int8' computes on the CPU, and the model goes to {device}. Use dtype='bfloat16' there."
        )
    if compile:
        raise InputError("quantize='int8' and compile=True exclude each other: choose one.")


def resolve_dtype(dtype: str | torch.dtype) -> torch.dtype | None:
    """Return a dtype; ``"auto"`` is ``None``, what the file holds.

    Raises:
        InputError: Models have no such dtype.
    """
    if isinstance(dtype, torch.dtype) and dtype.is_floating_point:
        return dtype
    if dtype == "auto":
        return None
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise InputError(f"dtype is 'auto', {', '.join(map(repr, DTYPES))}; found {dtype!r}.")
    return DTYPES[dtype]
