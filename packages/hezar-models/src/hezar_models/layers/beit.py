"""The encoder of BEiT: ViT's, with scaled branches and, if asked for, relative positions.

Submodules carry the published weight names, so that the state dict is the file.

Source: Bao et al. 2021, *BEiT: BERT Pre-Training of Image Transformers*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.layers.bert import Intermediate
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.encoder import Encoder, SelfAttention, walk
from hezar_models.layers.vit import Projection, VisionConfig, ViTEmbeddings, init_vit_weights


class BeitConfig(VisionConfig, Protocol):
    """The config fields the encoder reads."""

    initializer_range: float
    use_mask_token: bool
    use_absolute_position_embeddings: bool
    use_relative_position_bias: bool
    use_shared_relative_position_bias: bool
    use_mean_pooling: bool
    layer_scale_init_value: float
    drop_path_rate: float


class RelativePositionBias(nn.Module):
    """What the distance of two patches adds to the scores of attention, for each head.

    Args:
        config: Sizes.
    """

    def __init__(self, config: BeitConfig) -> None:
        super().__init__()
        self.grid = config.image_size // config.patch_size
        # One row per distance, and three: from the class token to a patch, the other way, and to itself.
        rows = (2 * self.grid - 1) ** 2 + 3
        self.relative_position_bias_table = nn.Parameter(torch.zeros(rows, config.num_attention_heads))

    def forward(self) -> Tensor:
        """Return the bias (1, heads, patches + 1, patches + 1)."""
        table = self.relative_position_bias_table
        return table[relative_places(self.grid).to(table.device)].permute(2, 0, 1)[None]


def relative_places(grid: int) -> Tensor:
    """Return where the table has the distance of each pair, int64 (patches + 1, patches + 1): queries, keys.

    Args:
        grid: Patches in a row of a square image. The class token comes first.

    Example:
        >>> relative_places(1)
        tensor([[3, 1],
                [2, 0]])
    """
    places = torch.arange(grid**2)
    row, column = places // grid, places % grid
    down = row[:, None] - row + grid - 1
    right = column[:, None] - column + grid - 1
    width = 2 * grid - 1
    among = F.pad(down * width + right, (1, 0, 1, 0))
    among[0, :], among[:, 0], among[0, 0] = width**2, width**2 + 1, width**2 + 2
    return among


class BeitSelfAttention(SelfAttention):
    """Self-attention without a bias of keys, and with relative positions of its own if asked for."""

    def __init__(self, config: BeitConfig) -> None:
        super().__init__(
            config.hidden_size,
            config.num_attention_heads,
            config.attention_probs_dropout_prob,
            bias=(True, False, True),
        )
        self.relative_position_bias = RelativePositionBias(config) if config.use_relative_position_bias else None

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        if self.relative_position_bias is not None:
            own = self.relative_position_bias()
            context = replace(context, bias=own if context.bias is None else own + context.bias)
        return super().forward(hidden, context, index)


class BeitAttention(nn.Module):
    """Self-attention with its output projection."""

    def __init__(self, config: BeitConfig) -> None:
        super().__init__()
        self.attention = BeitSelfAttention(config)
        self.output = Projection(config.hidden_size, config.hidden_size, config.hidden_dropout_prob)

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        return self.output(self.attention(hidden, context, index))


class DropPath(nn.Module):
    """Leaves a branch out for some of the inputs, in training (Huang et al. 2016, *Stochastic Depth*).

    Args:
        rate: Probability of leaving it out.
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, branch: Tensor) -> Tensor:
        """(batch, length, hidden) → the same; what stays is scaled up, so that its mean is the same."""
        if not self.training or not self.rate:
            return branch
        kept = torch.rand(len(branch), 1, 1, device=branch.device) >= self.rate
        return branch * kept / (1 - self.rate)


class BeitLayer(nn.Module):
    """Self-attention, then feed-forward, each of the norm of its input, scaled, with a residual connection.

    Args:
        config: Sizes.
        drop_path: Probability of leaving a branch out, in training.
    """

    def __init__(self, config: BeitConfig, drop_path: float) -> None:
        super().__init__()
        self.attention = BeitAttention(config)
        self.intermediate = Intermediate(config.hidden_size, config.intermediate_size, config.hidden_act)
        self.output = Projection(config.intermediate_size, config.hidden_size, config.hidden_dropout_prob)
        self.layernorm_before = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.layernorm_after = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.drop_path = DropPath(drop_path)
        scale = config.layer_scale_init_value
        self.lambda_1 = nn.Parameter(torch.full((config.hidden_size,), scale)) if scale > 0 else None
        self.lambda_2 = nn.Parameter(torch.full((config.hidden_size,), scale)) if scale > 0 else None

    def forward(self, hidden: Tensor, context: AttentionContext, index: int) -> Tensor:
        """(batch, length, hidden) → the same."""
        attended = self.attention(self.layernorm_before(hidden), context, index)
        hidden = hidden + self.drop_path(_scaled(attended, self.lambda_1))
        widened = self.output(self.intermediate(self.layernorm_after(hidden)))
        return hidden + self.drop_path(_scaled(widened, self.lambda_2))


def _scaled(branch: Tensor, scale: Tensor | None) -> Tensor:
    return branch if scale is None else branch * scale


class BeitEncoder(Encoder):
    """The layers, and relative positions that all of them share, if asked for."""

    def __init__(self, config: BeitConfig) -> None:
        # The deeper a layer, the more often it is left out.
        last = max(config.num_hidden_layers - 1, 1)
        rates = [config.drop_path_rate * i / last for i in range(config.num_hidden_layers)]
        super().__init__(BeitLayer(config, rate) for rate in rates)
        self.relative_position_bias = RelativePositionBias(config) if config.use_shared_relative_position_bias else None

    def forward(self, hidden: Tensor, attention_mask: Tensor | None, collect: Collector) -> Tensor:
        """(batch, patches + 1, hidden) → the same."""
        bias = None if self.relative_position_bias is None else self.relative_position_bias()
        return walk(self.layer, hidden, attention_mask, collect, bias)


class MeanPooler(nn.Module):
    """The norm of the mean of all patches; published files hold it, and what reads single patches does without."""

    def __init__(self, config: BeitConfig) -> None:
        super().__init__()
        self.layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, hidden: Tensor) -> Tensor:
        """(batch, patches + 1, hidden) → (batch, hidden)."""
        return self.layernorm(hidden[:, 1:].mean(1))


class BeitBackbone(nn.Module):
    """Embeddings and encoder; a pooler where patches are averaged, else a last norm."""

    def __init__(self, config: BeitConfig) -> None:
        super().__init__()
        self.embeddings = ViTEmbeddings(config, config.use_mask_token, config.use_absolute_position_embeddings)
        self.encoder = BeitEncoder(config)
        norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.layernorm = None if config.use_mean_pooling else norm
        self.pooler = MeanPooler(config) if config.use_mean_pooling else None
        init_vit_weights(self, config.initializer_range)

    def forward(self, pixel_values: Tensor, collect: Collector | None = None) -> Tensor:
        """(batch, channels, height, width) → last hidden state (batch, patches + 1, hidden)."""
        hidden = self.embeddings(pixel_values, None, interpolate=False)
        hidden = self.encoder(hidden, None, collect or Collector())
        return hidden if self.layernorm is None else self.layernorm(hidden)
