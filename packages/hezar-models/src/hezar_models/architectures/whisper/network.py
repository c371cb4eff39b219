"""The network of Whisper: an encoder of log-mel spectrograms and a decoder of text, both pre-norm.

Submodules carry the published weight names, so that the state dict is the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_config import ConfigError
from hezar_models.architectures.whisper.config import WhisperSpeechRecognitionConfig
from hezar_models.layers.activations import get_activation
from hezar_models.layers.attention import attend, check_heads, merge_heads, split_heads
from hezar_models.layers.cache import CrossMemory
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.decoder import look_at_memory, memory_of
from hezar_models.layers.embeddings import rows_of_table
from hezar_models.layers.encoder import walk
from hezar_models.layers.linear import Linear, project
from hezar_models.tasks.checks import check_tensor
from hezar_registry import InputError

#: Frames of the spectrogram that become one state of the encoder.
FRAMES_PER_STATE = 2


class WhisperAttention(nn.Module):
    """Projections of an attention, of which that to keys has no bias."""

    def __init__(self, hidden_size: int, num_heads: int, dropout: float) -> None:
        super().__init__()
        check_heads(hidden_size, num_heads)
        self.num_heads = num_heads
        self.dropout = dropout
        self.k_proj = Linear(hidden_size, hidden_size, bias=False)
        self.v_proj = Linear(hidden_size, hidden_size)
        self.q_proj = Linear(hidden_size, hidden_size)
        self.out_proj = Linear(hidden_size, hidden_size)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """Self-attention: (batch, length, hidden) → the same."""
        projected = project((self.q_proj, self.k_proj, self.v_proj), hidden)
        query, key, value = (split_heads(part, self.num_heads) for part in projected)
        if context.cache is not None:
            key, value = context.cache.append(index, key, value)
        attended, weights = attend(
            query,
            key,
            value,
            context.mask,
            dropout=self.dropout if self.training else 0.0,
            need_weights=context.collect.wants_weights,
        )
        context.collect.add_weights(weights)
        return self.out_proj(merge_heads(attended))

    def keys_and_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Project an encoder's states (inputs, source, hidden) to keys and values (inputs, heads, source, head size)."""
        key, value = project((self.k_proj, self.v_proj), states)
        return split_heads(key, self.num_heads), split_heads(value, self.num_heads)

    def look_at(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """Cross-attention: (rows, length, hidden) → the same."""
        query = split_heads(self.q_proj(hidden), self.num_heads)
        return self.out_proj(look_at_memory(query, context, index, dropout=self.dropout if self.training else 0.0))


class WhisperLayer(nn.Module):
    """Self-attention and feed-forward, each of the norm of its input, with a residual connection.

    Args:
        config: Dropout and activation.
        hidden_size: Width of the hidden states.
        num_heads: Heads of the attention.
        inner_size: Width inside the feed-forward part.
    """

    def __init__(
        self, config: WhisperSpeechRecognitionConfig, hidden_size: int, num_heads: int, inner_size: int
    ) -> None:
        super().__init__()
        self.self_attn = WhisperAttention(hidden_size, num_heads, config.attention_dropout)
        self.self_attn_layer_norm = nn.LayerNorm(hidden_size)
        self.fc1 = Linear(hidden_size, inner_size)
        self.fc2 = Linear(inner_size, hidden_size)
        self.final_layer_norm = nn.LayerNorm(hidden_size)
        self.activation = get_activation(config.activation_function)
        self.dropout = nn.Dropout(config.dropout)
        self.activation_dropout = nn.Dropout(config.activation_dropout)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        hidden = hidden + self.dropout(self.self_attn(self.self_attn_layer_norm(hidden), context, index))
        return hidden + self._fed_forward(hidden)

    def _fed_forward(self, hidden: Tensor) -> Tensor:
        inner = self.activation_dropout(self.activation(self.fc1(self.final_layer_norm(hidden))))
        return self.dropout(self.fc2(inner))


class WhisperDecoderLayer(WhisperLayer):
    """The same, with attention to the encoder's states in between."""

    def __init__(self, config: WhisperSpeechRecognitionConfig) -> None:
        super().__init__(config, config.d_model, config.decoder_attention_heads, config.decoder_ffn_dim)
        self.encoder_attn = WhisperAttention(config.d_model, config.decoder_attention_heads, config.attention_dropout)
        self.encoder_attn_layer_norm = nn.LayerNorm(config.d_model)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(rows, length, hidden) → the same."""
        hidden = hidden + self.dropout(self.self_attn(self.self_attn_layer_norm(hidden), context, index))
        attended = self.encoder_attn.look_at(self.encoder_attn_layer_norm(hidden), context, index)
        hidden = hidden + self.dropout(attended)
        return hidden + self._fed_forward(hidden)


class WhisperEncoder(nn.Module):
    """Two convolutions over time, positions, layers and the last norm."""

    def __init__(self, config: WhisperSpeechRecognitionConfig) -> None:
        super().__init__()
        width = config.d_model
        self.conv1 = nn.Conv1d(config.num_mel_bins, width, kernel_size=3, padding=1)
        self.conv2 = nn.Conv1d(width, width, kernel_size=3, stride=FRAMES_PER_STATE, padding=1)
        self.embed_positions = nn.Embedding(config.max_source_positions, width)
        self.embed_positions.requires_grad_(False)  # sinusoids, which training leaves as they are
        self.layers = nn.ModuleList(
            WhisperLayer(config, width, config.encoder_attention_heads, config.encoder_ffn_dim)
            for _ in range(config.encoder_layers)
        )
        self.layer_norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)
        self.layerdrop = config.encoder_layerdrop

    def forward(self, input_features: Tensor, collect: Collector) -> Tensor:
        """Log-mel spectrograms (batch, mel bins, frames) → normed states (batch, frames / 2, hidden).

        Raises:
            InputError: They have another number of mel bins or frames than the model reads.
        """
        check_tensor("input_features", input_features)
        bins, frames = self.conv1.in_channels, FRAMES_PER_STATE * self.embed_positions.num_embeddings
        if input_features.ndim != 3 or tuple(input_features.shape[1:]) != (bins, frames):
            raise InputError(
                f"Whisper reads features of shape (batch, {bins}, {frames}), {bins} mel bins of {frames} frames; found "
                f"{tuple(input_features.shape)}. Give audio to the feature extractor of the model, which pads it to one window."
            )
        hidden = F.gelu(self.conv2(F.gelu(self.conv1(input_features)))).transpose(1, 2)
        hidden = self.dropout(hidden + self.embed_positions.weight)
        hidden = self.layer_norm(walk(kept_layers(self), hidden, None, collect))
        collect.replace_last_hidden(hidden)
        return hidden


class WhisperDecoder(nn.Module):
    """Embeddings of tokens and positions, layers and the last norm."""

    def __init__(self, config: WhisperSpeechRecognitionConfig) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.d_model)
        self.embed_positions = nn.Embedding(config.max_target_positions, config.d_model)
        self.layers = nn.ModuleList(WhisperDecoderLayer(config) for _ in range(config.decoder_layers))
        self.layer_norm = nn.LayerNorm(config.d_model)
        self.dropout = nn.Dropout(config.dropout)
        self.layerdrop = config.decoder_layerdrop

    def embed(self, token_ids: Tensor) -> Tensor:
        """int64 (batch, length) → (batch, length, hidden)."""
        return rows_of_table(self.embed_tokens, token_ids, "token_ids")

    def forward(self, embeddings: Tensor, context: AttentionContext) -> Tensor:
        """Embeddings of new tokens (rows, length, hidden) → normed states, the same shape.

        Raises:
            InputError: There are more tokens than positions.
        """
        hidden = self.dropout(embeddings + self.embed_positions(self._positions(embeddings, context)))
        context.collect.add_hidden(hidden)
        # A layer keeps its number, under which the memory has its keys and values.
        kept = set(kept_layers(self))
        for index, layer in enumerate(self.layers):
            hidden = layer(hidden, context, index) if layer in kept else hidden
            context.collect.add_hidden(hidden)
        hidden = self.layer_norm(hidden)
        context.collect.replace_last_hidden(hidden)
        return hidden

    def memory_of(self, states: Tensor) -> CrossMemory:
        """Project the states of an encoder (inputs, source, hidden) for all layers."""
        layers = (module for module in self.modules() if isinstance(module, WhisperDecoderLayer))
        return memory_of((layer.encoder_attn for layer in layers), states)

    def _positions(self, embeddings: Tensor, context: AttentionContext) -> Tensor:
        length, places = embeddings.shape[1], self.embed_positions.num_embeddings
        offset = 0 if context.cache is None else context.cache.offset
        new = torch.arange(length, device=embeddings.device)
        if isinstance(offset, int):
            if offset + length > places:
                raise InputError(
                    f"The transcript is {offset + length} tokens long; the model has positions for {places}."
                )
            return new + offset
        # What fills up a row may lie after its last position; nobody sees it.
        return (new + offset[:, None]).clamp_max(places - 1)


def kept_layers(stack: WhisperEncoder | WhisperDecoder) -> Iterable[nn.Module]:
    """Return the layers that are computed: in training, each is left out now and then (Fan et al. 2019, *LayerDrop*)."""
    if not (stack.training and stack.layerdrop):
        return list(stack.layers)
    return [layer for layer in stack.layers if float(torch.rand(())) >= stack.layerdrop]


class _Stacks(nn.Module):
    def __init__(self, config: WhisperSpeechRecognitionConfig) -> None:
        super().__init__()
        self.encoder = WhisperEncoder(config)
        self.decoder = WhisperDecoder(config)


class WhisperNetwork(nn.Module):
    """Encoder, decoder and head under their published names; the head is tied to the word embeddings."""

    def __init__(self, config: WhisperSpeechRecognitionConfig) -> None:
        super().__init__()
        _check(config)
        self.model = _Stacks(config)
        self.proj_out = Linear(config.d_model, config.vocab_size, bias=False)

    def init_weights(self, std: float) -> None:
        """Draw random weights; the encoder's positions are sinusoids, as in all Whispers."""
        for module in self.modules():
            if not isinstance(module, (nn.Linear, nn.Embedding, nn.Conv1d)) or module.weight.is_meta:
                continue  # on the meta device there is no memory to fill
            nn.init.normal_(module.weight, std=std)
            bias = getattr(module, "bias", None)
            if bias is not None:
                nn.init.zeros_(bias)
        positions = self.model.encoder.embed_positions.weight
        if not positions.is_meta:
            with torch.no_grad():
                positions.copy_(sinusoids(*positions.shape))


def sinusoids(length: int, width: int) -> Tensor:
    """Return sines in one half and cosines in the other, float32 (length, width); wavelengths from 2π to 10,000 · 2π."""
    rates = torch.exp(torch.arange(width // 2) * -(math.log(10_000) / max(width // 2 - 1, 1)))
    angles = torch.arange(length)[:, None] * rates
    return torch.cat((angles.sin(), angles.cos()), dim=1)


def _check(config: WhisperSpeechRecognitionConfig) -> None:
    sizes = (
        "vocab_size",
        "num_mel_bins",
        "d_model",
        "encoder_layers",
        "decoder_layers",
        "encoder_ffn_dim",
        "decoder_ffn_dim",
        "max_source_positions",
        "max_target_positions",
    )
    for name in sizes:
        if getattr(config, name) < 1:
            raise ConfigError(f"`{name}` is at least 1; found {getattr(config, name)}.")
    if config.d_model % 2:
        raise ConfigError(f"`d_model` is even, for half of the positions are sines; found {config.d_model}.")
