"""`FastText`: vectors of words from the words beside them and from their own letters."""

from __future__ import annotations

from typing import Any

from hezar_models.embeddings.embedding import Embedding
from hezar_models.embeddings.vectors import WordVectors


class FastText(Embedding):
    """Word vectors with n-grams of letters, so that unknown words have vectors too.

    Source: Bojanowski et al. 2016, *Enriching Word Vectors with Subword Information*.

    Example:
        >>> vectors = FastText.load("hezarai/fasttext-fa-300")  # doctest: +SKIP
        >>> vectors("واژه‌ای که نبود")[0].shape  # doctest: +SKIP
        (300,)
    """

    gensim_class = "FastText"

    def _of_gensim(self, trained: Any) -> WordVectors:
        from hezar_models.embeddings.subwords import Subwords

        subwords = Subwords(trained.vectors_ngrams, trained.min_n, trained.max_n)
        return WordVectors(trained.index_to_key, trained.vectors, subwords)
