"""The pre-norm encoder of the vision transformer.

Submodules carry the published weight names, so that the state dict is the file.
"""

from __future__ import annotations

from typing import Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_config import ConfigError
from hezar_models.layers.bert import Intermediate
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.encoder import Encoder, Pooler, SelfAttention, init_encoder_weights
from hezar_models.layers.linear import Linear
from hezar_registry import InputError


class VisionConfig(Protocol):
    """The config fields the encoder reads."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    hidden_act: str
    hidden_dropout_prob: float
    attention_probs_dropout_prob: float
    layer_norm_eps: float
    image_size: int
    patch_size: int
    num_channels: int


class ViTConfig(VisionConfig, Protocol):
    """And those of ViT alone."""

    qkv_bias: bool


class PatchEmbeddings(nn.Module):
    """One embedding per patch: a convolution whose kernel is its stride."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.projection = nn.Conv2d(config.num_channels, config.hidden_size, config.patch_size, config.patch_size)

    def forward(self, pixel_values: Tensor) -> Tensor:
        """(batch, channels, height, width) → (batch, patches, hidden), row by row."""
        # Images come in float32, also for a model in half precision.
        return self.projection(pixel_values.to(self.projection.weight.dtype)).flatten(2).transpose(1, 2)


class ViTEmbeddings(nn.Module):
    """Class token and patches, with their positions.

    Args:
        config: Sizes.
        use_mask_token: Have a trained embedding for masked patches.
        with_positions: Have a trained embedding for each position.
    """

    def __init__(self, config: VisionConfig, use_mask_token: bool, with_positions: bool = True) -> None:
        super().__init__()
        if config.image_size < config.patch_size:
            raise ConfigError(f"image_size {config.image_size} is smaller than patch_size {config.patch_size}.")
        self.image_size, self.patch_size = config.image_size, config.patch_size
        self.num_channels = config.num_channels
        self.grid = config.image_size // config.patch_size
        self.cls_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size))
        self.mask_token = nn.Parameter(torch.zeros(1, 1, config.hidden_size)) if use_mask_token else None
        self.position_embeddings = (
            nn.Parameter(torch.zeros(1, self.grid**2 + 1, config.hidden_size)) if with_positions else None
        )
        self.patch_embeddings = PatchEmbeddings(config)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(self, pixel_values: Tensor, masked: Tensor | None, interpolate: bool) -> Tensor:
        """(batch, channels, height, width) → (batch, patches + 1, hidden)."""
        self._check(pixel_values, interpolate)
        patches = self.patch_embeddings(pixel_values)
        if masked is not None:
            patches = self._mask(patches, masked)
        embeddings = torch.cat([self.cls_token.expand(len(patches), -1, -1), patches], dim=1)
        if self.position_embeddings is not None:
            embeddings = embeddings + self._positions(self.position_embeddings, pixel_values, interpolate)
        return self.dropout(embeddings)

    def _check(self, pixel_values: Tensor, interpolate: bool) -> None:
        if pixel_values.ndim != 4 or pixel_values.shape[1] != self.num_channels:
            raise InputError(
                f"pixel_values has shape (batch, {self.num_channels}, height, width); found {tuple(pixel_values.shape)}."
            )
        height, width = pixel_values.shape[2:]
        if not interpolate and (height, width) != (self.image_size, self.image_size):
            raise InputError(
                f"The images are {width}x{height} pixels, the model reads {self.image_size}x{self.image_size}. Resize "
                "them with the image processor, or give interpolate_pos_encoding=True."
            )
        if min(height, width) < self.patch_size:
            raise InputError(f"The images are {width}x{height} pixels, smaller than a patch of {self.patch_size}.")

    def _mask(self, patches: Tensor, masked: Tensor) -> Tensor:
        if self.mask_token is None:
            raise InputError(
                "bool_masked_pos needs a mask token, which this model does not have. Build it with use_mask_token=True."
            )
        if masked.shape != patches.shape[:2]:
            raise InputError(
                f"bool_masked_pos has one value per patch, {tuple(patches.shape[:2])}; found {tuple(masked.shape)}."
            )
        return torch.where(masked.bool()[..., None], self.mask_token.to(patches.dtype), patches)

    def _positions(self, table: Tensor, pixel_values: Tensor, interpolate: bool) -> Tensor:
        """Return the positions (1, patches + 1, hidden), stretched to the grid of the image if asked for."""
        rows, columns = (size // self.patch_size for size in pixel_values.shape[2:])
        if not interpolate or rows == columns == self.grid:
            return table
        of_class, of_patches = table.split([1, self.grid**2], dim=1)
        grid = of_patches.unflatten(1, (self.grid, self.grid)).permute(0, 3, 1, 2)
        grid = F.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False)
        return torch.cat([of_class, grid.flatten(2).transpose(1, 2)], dim=1)


class Projection(nn.Module):
    """Dense and dropout: what comes before a residual connection."""

    def __init__(self, in_features: int, out_features: int, dropout: float) -> None:
        super().__init__()
        self.dense = Linear(in_features, out_features)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.dropout(self.dense(hidden))


class ViTAttention(nn.Module):
    """Self-attention with its output projection."""

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(
            config.hidden_size,
            config.num_attention_heads,
            config.attention_probs_dropout_prob,
            bias=config.qkv_bias,
        )
        self.output = Projection(config.hidden_size, config.hidden_size, config.hidden_dropout_prob)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        return self.output(self.attention(hidden, context, index))


class ViTLayer(nn.Module):
    """Self-attention, then feed-forward, each of the norm of its input, with a residual connection."""

    def __init__(self, config: ViTConfig) -> None:
        super().__init__()
        self.attention = ViTAttention(config)
        self.intermediate = Intermediate(config.hidden_size, config.intermediate_size, config.hidden_act)
        self.output = Projection(config.intermediate_size, config.hidden_size, config.hidden_dropout_prob)
        self.layernorm_before = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.layernorm_after = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        hidden = hidden + self.attention(self.layernorm_before(hidden), context, index)
        return hidden + self.output(self.intermediate(self.layernorm_after(hidden)))


class ViTBackbone(nn.Module):
    """Embeddings, encoder, norm and, if asked for, pooler.

    Args:
        config: Sizes.
        with_pooler: Have a pooler.
        use_mask_token: Have a trained embedding for masked patches.
    """

    def __init__(self, config: ViTConfig, with_pooler: bool = True, use_mask_token: bool = False) -> None:
        super().__init__()
        self.embeddings = ViTEmbeddings(config, use_mask_token)
        self.encoder = Encoder(ViTLayer(config) for _ in range(config.num_hidden_layers))
        self.layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.pooler = Pooler(config.hidden_size) if with_pooler else None

    def forward(
        self,
        pixel_values: Tensor,
        bool_masked_pos: Tensor | None = None,
        interpolate_pos_encoding: bool = False,
        collect: Collector | None = None,
    ) -> Tensor:
        """(batch, channels, height, width) → normed last hidden state (batch, patches + 1, hidden)."""
        hidden = self.embeddings(pixel_values, bool_masked_pos, interpolate_pos_encoding)
        return self.layernorm(self.encoder(hidden, None, collect or Collector()))


def init_vit_weights(module: nn.Module, std: float) -> None:
    """Draw the random weights of a new model, those of class token and positions included."""
    init_encoder_weights(module, std)
    for part in module.modules():
        if isinstance(part, ViTEmbeddings):
            nn.init.normal_(part.cls_token, std=std)
            if part.position_embeddings is not None:
                nn.init.normal_(part.position_embeddings, std=std)
