"""Whisper that transcribes speech; see `hezar_models.architectures.whisper.config`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGES
from hezar_models.architectures.whisper.config import (
    WhisperSpeechRecognitionConfig,
    WhisperSpeechRecognitionGenerationConfig,
)
from hezar_models.architectures.whisper.network import WhisperNetwork
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.state import DecoderState
from hezar_models.layers.cache import CrossMemory, KVCache
from hezar_models.layers.context import AttentionContext, Collector, encoder_decoder_outputs
from hezar_models.layers.decoder import last_tokens, shifted_right
from hezar_models.layers.masks import CausalMask
from hezar_models.speech.options import SpeechOptions, published_options
from hezar_models.speech.rules import SpeechTokens
from hezar_models.tasks.speech_recognition import SpeechRecognitionModel
from hezar_registry import InputError


class WhisperSpeechRecognition(SpeechRecognitionModel):
    """Whisper that transcribes speech.

    Published weights: ``whisper.model.encoder.*``, ``whisper.model.decoder.*``, ``whisper.proj_out.weight``, which is that of
    ``embed_tokens``.

    Example:
        >>> config = WhisperSpeechRecognitionConfig(vocab_size=51865, d_model=8, encoder_layers=1, decoder_layers=1)
        >>> model = WhisperSpeechRecognition(config, encoder_ffn_dim=8, decoder_ffn_dim=8)
        >>> model.generate(torch.zeros(1, 80, 3000), language="fa", max_new_tokens=3).shape[0]
        1
    """

    backbone = "whisper.model"
    tied_weights: Mapping[str, str] = {"whisper.proj_out.weight": "whisper.model.decoder.embed_tokens.weight"}

    def __init__(self, config: WhisperSpeechRecognitionConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.whisper = WhisperNetwork(config)
        self.whisper.init_weights(config.init_std)
        self.tie_weights()

    def forward(
        self,
        input_features: Tensor | None = None,
        attention_mask: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        decoder_attention_mask: Tensor | None = None,
        encoder_outputs: Tensor | tuple[Tensor, ...] | None = None,
        decoder_inputs_embeds: Tensor | None = None,
        labels: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> dict[str, Any]:
        """Score every token of the vocabulary at every place of the decoder.

        Args:
            input_features: float32 (batch, mel bins, frames).
            attention_mask: (batch, frames); the encoder hears padding as silence, whatever it says.
            decoder_input_ids: int64 (batch, target length), what the decoder reads.
            decoder_attention_mask: (batch, target length), 1 for tokens and 0 for padding.
            encoder_outputs: States of the encoder (batch, frames / 2, hidden), or a tuple that begins with them, in place of
                `input_features`.
            decoder_inputs_embeds: (batch, target length, hidden), in place of `decoder_input_ids`.
            labels: int64 (batch, target length); without decoder inputs, the decoder reads them shifted to the right.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers, the last ones normed.

        Returns:
            ``logits`` (batch, target length, vocabulary), ``encoder_last_hidden_state`` (batch, frames / 2, hidden); when asked
            for also ``encoder_hidden_states``, ``decoder_hidden_states``, ``encoder_attentions``, ``decoder_attentions`` and
            ``cross_attentions``, tuples with one entry per layer, hidden states with the embeddings before.
        """
        in_encoder, in_decoder = (
            Collector.asked(output_hidden_states, output_attentions, self.attn_implementation) for _ in range(2)
        )
        states = self._encoder_states(input_features, encoder_outputs, in_encoder)
        decoder = self.whisper.model.decoder
        seen = None if decoder_attention_mask is None else decoder_attention_mask.bool()
        context = AttentionContext(CausalMask(padding=seen), memory=decoder.memory_of(states), collect=in_decoder)
        hidden = decoder(self._decoder_embeddings(labels, decoder_input_ids, decoder_inputs_embeds), context)
        outputs = {"logits": self.whisper.proj_out(hidden), "encoder_last_hidden_state": states}
        return outputs | encoder_decoder_outputs(in_encoder, in_decoder)

    def _encoder_states(
        self,
        input_features: Tensor | None,
        encoder_outputs: Tensor | tuple[Tensor, ...] | None,
        collect: Collector,
    ) -> Tensor:
        if encoder_outputs is not None:
            return encoder_outputs[0] if isinstance(encoder_outputs, tuple) else encoder_outputs
        if input_features is None:
            raise InputError("Whisper's encoder reads `input_features`; give them, or `encoder_outputs`.")
        return self.whisper.model.encoder(input_features, collect)

    def _decoder_embeddings(
        self, labels: Tensor | None, decoder_input_ids: Tensor | None, decoder_inputs_embeds: Tensor | None
    ) -> Tensor:
        if decoder_inputs_embeds is not None:
            return decoder_inputs_embeds
        if decoder_input_ids is None:
            if labels is None:
                raise InputError(
                    "Whisper's decoder reads `labels`, `decoder_input_ids` or `decoder_inputs_embeds`; give one."
                )
            decoder_input_ids = shifted_right(labels, self.config.decoder_start_token_id, self.config.pad_token_id)
        return self.whisper.model.decoder.embed(decoder_input_ids)

    def compute_loss(self, logits: Tensor, labels: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """Return the mean cross-entropy of the labels, as a scalar.

        Args:
            logits: (batch, target length, vocabulary).
            labels: int64 (batch, target length); −100 is left out.
            attention_mask: (batch, target length): labels where it is not 1 are left out too.
        """
        if attention_mask is not None:
            labels = labels.masked_fill(attention_mask != 1, -100)
        return F.cross_entropy(logits.flatten(0, -2), labels.flatten(), ignore_index=-100)

    # Parts ----------------------------------------------------------------------------------------------------------

    def get_encoder(self) -> nn.Module:
        """Return the encoder."""
        return self.whisper.model.encoder

    def get_decoder(self) -> nn.Module:
        """Return the decoder."""
        return self.whisper.model.decoder

    def freeze_encoder(self) -> None:
        """Have training leave the encoder as it is."""
        self.get_encoder().requires_grad_(False)

    @property
    def compiled_parts(self) -> tuple[nn.Module, ...]:
        return self.get_encoder(), self.get_decoder()

    # Speech ---------------------------------------------------------------------------------------------------------

    @property
    def _published(self) -> WhisperSpeechRecognitionGenerationConfig:
        return self.config.generation_config or WhisperSpeechRecognitionGenerationConfig()

    @property
    def generation_config(self) -> GenerationConfig:
        return GenerationConfig.from_published(self._published.to_dict())

    @property
    def speech_options(self) -> SpeechOptions:
        return published_options(self._published.to_dict())

    @property
    def speech_tokens(self) -> SpeechTokens:
        published = self._published
        return SpeechTokens(
            start=published.decoder_start_token_id,
            ends=self.generation_config.end_tokens,
            no_timestamps=published.no_timestamps_token_id,
            previous=published.prev_sot_token_id,
            languages=self._languages() if published.is_multilingual else {},
            tasks=published.task_to_id,
        )

    def _languages(self) -> dict[str, int]:
        """Return the tokens of languages: as the config says, or else as the tokenizer, or else as all Whispers have them."""
        if self._published.lang_to_id:
            return dict(self._published.lang_to_id)
        tokenizer = self.preprocessor.tokenizer
        listed = {code: i for i, code in enumerate(WHISPER_LANGUAGES, self._published.decoder_start_token_id + 1)}
        if tokenizer is not None:
            found = {code: tokenizer.token_to_id(f"<|{code}|>") for code in WHISPER_LANGUAGES}
            listed = {code: token for code, token in found.items() if token is not None}
        return {f"<|{code}|>": token for code, token in listed.items()}

    @property
    def max_initial_time(self) -> int | None:
        return self._published.max_initial_timestamp_index

    @property
    def alignment_heads(self) -> Sequence[tuple[int, int]]:
        """The (layer, head) that look at where the next token is said; by default all of the upper half of the decoder."""
        if self._published.alignment_heads:
            return [(layer, head) for layer, head in self._published.alignment_heads]
        layers, heads = self.config.decoder_layers, self.config.decoder_attention_heads
        return [(layer, head) for layer in range(layers // 2, layers) for head in range(heads)]

    @property
    def max_positions(self) -> int:
        return self.config.max_target_positions

    @property
    def window_cost(self) -> int:
        return self.config.max_source_positions + self.config.max_target_positions

    def listen(self, input_features: Tensor) -> CrossMemory:
        states = self.whisper.model.encoder(input_features, Collector())
        return self.whisper.model.decoder.memory_of(states)

    def looked_at(self, memory: CrossMemory, token_ids: Tensor) -> tuple[Tensor, Tensor]:
        collect = Collector(cross_attentions=[], heads=self.alignment_heads)
        context = AttentionContext(CausalMask(), memory=memory, collect=collect)
        hidden = self.whisper.model.decoder(self.whisper.model.decoder.embed(token_ids), context)
        return torch.cat(collect.cross_attentions or [], dim=1), self.whisper.proj_out(hidden)

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        memory = inputs.get("memory")
        if memory is None:
            memory = self.listen(inputs["input_features"])
        keys = memory.keys[0]
        rows, prompts = len(keys), inputs.get("decoder_input_ids")
        if prompts is None:
            start = config.decoder_start_token_id or 0
            prompts = torch.full((rows, 1), start, dtype=torch.int64, device=keys.device)
        longest = prompts.shape[1]
        cache = KVCache(
            self.config.decoder_layers,
            rows,
            self.config.decoder_attention_heads,
            min(longest + capacity, self.config.max_target_positions),
            keys.shape[-1],
            dtype=keys.dtype,
            device=keys.device,
            static=self.is_compiled,
        )
        lengths = torch.full((rows,), longest, dtype=torch.int64, device=keys.device)
        return DecoderState(prompts, lengths, cache, memory)

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        context = AttentionContext(CausalMask(state.cache.offset), cache=state.cache, memory=state.memory)
        decoder = self.whisper.model.decoder
        hidden = decoder(decoder.embed(token_ids), context)
        state.cache.advance(token_ids.shape[1], counts)
        return self.whisper.proj_out(last_tokens(hidden, counts))
