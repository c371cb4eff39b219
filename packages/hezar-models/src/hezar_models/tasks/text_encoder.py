"""Models that are an encoder of text with a head on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from hezar_models.layers.context import Collector
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.sentence_vectors import Pooling, sentence_vectors
from hezar_models.tasks.text import LongTexts, TextModel
from hezar_registry import HezarError


class TextEncoderModel(TextModel):
    """A model that encodes a text and puts a head on the hidden states.

    A subclass builds its backbone under the name `backbone`, and says in `head` what becomes of the hidden states.

    Attributes:
        uses_token_types: Whether `token_type_ids` reach the backbone.
    """

    uses_token_types = True
    batch_inputs = frozenset({"attention_mask", "token_type_ids", "position_ids", "inputs_embeds", "apply_head"})

    def forward(
        self,
        token_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        token_type_ids: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
        *,
        apply_head: bool = True,
    ) -> dict[str, Any]:
        """Encode a batch.

        Args:
            token_ids: (batch, length), int64.
            attention_mask: (batch, length), 1 for tokens and 0 for padding; default all tokens.
            token_type_ids: (batch, length), int64; default 0. DistilBERT has none; BERT's classifier does not use them,
                for every published one was trained without.
            position_ids: (batch, length), int64; default as the architecture counts.
            inputs_embeds: (batch, length, hidden) word embeddings, in place of `token_ids`.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers.
            apply_head: ``False`` returns ``last_hidden_state`` (batch, length, hidden) and ``token_ids`` in place of what
                `head` makes of them.

        Returns:
            What `head` makes of the hidden states; ``hidden_states``, a tuple of layers + 1 (batch, length, hidden),
            and ``attentions``, a tuple of layers (batch, heads, length, length), both ``None`` unless asked for.
        """
        if token_ids is not None:
            check_token_ids(token_ids, attention_mask)
        collect = Collector.asked(output_hidden_states, output_attentions, self.attn_implementation)
        types = token_type_ids if self.uses_token_types else None
        encoder = self.backbone_module
        hidden = encoder(token_ids, attention_mask, types, position_ids, inputs_embeds, collect)
        outputs = self.head(hidden, token_ids) if apply_head else {"last_hidden_state": hidden, "token_ids": token_ids}
        return {**outputs, **collect.outputs()}

    def embed(
        self,
        inputs: str | Iterable[str],
        *,
        pooling: Pooling = "mean",
        normalize: bool = True,
        long_texts: LongTexts | None = None,
        batch_size: int | None = None,
        token_budget: int | None = None,
        num_threads: int | None = None,
        progress: bool | None = None,
    ) -> NDArray[np.float32]:
        """Return a vector for each text, from the hidden states of its tokens.

        Texts are sorted by length and computed in batches, as in `predict`; the vector of a text does not depend on the others.

        Args:
            inputs: A text or texts; a generator is read as it goes.
            pooling: ``"mean"`` of all tokens, or the first token (``"cls"``).
            normalize: Give all vectors the length 1, so that their products are cosines.
            long_texts: See `encode`.
            batch_size: Most texts per batch.
            token_budget: Tokens per batch.
            num_threads: CPU threads to compute with.
            progress: Show a progress bar; default on a terminal, for long work.

        Returns:
            float32 (texts, hidden).

        Raises:
            InputError: An input is not a text, or `pooling` is unknown.

        Example:
            >>> model = Model.load("hezarai/bert-base-fa")  # doctest: +SKIP
            >>> vectors = model.embed(["هوا خوب است", "باران می‌بارد"])  # doctest: +SKIP
            >>> float(vectors[0] @ vectors[1])  # doctest: +SKIP
        """
        encode = {} if long_texts is None else {"long_texts": long_texts}
        vectors = list(
            sentence_vectors(
                self, inputs, pooling, normalize, encode, batch_size=batch_size, token_budget=token_budget,
                num_threads=num_threads, progress=progress,
            )
        )  # fmt: skip
        return np.stack(vectors) if vectors else np.empty((0, self.hidden_size), np.float32)

    @property
    def hidden_size(self) -> int:
        """The width of the hidden states."""
        return cast("TextEmbeddings", self.backbone_module.embeddings).word_embeddings.embedding_dim

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        """Turn the last hidden state (batch, length, hidden) into the outputs of the task."""
        raise NotImplementedError

    @property
    def max_input_length(self) -> int:
        return cast("TextEmbeddings", self.backbone_module.embeddings).max_length

    @property
    def backbone_module(self) -> nn.Module:
        """The encoder.

        Raises:
            HezarError: The class does not say which attribute it is.
        """
        if self.backbone is None:
            raise HezarError(
                f"{type(self).__name__} does not say which of its attributes is the encoder. Set it in the class: "
                'backbone = "bert"'
            )
        return self.get_submodule(self.backbone)
