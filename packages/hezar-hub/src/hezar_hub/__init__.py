"""A repo is a local folder or a Hugging Face Hub repo: find, fetch, list, save atomically, push in a commit.

Names are imported on first use, and huggingface_hub with the first use of the Hub.
"""

from typing import TYPE_CHECKING

from hezar_registry.lazy import attach

if TYPE_CHECKING:
    from hezar_hub.cache import CachedRepo as CachedRepo
    from hezar_hub.cache import CacheReport as CacheReport
    from hezar_hub.cache import clean_cache as clean_cache
    from hezar_hub.cache import exists_in_cache as exists_in_cache
    from hezar_hub.cache import exists_on_hub as exists_on_hub
    from hezar_hub.cache import get_local_cache_path as get_local_cache_path
    from hezar_hub.cache import list_cached_repos as list_cached_repos
    from hezar_hub.cache import list_repo_files as list_repo_files
    from hezar_hub.cache import remove_cached_repo as remove_cached_repo
    from hezar_hub.cache import verify_cache as verify_cache
    from hezar_hub.card import ModelCard as ModelCard
    from hezar_hub.constants import DATASET as DATASET
    from hezar_hub.constants import DATASET_CONFIG_FILE as DATASET_CONFIG_FILE
    from hezar_hub.constants import EMBEDDING_CONFIG_FILE as EMBEDDING_CONFIG_FILE
    from hezar_hub.constants import EMBEDDING_FILE as EMBEDDING_FILE
    from hezar_hub.constants import EMBEDDING_SUBFOLDER as EMBEDDING_SUBFOLDER
    from hezar_hub.constants import EMBEDDING_VECTORS_FILE as EMBEDDING_VECTORS_FILE
    from hezar_hub.constants import FEATURE_EXTRACTOR_CONFIG_FILE as FEATURE_EXTRACTOR_CONFIG_FILE
    from hezar_hub.constants import HEZAR_HUB_ID as HEZAR_HUB_ID
    from hezar_hub.constants import IMAGE_PROCESSOR_CONFIG_FILE as IMAGE_PROCESSOR_CONFIG_FILE
    from hezar_hub.constants import LEGACY_CONFIG_FILE as LEGACY_CONFIG_FILE
    from hezar_hub.constants import LR_SCHEDULER_FILE as LR_SCHEDULER_FILE
    from hezar_hub.constants import MODEL as MODEL
    from hezar_hub.constants import MODEL_CARD_FILE as MODEL_CARD_FILE
    from hezar_hub.constants import MODEL_CONFIG_FILE as MODEL_CONFIG_FILE
    from hezar_hub.constants import MODEL_PT_FILE as MODEL_PT_FILE
    from hezar_hub.constants import MODEL_SAFETENSORS_FILE as MODEL_SAFETENSORS_FILE
    from hezar_hub.constants import NORMALIZER_CONFIG_FILE as NORMALIZER_CONFIG_FILE
    from hezar_hub.constants import OPTIMIZER_FILE as OPTIMIZER_FILE
    from hezar_hub.constants import PREPROCESSOR_SUBFOLDER as PREPROCESSOR_SUBFOLDER
    from hezar_hub.constants import TOKENIZER_CONFIG_FILE as TOKENIZER_CONFIG_FILE
    from hezar_hub.constants import TOKENIZER_FILE as TOKENIZER_FILE
    from hezar_hub.constants import TRAINER_CHECKPOINTS_SUBFOLDER as TRAINER_CHECKPOINTS_SUBFOLDER
    from hezar_hub.constants import TRAINER_CONFIG_FILE as TRAINER_CONFIG_FILE
    from hezar_hub.constants import TRAINER_CSV_LOG_FILE as TRAINER_CSV_LOG_FILE
    from hezar_hub.constants import TRAINER_LOGS_SUBFOLDER as TRAINER_LOGS_SUBFOLDER
    from hezar_hub.constants import TRAINER_STATE_FILE as TRAINER_STATE_FILE
    from hezar_hub.constants import TRAINER_SUBFOLDER as TRAINER_SUBFOLDER
    from hezar_hub.constants import RepoType as RepoType
    from hezar_hub.constants import cache_dir as cache_dir
    from hezar_hub.constants import endpoint as endpoint
    from hezar_hub.constants import offline as offline
    from hezar_hub.errors import AuthError as AuthError
    from hezar_hub.errors import CorruptDownloadError as CorruptDownloadError
    from hezar_hub.errors import FileMissingError as FileMissingError
    from hezar_hub.errors import HubConnectionError as HubConnectionError
    from hezar_hub.errors import HubError as HubError
    from hezar_hub.errors import HubTimeoutError as HubTimeoutError
    from hezar_hub.errors import InvalidFileNameError as InvalidFileNameError
    from hezar_hub.errors import InvalidRepoIdError as InvalidRepoIdError
    from hezar_hub.errors import OfflineError as OfflineError
    from hezar_hub.errors import RepoAccessError as RepoAccessError
    from hezar_hub.errors import RepoNotFoundError as RepoNotFoundError
    from hezar_hub.errors import RevisionNotFoundError as RevisionNotFoundError
    from hezar_hub.errors import SaveError as SaveError
    from hezar_hub.errors import UploadError as UploadError
    from hezar_hub.pushing import PushResult as PushResult
    from hezar_hub.pushing import push as push
    from hezar_hub.repo import Repo as Repo
    from hezar_hub.save import Staging as Staging
    from hezar_hub.save import atomic_save as atomic_save
    from hezar_hub.save import atomic_write as atomic_write
    from hezar_hub.stand_ins import stand_in as stand_in
else:
    _CACHE = "hezar_hub.cache"
    _CONSTANTS = "hezar_hub.constants"
    _ERRORS = "hezar_hub.errors"

    __getattr__, __dir__, __all__ = attach(
        __name__,
        {
            "AuthError": _ERRORS,
            "CacheReport": _CACHE,
            "CachedRepo": _CACHE,
            "CorruptDownloadError": _ERRORS,
            "DATASET": _CONSTANTS,
            "DATASET_CONFIG_FILE": _CONSTANTS,
            "EMBEDDING_CONFIG_FILE": _CONSTANTS,
            "EMBEDDING_FILE": _CONSTANTS,
            "EMBEDDING_SUBFOLDER": _CONSTANTS,
            "EMBEDDING_VECTORS_FILE": _CONSTANTS,
            "FEATURE_EXTRACTOR_CONFIG_FILE": _CONSTANTS,
            "FileMissingError": _ERRORS,
            "HEZAR_HUB_ID": _CONSTANTS,
            "HubConnectionError": _ERRORS,
            "HubError": _ERRORS,
            "IMAGE_PROCESSOR_CONFIG_FILE": _CONSTANTS,
            "InvalidFileNameError": _ERRORS,
            "InvalidRepoIdError": _ERRORS,
            "LEGACY_CONFIG_FILE": _CONSTANTS,
            "LR_SCHEDULER_FILE": _CONSTANTS,
            "MODEL": _CONSTANTS,
            "MODEL_CARD_FILE": _CONSTANTS,
            "MODEL_CONFIG_FILE": _CONSTANTS,
            "MODEL_PT_FILE": _CONSTANTS,
            "MODEL_SAFETENSORS_FILE": _CONSTANTS,
            "ModelCard": "hezar_hub.card",
            "NORMALIZER_CONFIG_FILE": _CONSTANTS,
            "OPTIMIZER_FILE": _CONSTANTS,
            "HubTimeoutError": _ERRORS,
            "OfflineError": _ERRORS,
            "PREPROCESSOR_SUBFOLDER": _CONSTANTS,
            "PushResult": "hezar_hub.pushing",
            "Repo": "hezar_hub.repo",
            "RepoAccessError": _ERRORS,
            "RepoNotFoundError": _ERRORS,
            "RepoType": _CONSTANTS,
            "RevisionNotFoundError": _ERRORS,
            "SaveError": _ERRORS,
            "Staging": "hezar_hub.save",
            "TOKENIZER_CONFIG_FILE": _CONSTANTS,
            "TOKENIZER_FILE": _CONSTANTS,
            "TRAINER_CHECKPOINTS_SUBFOLDER": _CONSTANTS,
            "TRAINER_CONFIG_FILE": _CONSTANTS,
            "TRAINER_CSV_LOG_FILE": _CONSTANTS,
            "TRAINER_LOGS_SUBFOLDER": _CONSTANTS,
            "TRAINER_STATE_FILE": _CONSTANTS,
            "TRAINER_SUBFOLDER": _CONSTANTS,
            "UploadError": _ERRORS,
            "atomic_save": "hezar_hub.save",
            "atomic_write": "hezar_hub.save",
            "cache_dir": _CONSTANTS,
            "clean_cache": _CACHE,
            "endpoint": _CONSTANTS,
            "exists_in_cache": _CACHE,
            "exists_on_hub": _CACHE,
            "get_local_cache_path": _CACHE,
            "list_cached_repos": _CACHE,
            "list_repo_files": _CACHE,
            "offline": _CONSTANTS,
            "push": "hezar_hub.pushing",
            "remove_cached_repo": _CACHE,
            "stand_in": "hezar_hub.stand_ins",
            "verify_cache": _CACHE,
        },
    )
