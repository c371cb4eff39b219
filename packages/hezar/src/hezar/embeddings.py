"""Word embeddings. Training them needs the extra: ``pip install "hezar[embeddings]"``."""

from typing import TYPE_CHECKING

from hezar._gather import gather

if TYPE_CHECKING:
    from hezar_config import (
        EmbeddingConfig,
    )
    from hezar_models import (
        Embedding,
        FastText,
        FastTextConfig,
        VectorIndex,
        Word2Vec,
        Word2VecConfig,
        WordVectors,
        read_vectors,
    )
    from hezar_registry import (
        build_embedding,
        register_embedding,
    )

__all__ = [
    "Embedding",
    "EmbeddingConfig",
    "FastText",
    "FastTextConfig",
    "VectorIndex",
    "Word2Vec",
    "Word2VecConfig",
    "WordVectors",
    "build_embedding",
    "read_vectors",
    "register_embedding",
]

if not TYPE_CHECKING:
    __getattr__, __dir__, __all__ = gather(__name__, "hezar_models", "hezar_config", "hezar_registry", names=__all__)
