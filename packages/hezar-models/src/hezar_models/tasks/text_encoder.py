"""Models that are an encoder of text with a head on it."""

from __future__ import annotations

from typing import Any, cast

from torch import Tensor

from hezar_models.layers.embeddings import TextEmbeddings
from hezar_models.layers.encoder import EncoderTrace
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.text import TextModel
from hezar_models.weights import Rename


class TextEncoderModel(TextModel):
    """A model that encodes a text and puts a head on the hidden states.

    A subclass builds its backbone under the name `backbone`, and says in `head` what becomes of the hidden states.

    Attributes:
        uses_token_types: Whether `token_type_ids` reach the backbone.
    """

    uses_token_types = True
    batch_inputs = frozenset(
        {"attention_mask", "token_type_ids", "position_ids", "inputs_embeds", "apply_head"}
        | {"tokens", "offsets_mapping", "texts"}  # what labelling hands on
    )

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
        trace = EncoderTrace.asked(output_hidden_states, output_attentions, self.attn_implementation)
        types = token_type_ids if self.uses_token_types else None
        encoder = self.get_submodule(self.backbone or "")
        hidden = encoder(token_ids, attention_mask, types, position_ids, inputs_embeds, trace)
        outputs = self.head(hidden, token_ids) if apply_head else {"last_hidden_state": hidden, "token_ids": token_ids}
        return {**outputs, **trace.outputs()}

    def head(self, hidden: Tensor, token_ids: Tensor | None) -> dict[str, Any]:
        """Turn the last hidden state (batch, length, hidden) into the outputs of the task."""
        raise NotImplementedError

    @property
    def max_input_length(self) -> int:
        return cast("TextEmbeddings", self.get_submodule(f"{self.backbone}.embeddings")).max_length


def older_names(attribute: str, *aliases: str) -> tuple[Rename, ...]:
    """Return the renames of weights that were published while the network had another attribute.

    Args:
        attribute: What it is called today, such as ``"bert"``.
        *aliases: What it was called besides ``"model"``.
    """
    older = "|".join(("model", *aliases))
    return (rf"^({older})\.{attribute}\.", f"{attribute}."), (rf"^({older})\.", f"{attribute}."), (r"^model\.", "")
