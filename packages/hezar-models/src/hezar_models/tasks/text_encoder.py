"""Models that are an encoder of text with a head on it."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor, nn

from hezar_models.layers.context import Collector
from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.text import TextModel
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
