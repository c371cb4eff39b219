"""Listings, look-ups in the registries, and questions about the Hub and its cache."""

from hezar_hub import (
    clean_cache,
    exists_in_cache,
    exists_on_hub,
    get_local_cache_path,
    list_repo_files,
)
from hezar_registry import (
    get_logger,
    get_module_class,
    get_module_config_class,
    get_registry_key_by_module_class,
    get_registry_point,
    list_available_datasets,
    list_available_embeddings,
    list_available_metrics,
    list_available_models,
    list_available_preprocessors,
    list_available_trainers,
    set_verbosity,
    snake_case,
)

__all__ = [
    "clean_cache",
    "exists_in_cache",
    "exists_on_hub",
    "get_local_cache_path",
    "get_logger",
    "get_module_class",
    "get_module_config_class",
    "get_registry_key_by_module_class",
    "get_registry_point",
    "list_available_datasets",
    "list_available_embeddings",
    "list_available_metrics",
    "list_available_models",
    "list_available_preprocessors",
    "list_available_trainers",
    "list_repo_files",
    "set_verbosity",
    "snake_case",
]
