"""How the preprocessors of a repo are found: every ``*.yaml`` in its ``preprocessor`` folder is the config of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from hezar_config import PreprocessorConfig, parse_yaml
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.preprocessors.container import PreprocessorsContainer
from hezar_data.preprocessors.files import in_folder
from hezar_hub import PREPROCESSOR_SUBFOLDER, Repo
from hezar_registry import (
    ImplementationMissingError,
    UnknownKeywordError,
    UnknownNameError,
    get_logger,
    preprocessors_registry,
    suggest,
)

logger = get_logger(__name__)


def load(
    cls: type[Preprocessor],
    repo: Repo,
    subfolder: str | None,
    filename: str | None,
    overrides: dict[str, Any],
    *,
    force_return_dict: bool,
) -> Any:
    """Do what `Preprocessor.load` does, with a repo that is open."""
    folder = PREPROCESSOR_SUBFOLDER if subfolder is None else subfolder
    if cls is Preprocessor and filename is None:
        container = load_all(repo, folder, overrides)
        return container if force_return_dict or len(container) != 1 else next(iter(container.values()))
    loaded = load_one(cls, repo, folder, filename or cls.default_config_class().filename, overrides)
    return contained([loaded]) if force_return_dict else loaded


def load_all(repo: Repo, folder: str, overrides: dict[str, Any]) -> PreprocessorsContainer:
    """Load every preprocessor of a repo, each with those of `overrides` it has fields for.

    Raises:
        UnknownKeywordError: An override is not a field of any config.
    """
    depth = folder.count("/") + 1 if folder else 0
    names = [name for name in repo.files(folder or None) if name.endswith(".yaml") and name.count("/") == depth]
    found = [_read(repo, name) for name in names]
    fields = {field for _, config in found for field in _fields(config)}
    for keyword in overrides:
        if keyword not in fields:
            raise UnknownKeywordError(
                f"Preprocessor.load got an unexpected keyword argument {keyword!r}.{suggest(keyword, fields)} "
                f"The preprocessors of {repo} have: {', '.join(sorted(fields)) or 'no fields'}."
            )
    return contained(
        module_class.from_repo(
            repo, folder, config.update({k: v for k, v in overrides.items() if k in _fields(config)})
        )
        for module_class, config in found
    )


def load_one(
    cls: type[Preprocessor], repo: Repo, folder: str, filename: str, overrides: dict[str, Any]
) -> Preprocessor:
    """Load the preprocessor whose config is the file `filename`."""
    module_class, config = _read(repo, in_folder(folder, filename))
    options = {key: value for key, value in overrides.items() if key in module_class.load_options}
    config.update({key: value for key, value in overrides.items() if key not in options})
    if not issubclass(module_class, cls):
        logger.warning(
            "%s holds a %s, not a %s; the %s was loaded.", repo, module_class.__name__, cls.__name__, config.name
        )
    return module_class.from_repo(repo, folder, config, **options)


def contained(preprocessors: Iterable[Preprocessor]) -> PreprocessorsContainer:
    """Put preprocessors into a container, under their registry names."""
    return PreprocessorsContainer((str(preprocessor.config.name), preprocessor) for preprocessor in preprocessors)


def _read(repo: Repo, name: str) -> tuple[type[Preprocessor], PreprocessorConfig]:
    """Return the class and the config that the file `name` asks for.

    Raises:
        UnknownNameError: No installed package has a preprocessor of that name.
        ImplementationMissingError: This version has only its config.
    """
    source = f"{repo}/{name}"
    values = parse_yaml(repo.file(name).read_bytes(), source)
    config_class = PreprocessorConfig.resolve(values, source)
    try:
        module_class = preprocessors_registry[str(values["name"])].module_class
    except UnknownNameError as error:
        raise UnknownNameError(f"{source}: {error}") from error
    except ImplementationMissingError as error:
        raise ImplementationMissingError(f"{source}: {error}") from error
    return cast("type[Preprocessor]", module_class), config_class.from_dict(values, source=source)


def _fields(config: PreprocessorConfig) -> set[str]:
    return {*config.fields(), *config.unknown_fields}
