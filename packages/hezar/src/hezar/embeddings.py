"""Word embeddings. They need the extra: ``pip install "hezar[embeddings]"``."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import (
        EmbeddingConfig,
    )
    from hezar_models import (
        FastTextConfig,
        Word2VecConfig,
    )
    from hezar_registry import (
        build_embedding,
        register_embedding,
    )

__all__ = [
    "EmbeddingConfig",
    "FastTextConfig",
    "Word2VecConfig",
    "build_embedding",
    "register_embedding",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_models", "hezar_config", "hezar_registry", names=__all__)
