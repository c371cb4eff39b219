"""Names to classes: the registries, decorators and builders of Hezar, and what all its packages share.

Standard library only. Names are imported on first use.
"""

from typing import TYPE_CHECKING

from hezar_registry.lazy import attach

if TYPE_CHECKING:
    from hezar_registry.api import build_dataset as build_dataset
    from hezar_registry.api import build_embedding as build_embedding
    from hezar_registry.api import build_metric as build_metric
    from hezar_registry.api import build_model as build_model
    from hezar_registry.api import build_preprocessor as build_preprocessor
    from hezar_registry.api import build_trainer as build_trainer
    from hezar_registry.api import list_available_datasets as list_available_datasets
    from hezar_registry.api import list_available_embeddings as list_available_embeddings
    from hezar_registry.api import list_available_metrics as list_available_metrics
    from hezar_registry.api import list_available_models as list_available_models
    from hezar_registry.api import list_available_preprocessors as list_available_preprocessors
    from hezar_registry.api import list_available_trainers as list_available_trainers
    from hezar_registry.api import register_dataset as register_dataset
    from hezar_registry.api import register_embedding as register_embedding
    from hezar_registry.api import register_metric as register_metric
    from hezar_registry.api import register_model as register_model
    from hezar_registry.api import register_preprocessor as register_preprocessor
    from hezar_registry.api import register_trainer as register_trainer
    from hezar_registry.errors import DuplicateNameError as DuplicateNameError
    from hezar_registry.errors import HezarError as HezarError
    from hezar_registry.errors import ImplementationMissingError as ImplementationMissingError
    from hezar_registry.errors import InputError as InputError
    from hezar_registry.errors import InputKeyError as InputKeyError
    from hezar_registry.errors import InputTypeError as InputTypeError
    from hezar_registry.errors import MissingExtraError as MissingExtraError
    from hezar_registry.errors import RegistryError as RegistryError
    from hezar_registry.errors import UnknownKeywordError as UnknownKeywordError
    from hezar_registry.errors import UnknownNameError as UnknownNameError
    from hezar_registry.errors import suggest as suggest
    from hezar_registry.extras import require as require
    from hezar_registry.helpers.dependencies import check_dependencies as check_dependencies
    from hezar_registry.helpers.dependencies import get_lib_version as get_lib_version
    from hezar_registry.helpers.dependencies import is_backend_available as is_backend_available
    from hezar_registry.helpers.dependencies import verify_dependencies as verify_dependencies
    from hezar_registry.helpers.inspection import get_parents as get_parents
    from hezar_registry.helpers.inspection import sanitize_function_parameters as sanitize_function_parameters
    from hezar_registry.helpers.logger import Logger as Logger
    from hezar_registry.helpers.lookups import get_module_class as get_module_class
    from hezar_registry.helpers.lookups import get_module_config_class as get_module_config_class
    from hezar_registry.helpers.lookups import get_registry_key_by_module_class as get_registry_key_by_module_class
    from hezar_registry.helpers.lookups import get_registry_point as get_registry_point
    from hezar_registry.helpers.text import snake_case as snake_case
    from hezar_registry.helpers.timing import exec_timer as exec_timer
    from hezar_registry.logging import get_logger as get_logger
    from hezar_registry.logging import progress_enabled as progress_enabled
    from hezar_registry.logging import set_verbosity as set_verbosity
    from hezar_registry.manifest import Entry as Entry
    from hezar_registry.registry import ConfigNameError as ConfigNameError
    from hezar_registry.registry import Registration as Registration
    from hezar_registry.registry import Registry as Registry
    from hezar_registry.registry import datasets_registry as datasets_registry
    from hezar_registry.registry import embeddings_registry as embeddings_registry
    from hezar_registry.registry import get_registry as get_registry
    from hezar_registry.registry import metrics_registry as metrics_registry
    from hezar_registry.registry import models_registry as models_registry
    from hezar_registry.registry import preprocessors_registry as preprocessors_registry
    from hezar_registry.registry import trainers_registry as trainers_registry
else:
    _API = "hezar_registry.api"
    _DEPENDENCIES = "hezar_registry.helpers.dependencies"
    _ERRORS = "hezar_registry.errors"
    _LOOKUPS = "hezar_registry.helpers.lookups"
    _REGISTRY = "hezar_registry.registry"

    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "ConfigNameError": _REGISTRY,
            "DuplicateNameError": _ERRORS,
            "Entry": "hezar_registry.manifest",
            "HezarError": _ERRORS,
            "ImplementationMissingError": _ERRORS,
            "InputError": _ERRORS,
            "InputKeyError": _ERRORS,
            "InputTypeError": _ERRORS,
            "Logger": "hezar_registry.helpers.logger",
            "MissingExtraError": _ERRORS,
            "Registration": _REGISTRY,
            "Registry": _REGISTRY,
            "RegistryError": _ERRORS,
            "UnknownKeywordError": _ERRORS,
            "UnknownNameError": _ERRORS,
            "build_dataset": _API,
            "build_embedding": _API,
            "build_metric": _API,
            "build_model": _API,
            "build_preprocessor": _API,
            "build_trainer": _API,
            "check_dependencies": _DEPENDENCIES,
            "datasets_registry": _REGISTRY,
            "embeddings_registry": _REGISTRY,
            "exec_timer": "hezar_registry.helpers.timing",
            "get_lib_version": _DEPENDENCIES,
            "get_logger": "hezar_registry.logging",
            "get_module_class": _LOOKUPS,
            "get_module_config_class": _LOOKUPS,
            "get_parents": "hezar_registry.helpers.inspection",
            "get_registry": _REGISTRY,
            "get_registry_key_by_module_class": _LOOKUPS,
            "get_registry_point": _LOOKUPS,
            "is_backend_available": _DEPENDENCIES,
            "list_available_datasets": _API,
            "list_available_embeddings": _API,
            "list_available_metrics": _API,
            "list_available_models": _API,
            "list_available_preprocessors": _API,
            "list_available_trainers": _API,
            "metrics_registry": _REGISTRY,
            "models_registry": _REGISTRY,
            "preprocessors_registry": _REGISTRY,
            "progress_enabled": "hezar_registry.logging",
            "register_dataset": _API,
            "register_embedding": _API,
            "register_metric": _API,
            "register_model": _API,
            "register_preprocessor": _API,
            "register_trainer": _API,
            "require": "hezar_registry.extras",
            "sanitize_function_parameters": "hezar_registry.helpers.inspection",
            "set_verbosity": "hezar_registry.logging",
            "snake_case": "hezar_registry.helpers.text",
            "suggest": _ERRORS,
            "trainers_registry": _REGISTRY,
            "verify_dependencies": _DEPENDENCIES,
        },
    )
