"""T5 that generates text; see `hezar_models.architectures.t5.config`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.architectures.t5.config import T5TextGenerationConfig
from hezar_models.architectures.t5.network import T5Network
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.state import DecoderState
from hezar_models.layers.cache import KVCache
from hezar_models.layers.context import AttentionContext, Collector, encoder_decoder_outputs
from hezar_models.layers.decoder import last_tokens, shifted_right
from hezar_models.layers.masks import CausalMask, padding_mask
from hezar_models.prediction.examples import Encoded
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.text_generation import TextGenerationModel
from hezar_registry import InputError

EMBEDDINGS = "t5.shared.weight"
#: Most tokens of a text that `predict` reads: eight times what T5 was trained on. Relative positions alone take 0.8 GB here
#: with twelve heads, and four times as much for a text that is twice as long.
LONGEST_SOURCE = 4096


class T5TextGeneration(TextGenerationModel):
    """T5 that generates text from text; T5 1.0, 1.1 (gated) and mT5.

    Published weights: ``t5.shared``, ``t5.encoder.*``, ``t5.decoder.*``, ``t5.lm_head``; the embeddings are there three
    times, and the head is its own matrix unless the config says `tie_word_embeddings`.

    Example:
        >>> config = T5TextGenerationConfig(vocab_size=50, d_model=16, d_kv=8, d_ff=32, num_heads=2, num_layers=1)
        >>> T5TextGeneration(config, num_decoder_layers=1).generate(torch.tensor([[7, 8, 1]]), max_length=4).shape[0]
        1
    """

    backbone = "t5"

    def __init__(self, config: T5TextGenerationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.t5 = T5Network(config)
        self.tied_weights: Mapping[str, str] = {
            f"t5.{stack}.embed_tokens.weight": EMBEDDINGS for stack in ("encoder", "decoder")
        } | ({"t5.lm_head.weight": EMBEDDINGS} if config.tie_word_embeddings else {})
        self.t5.init_weights(config)
        self.tie_weights()

    def forward(
        self,
        token_ids: Tensor | None = None,
        labels: Tensor | None = None,
        attention_mask: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        decoder_attention_mask: Tensor | None = None,
        encoder_outputs: Tensor | tuple[Tensor, ...] | None = None,
        inputs_embeds: Tensor | None = None,
        decoder_inputs_embeds: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> dict[str, Any]:
        """Score every token of the vocabulary at every place of the decoder.

        Args:
            token_ids: int64 (batch, length), what the encoder reads.
            labels: int64 (batch, target length); without decoder inputs, the decoder reads them shifted to the right.
            attention_mask: (batch, length), 1 for tokens and 0 for padding; default all tokens.
            decoder_input_ids: int64 (batch, target length), what the decoder reads.
            decoder_attention_mask: (batch, target length).
            encoder_outputs: States of the encoder (batch, length, hidden), or a tuple that begins with them, in place of
                `token_ids`.
            inputs_embeds: (batch, length, hidden) embeddings, in place of `token_ids`.
            decoder_inputs_embeds: (batch, target length, hidden), in place of `decoder_input_ids`.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers, the last ones normed.

        Returns:
            ``logits`` (batch, target length, vocabulary), ``encoder_last_hidden_state`` (batch, length, hidden); when asked
            for also ``encoder_hidden_states``, ``decoder_hidden_states``, ``encoder_attentions``, ``decoder_attentions``
            and ``cross_attentions``, tuples with one entry per layer, hidden states with the embeddings before.
        """
        in_encoder, in_decoder = (
            Collector.asked(output_hidden_states, output_attentions, self.attn_implementation) for _ in range(2)
        )
        states = self._encoder_states(token_ids, attention_mask, encoder_outputs, inputs_embeds, in_encoder)
        embeddings = self._decoder_embeddings(labels, decoder_input_ids, decoder_inputs_embeds)
        seen = None if decoder_attention_mask is None else decoder_attention_mask.bool()
        memory = self.t5.decoder.memory_of(states, _source_mask(attention_mask))
        context = AttentionContext(CausalMask(padding=seen), memory=memory, collect=in_decoder)
        hidden = self.t5.decoder(embeddings, context)
        outputs = {"logits": self.t5.logits(hidden), "encoder_last_hidden_state": states}
        return outputs | encoder_decoder_outputs(in_encoder, in_decoder)

    def _encoder_states(
        self,
        token_ids: Tensor | None,
        attention_mask: Tensor | None,
        encoder_outputs: Tensor | tuple[Tensor, ...] | None,
        inputs_embeds: Tensor | None,
        collect: Collector,
    ) -> Tensor:
        if encoder_outputs is not None:
            return encoder_outputs[0] if isinstance(encoder_outputs, tuple) else encoder_outputs
        if inputs_embeds is None:
            if token_ids is None:
                raise InputError("T5's encoder reads `token_ids` or `inputs_embeds`; give one of them.")
            check_token_ids(token_ids, attention_mask)
            inputs_embeds = self.t5.encoder.embed(token_ids)
        return self.t5.encoder(inputs_embeds, attention_mask, collect)

    def _decoder_embeddings(
        self, labels: Tensor | None, decoder_input_ids: Tensor | None, decoder_inputs_embeds: Tensor | None
    ) -> Tensor:
        if decoder_inputs_embeds is not None:
            return decoder_inputs_embeds
        if decoder_input_ids is None:
            if labels is None:
                raise InputError(
                    "T5's decoder reads `labels`, `decoder_input_ids` or `decoder_inputs_embeds`; give one."
                )
            decoder_input_ids = shifted_right(labels, self.config.decoder_start_token_id, self.config.pad_token_id)
        return self.t5.decoder.embed(decoder_input_ids)

    def compute_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the mean cross-entropy of the labels, as a scalar.

        Args:
            logits: (batch, target length, vocabulary).
            labels: int64 (batch, target length); padding tokens and −100 are left out.
        """
        pad = self.config.pad_token_id
        targets = labels.masked_fill(labels == -100, pad)
        return F.cross_entropy(logits.flatten(0, -2), targets.flatten(), ignore_index=pad)

    # Generation -----------------------------------------------------------------------------------------------------

    def preprocess(self, inputs: str | list[str], prefix: str | None = None) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]  # the published signature
        """Turn texts into one batch, each with `prefix`, or the config's ``input_prefix``, at its start."""
        return super().preprocess(inputs, prefix=prefix)

    def encode(self, inputs: list[Any], prefix: str | None = None) -> Sequence[Encoded]:  # pyright: ignore[reportIncompatibleMethodOverride]  # an encoder is no prompt
        """Tokenize texts; with the prefix that says what to do with them.

        Args:
            inputs: The texts.
            prefix: Put at the start of each text; default is the config's ``input_prefix``.
        """
        self.check_texts(inputs)
        if prefix is not None and not isinstance(prefix, str):
            raise InputError(f"prefix is a text; found {prefix!r}.")
        prefix = prefix or self.config.input_prefix or ""
        return self.tokenize([prefix + text for text in inputs], "truncate") if inputs else []

    @property
    def compiled_parts(self) -> tuple[nn.Module, ...]:
        return self.t5.encoder, self.t5.decoder

    @property
    def max_input_length(self) -> int:
        """Tokens that `predict` reads of a text; positions are relative, but attention takes memory by their square."""
        return LONGEST_SOURCE

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        token_ids, mask = inputs["token_ids"], inputs.get("attention_mask")
        if mask is None:
            mask = (token_ids != self.config.pad_token_id).long()
        if not bool(mask.any(1).all()):
            raise InputError("A row of token_ids is all padding: T5 has nothing to read there. Leave it out.")
        states = self._encoder_states(token_ids, mask, None, None, Collector())
        rows, start = len(token_ids), config.decoder_start_token_id or 0
        cache = KVCache(
            self.config.num_decoder_layers,
            rows,
            self.config.num_heads,
            1 + capacity,
            self.config.d_kv,
            dtype=states.dtype,
            device=states.device,
            static=self.is_compiled,
        )
        return DecoderState(
            torch.full((rows, 1), start, dtype=torch.int64, device=states.device),
            torch.ones(rows, dtype=torch.int64, device=states.device),
            cache,
            self.t5.decoder.memory_of(states, _source_mask(mask)),
        )

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        context = AttentionContext(CausalMask(state.cache.offset), cache=state.cache, memory=state.memory)
        hidden = self.t5.decoder(self.t5.decoder.embed(token_ids), context)
        state.cache.advance(token_ids.shape[1], counts)
        return self.t5.logits(last_tokens(hidden, counts))


def _source_mask(attention_mask: Tensor | None) -> Tensor | None:
    """(batch, length) of ones and zeros → booleans, or ``None`` when nothing is padded."""
    mask = padding_mask(attention_mask)
    return None if mask is None else mask[:, 0, 0]
