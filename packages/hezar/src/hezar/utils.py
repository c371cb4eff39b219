"""Listings, look-ups in the registries, questions about the Hub and its cache, and helpers for pictures and sound."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_data import (
        amplitude_to_db,
        convert_image_type,
        crop_boxes,
        draw_boxes,
        find_channels_axis_side,
        gray_scale_image,
        hertz_to_mel,
        load_audio_files,
        load_image,
        mel_filter_bank,
        mel_to_hertz,
        mirror_image,
        normalize_image,
        pad_boxes,
        power_to_db,
        rescale_image,
        resize_image,
        save_image,
        show_image,
        spectrogram,
        transpose_channels_axis_side,
        window_function,
    )
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
    "amplitude_to_db",
    "clean_cache",
    "convert_image_type",
    "crop_boxes",
    "draw_boxes",
    "exists_in_cache",
    "exists_on_hub",
    "find_channels_axis_side",
    "get_local_cache_path",
    "get_logger",
    "get_module_class",
    "get_module_config_class",
    "get_registry_key_by_module_class",
    "get_registry_point",
    "gray_scale_image",
    "hertz_to_mel",
    "list_available_datasets",
    "list_available_embeddings",
    "list_available_metrics",
    "list_available_models",
    "list_available_preprocessors",
    "list_available_trainers",
    "list_repo_files",
    "load_audio_files",
    "load_image",
    "mel_filter_bank",
    "mel_to_hertz",
    "mirror_image",
    "normalize_image",
    "pad_boxes",
    "power_to_db",
    "rescale_image",
    "resize_image",
    "save_image",
    "set_verbosity",
    "show_image",
    "snake_case",
    "spectrogram",
    "transpose_channels_axis_side",
    "window_function",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_data", "hezar_hub", "hezar_registry", names=__all__)
