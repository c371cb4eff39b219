"""Image-to-text models of a vision encoder and a text decoder; see the configs beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn

from hezar_models.architectures.gpt2.network import CAUSAL_MASKS
from hezar_models.architectures.roberta.decoder import RobertaDecoder
from hezar_models.architectures.vision_encoder_decoder.network import VisionEncoderDecoder
from hezar_models.architectures.vision_encoder_decoder.parts import (
    beit_encoder,
    gpt2_decoder,
    roberta_decoder,
    vit_encoder,
)
from hezar_models.architectures.vit.weights import NEWER_NAMES
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.state import DecoderState
from hezar_models.layers.beit import BeitBackbone
from hezar_models.layers.context import AttentionContext, Collector, encoder_decoder_outputs
from hezar_models.layers.decoder import TextDecoder, last_tokens, shifted_right
from hezar_models.layers.masks import CausalMask
from hezar_models.layers.vit import ViTBackbone
from hezar_models.tasks.checks import check_tensor, check_token_ids
from hezar_models.tasks.image_to_text import ImageToTextModel
from hezar_models.weights.table import Drop, Rename, WeightTable, aliases
from hezar_registry import InputError


class VisionEncoderDecoderModel(ImageToTextModel):
    """A vision encoder and a text decoder; the network is the attribute that `backbone` names.

    Attributes:
        make_encoder: Builds the encoder from its mapping in the config.
        make_decoder: Builds the decoder.
    """

    make_encoder: ClassVar[Callable[[Mapping[str, Any]], ViTBackbone | BeitBackbone]]
    make_decoder: ClassVar[Callable[[Mapping[str, Any]], TextDecoder]]

    def __init__(self, config: Any, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        config.complete()
        kind, name = type(self), cast("str", self.backbone)
        network = VisionEncoderDecoder(kind.make_encoder(config.encoder), kind.make_decoder(config.decoder))
        self.add_module(name, network)
        decoder = f"{name}.decoder"
        self.tied_weights = {
            f"{decoder}.{tied}": f"{decoder}.{source}" for tied, source in network.decoder.tied_weights.items()
        }
        self.tie_weights()

    @property
    def network(self) -> VisionEncoderDecoder:
        """Encoder and decoder."""
        return cast("VisionEncoderDecoder", self.get_submodule(cast("str", self.backbone)))

    def forward(
        self,
        pixel_values: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        decoder_attention_mask: Tensor | None = None,
        encoder_outputs: Tensor | tuple[Tensor, ...] | None = None,
        decoder_inputs_embeds: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
        labels: Tensor | None = None,
    ) -> dict[str, Any]:
        """Score every token of the vocabulary at every place of the decoder.

        Args:
            pixel_values: Float (batch, channels, height, width).
            decoder_input_ids: int64 (batch, length), what the decoder reads.
            decoder_attention_mask: (batch, length), 1 for tokens and 0 for padding; default all tokens.
            encoder_outputs: States of the encoder (batch, patches + 1, hidden), or a tuple that begins with them, in place
                of `pixel_values`.
            decoder_inputs_embeds: (batch, length, hidden) embeddings, in place of `decoder_input_ids`.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers.
            labels: int64 (batch, length); without decoder inputs, the decoder reads them shifted to the right.

        Returns:
            ``logits`` (batch, length, vocabulary), ``encoder_last_hidden_state`` (batch, patches + 1, hidden); when asked
            for also ``encoder_hidden_states``, ``decoder_hidden_states``, ``encoder_attentions``, ``decoder_attentions``
            and ``cross_attentions``, tuples with one entry per layer, hidden states with the embeddings before.
        """
        in_encoder, in_decoder = (
            Collector.asked(output_hidden_states, output_attentions, self.attn_implementation) for _ in range(2)
        )
        states = self._states(pixel_values, encoder_outputs, in_encoder)
        if decoder_input_ids is None and decoder_inputs_embeds is None:
            decoder_input_ids = self._shifted(labels)
        elif decoder_input_ids is not None:
            check_token_ids(decoder_input_ids, decoder_attention_mask)
        seen = None if decoder_attention_mask is None else decoder_attention_mask.bool()
        memory = self.network.memory_of(states)
        context = AttentionContext(CausalMask(padding=seen), memory=memory, collect=in_decoder)
        hidden = self.network.decoder(decoder_input_ids, context, decoder_inputs_embeds)
        outputs = {"logits": self.network.decoder.logits(hidden), "encoder_last_hidden_state": states}
        return outputs | encoder_decoder_outputs(in_encoder, in_decoder)

    def _states(
        self, pixel_values: Tensor | None, encoder_outputs: Tensor | tuple[Tensor, ...] | None, collect: Collector
    ) -> Tensor:
        if encoder_outputs is not None:
            return encoder_outputs[0] if isinstance(encoder_outputs, tuple) else encoder_outputs
        check_tensor("pixel_values", pixel_values)
        return self.network.encode(cast("Tensor", pixel_values), collect)

    def _shifted(self, labels: Tensor | None) -> Tensor:
        if labels is None:
            raise InputError("The decoder reads `labels`, `decoder_input_ids` or `decoder_inputs_embeds`; give one.")
        check_token_ids(labels)
        config = self.generation_config
        return shifted_right(labels, self._start_token(config), config.fill_token)

    # Generation -----------------------------------------------------------------------------------------------------

    @property
    def compiled_parts(self) -> tuple[nn.Module, ...]:
        return self.network.encoder, self.network.decoder

    @property
    def max_positions(self) -> int:
        return self.network.decoder.max_positions

    def cost_of(self, image: Tensor) -> int:
        height, width = image.shape[-2:]
        return (height // self.network.patch_size) * (width // self.network.patch_size) + 1

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        states = self.network.encode(inputs["pixel_values"])
        rows, device = len(states), states.device
        return DecoderState(
            torch.full((rows, 1), self._start_token(config), dtype=torch.int64, device=device),
            torch.ones(rows, dtype=torch.int64, device=device),
            self.network.decoder.new_cache(rows, 1 + capacity, static=self.is_compiled),
            self.network.memory_of(states),
        )

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        context = AttentionContext(CausalMask(state.cache.offset), cache=state.cache, memory=state.memory)
        hidden = self.network.decoder(token_ids, context)
        state.cache.advance(token_ids.shape[1], counts)
        return self.network.decoder.logits(last_tokens(hidden, counts))

    @staticmethod
    def _start_token(config: GenerationConfig) -> int:
        for token in (config.decoder_start_token_id, config.bos_token_id):
            if token is not None:
                return token
        raise InputError(
            "With which token the decoder begins is not known: neither the model's config nor the call has a "
            "decoder_start_token_id."
        )


_NEWER_NAMES = aliases(NEWER_NAMES)


class TrOCRImage2Text(VisionEncoderDecoderModel):
    """ViT encoder and RoBERTa decoder that read a line of text.

    Published weights: ``trocr.encoder.*`` as those of `ViT`, ``trocr.decoder.roberta.*``, ``trocr.decoder.lm_head.*``, and
    ``trocr.enc_to_dec_proj`` where the hidden sizes differ.
    """

    backbone = "trocr"
    weight_table = _NEWER_NAMES
    make_encoder = staticmethod(vit_encoder)
    make_decoder = staticmethod(roberta_decoder)


class ViTRobertaImage2Text(VisionEncoderDecoderModel):
    """ViT encoder and RoBERTa decoder that describe an image.

    Published weights: as those of `TrOCRImage2Text`, under ``vit_roberta``.
    """

    backbone = "vit_roberta"
    weight_table = _NEWER_NAMES
    make_encoder = staticmethod(vit_encoder)
    make_decoder = staticmethod(roberta_decoder)

    @property
    def generation_config(self) -> GenerationConfig:
        """The options of the config, but that rows begin with the tokenizer's padding token: so these models were published."""
        config, tokenizer = super().generation_config, self.preprocessor.tokenizer
        if tokenizer is None or tokenizer.pad_token_id is None:
            return config
        return replace(config, decoder_start_token_id=tokenizer.pad_token_id)

    def compute_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the mean cross-entropy of the labels, as a scalar.

        Args:
            logits: (batch, length, vocabulary).
            labels: int64 (batch, length); the decoder's ``pad_token_id`` and −100 are left out.
        """
        pad = cast("RobertaDecoder", self.network.decoder).config.pad_token_id
        return super().compute_loss(logits, labels.masked_fill(labels == pad, -100))


class ViTGPT2Image2Text(VisionEncoderDecoderModel):
    """ViT encoder and GPT-2 decoder that describe an image.

    Published weights: ``vit_gpt2.encoder.*`` as those of `ViT`, ``vit_gpt2.decoder.transformer.*`` as those of GPT-2 with
    ``crossattention`` and ``ln_cross_attn`` in each block, ``vit_gpt2.decoder.lm_head.weight``.
    """

    backbone = "vit_gpt2"
    weight_table = _NEWER_NAMES + WeightTable((CAUSAL_MASKS,))
    make_encoder = staticmethod(vit_encoder)
    make_decoder = staticmethod(gpt2_decoder)


class BeitRobertaImage2Text(VisionEncoderDecoderModel):
    """BEiT encoder and RoBERTa decoder that describe an image.

    Published weights: ``beit_roberta.encoder.*`` with ``lambda_1`` and ``lambda_2`` in each layer, the rest as those of
    `TrOCRImage2Text`.
    """

    backbone = "beit_roberta"
    weight_table = _NEWER_NAMES + WeightTable(
        (
            Rename(r"\.layers\.(\d+)\.(lambda_[12])$", r".encoder.layer.\1.\2"),
            Rename(
                r"\.layers\.(\d+)\.relative_position_bias\.",
                r".encoder.layer.\1.attention.attention.relative_position_bias.",
            ),
            Rename(r"\.shared_position_bias\.", ".encoder.relative_position_bias."),
            # Older files hold where the table of relative positions has the distance of each pair.
            Drop(r"\.relative_position_index$"),
        )
    )
    make_encoder = staticmethod(beit_encoder)
    make_decoder = staticmethod(roberta_decoder)
