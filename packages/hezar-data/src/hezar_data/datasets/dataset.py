"""`Dataset`: rows read from a folder, a Hub repo or memory, and turned into model inputs."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar, Self, cast

from hezar_config import Configurable, DatasetConfig
from hezar_data.datasets.repo_options import check_card, check_options
from hezar_data.errors import DatasetError
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.preprocessors.container import PreprocessorsContainer
from hezar_hub import DATASET, HubError, Repo, cache_dir, offline
from hezar_hub.names import path_text
from hezar_registry import InputError, UnknownKeywordError, datasets_registry, get_logger, require, suggest

logger = get_logger(__name__)


class Dataset(metaclass=Configurable):
    """Base class of datasets: a sequence of model inputs over a table of raw rows.

    Args:
        config: The config; keywords override it.
        split: The split to read, such as ``"train"``.
        preprocessor: A preprocessor, a container of them, or the folder or Hub id to load them from.
        data: The rows, if they are not to be read from ``config.path``: a sequence of mappings.
        **kwargs: Config fields.

    Attributes:
        config: The config.
        split: The split.
        data: The raw rows, never cut.
        preprocessor: The preprocessors.
        data_collator: Turns a list of items into a batch.
        cache_dir: Where downloads are kept.

    Raises:
        DatasetError: The data cannot be read.
        MissingExtraError: The `datasets` library is needed to read them and not installed.
    """

    config_filename: ClassVar[str] = DatasetConfig.filename
    config: Any
    data: Any
    data_collator: Any = None

    def __init__(
        self,
        config: Any,
        split: str | None = "train",
        preprocessor: Any = None,
        data: Sequence[Mapping[str, Any]] | None = None,
        *,
        read_options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            name = next(iter(kwargs))
            raise UnknownKeywordError(
                f"{type(self).__name__} got an unexpected keyword argument {name!r}.{suggest(name, config.fields())} "
                f"It takes the fields of its config: {', '.join(config.fields())}."
            )
        self.config = config
        self.cache_dir = Path((read_options or {}).get("cache_dir") or cache_dir()).expanduser()
        self.split = str(split or "train")
        self.preprocessor = _as_container(preprocessor)
        self.data = self._read(dict(read_options or {})) if data is None else data

    # Loading ---------------------------------------------------------------------------------------------------

    @classmethod
    def load(
        cls,
        hub_path: str | os.PathLike[str],
        split: str | None = None,
        preprocessor: Any = None,
        config: Any = None,
        config_filename: str | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        local_files_only: bool = False,
        **kwargs: Any,
    ) -> Self:
        """Load a dataset whose ``dataset_config.yaml`` says what its columns mean.

        Args:
            hub_path: A folder or a Hub dataset, such as ``"hezarai/sentiment-dksf"``; ``"repo:name"`` asks for one
                configuration of it.
            split: The split; default ``"train"``.
            preprocessor: As in the constructor.
            config: The config, for data that have no file of it.
            config_filename: The config file.
            cache_dir: Where downloads are kept; default is ``HEZAR_CACHE_DIR``.
            revision: Branch, tag or commit.
            token: A Hub token; default is the one you are logged in with.
            local_files_only: Use what is cached and send no request.
            **kwargs: Config fields that win over the file. Of ``hf_load_kwargs``, the file may set what a repo may ask
                for, files inside itself among it; you may set any option of ``datasets.load_dataset``.

        Raises:
            HubError: The repo cannot be had.
            DatasetError: Its data cannot be read, have no such split, or are said to be outside the repo.
        """
        where = DatasetConfig(path=path_text(hub_path))
        path = cast("str", where.path)
        given = DatasetConfig(hf_load_kwargs=kwargs.pop("hf_load_kwargs", None)).hf_load_kwargs or {}
        if config is None:
            repo = Repo(
                path, repo_type=DATASET, revision=revision, token=token, cache_dir=cache_dir,
                local_files_only=local_files_only,
            )  # fmt: skip
            config = DatasetConfig.load_from(repo, config_filename or cls.config_filename)
            check_options(config.hf_load_kwargs or {}, f"{repo}/{config_filename or cls.config_filename}")
            if not given.get("data_files"):  # the library reads those instead of what the card names
                check_card(repo)
        options = {**(config.hf_load_kwargs or {}), **(where.hf_load_kwargs or {}), **given}
        config = config.replace(path=path, hf_load_kwargs=options, **kwargs)
        dataset_class = cast("type[Self]", datasets_registry[config.name].module_class)
        if not issubclass(dataset_class, cls):
            logger.warning(
                "%s is a %s, not a %s; it is loaded as what it is.", path, dataset_class.__name__, cls.__name__
            )
        reading = {
            "revision": revision, "token": token, "cache_dir": cache_dir, "local_files_only": local_files_only,
        }  # fmt: skip
        return dataset_class(config, split=split or "train", preprocessor=preprocessor, read_options=reading)

    def _read(self, options: dict[str, Any]) -> Any:
        """Read the rows through the `datasets` library, memory-mapped."""
        if not self.config.path:
            raise DatasetError(f"{type(self).__name__} has no data: its config has no `path`, and no `data` was given.")
        library = require("datasets", extra="hezar[nlp]", purpose="Reading datasets from files and the Hub")
        options.pop("cache_dir", None)
        local_only = bool(options.pop("local_files_only", False)) or offline()
        cached = self.cache_dir / "datasets"
        given = {key: value for key, value in options.items() if value is not None}
        try:
            with _without_network(library) if local_only else nullcontext():
                return library.load_dataset(
                    self.config.path,
                    split=self.split,
                    cache_dir=str(cached),
                    **given,
                    **(self.config.hf_load_kwargs or {}),
                )
        except HubError:
            raise
        except Exception as error:  # the library reads any format and raises as many kinds of errors
            raise DatasetError(
                f"The split {self.split!r} of {self.config.path} cannot be read: {type(error).__name__}: {error}"
            ) from error

    # Rows ------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        size, rows = self.config.max_size, len(self.data)
        if size is None:
            return rows
        return math.ceil(size * rows) if isinstance(size, float) and 0 < size <= 1 else min(int(size), rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        try:
            position = operator.index(index)
        except TypeError as error:
            raise InputError(f"A row of a dataset has a number; found {index!r:.100}.") from error
        if not -len(self) <= position < len(self):
            raise IndexError(f"{self} has no row {position}.")
        return self.__getitems__([position % len(self)])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """Return many items at once; subclasses preprocess them as one batch."""
        raise InputError(f"{type(self).__name__} does not say what its items are.")

    def __str__(self) -> str:
        return f"{type(self).__name__}(path={self.config.path}['{self.split}'], size={len(self)})"

    __repr__ = __str__

    # Saving ----------------------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str], filename: str | None = None) -> str:
        """Write the config of the dataset into a folder; the data stay where they are."""
        return self.config.save(path, filename or self.config_filename)

    def push_to_hub(self, repo_id: str, **options: Any) -> Any:
        """Push the config of the dataset to a Hub dataset repo; see `Config.push_to_hub`."""
        return self.config.push_to_hub(repo_id, **options)


@contextmanager
def _without_network(library: Any) -> Generator[None]:
    """Let `datasets` use its cache only. It knows this as a setting of the process, not as an option of a call."""
    before = library.config.HF_HUB_OFFLINE
    library.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        library.config.HF_HUB_OFFLINE = before


def _as_container(value: Any) -> PreprocessorsContainer:
    if value is None:
        return PreprocessorsContainer()
    if isinstance(value, (str, os.PathLike)):
        return Preprocessor.load(value, force_return_dict=True)
    if isinstance(value, PreprocessorsContainer):
        return value
    if isinstance(value, Preprocessor):
        return PreprocessorsContainer({str(value.config.name): value})
    raise InputError(
        f"A dataset takes a preprocessor, a container of them, or a path to load them from; found {type(value).__name__}."
    )
