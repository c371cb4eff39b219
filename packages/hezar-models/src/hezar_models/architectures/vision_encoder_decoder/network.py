"""The network of image-to-text models: a vision encoder, and a decoder of text that looks at its states."""

from __future__ import annotations

from torch import Tensor, nn

from hezar_models.layers.beit import BeitBackbone
from hezar_models.layers.cache import CrossMemory
from hezar_models.layers.context import Collector
from hezar_models.layers.decoder import TextDecoder
from hezar_models.layers.linear import Linear
from hezar_models.layers.vit import ViTBackbone


class VisionEncoderDecoder(nn.Module):
    """Encoder and decoder, and a projection between them where their sizes differ.

    Args:
        encoder: Reads pixel values.
        decoder: Writes tokens.
    """

    def __init__(self, encoder: ViTBackbone | BeitBackbone, decoder: TextDecoder) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        size = encoder.embeddings.cls_token.shape[-1]
        self.enc_to_dec_proj = Linear(size, decoder.hidden_size) if size != decoder.hidden_size else None

    @property
    def patch_size(self) -> int:
        """Pixels on a side of a patch."""
        return self.encoder.embeddings.patch_size

    def encode(self, pixel_values: Tensor, collect: Collector | None = None) -> Tensor:
        """(batch, channels, height, width) → states (batch, patches + 1, hidden)."""
        return self.encoder(pixel_values, collect=collect)

    def memory_of(self, states: Tensor) -> CrossMemory:
        """Project the states of the encoder for all layers of the decoder."""
        return self.decoder.memory_of(states if self.enc_to_dec_proj is None else self.enc_to_dec_proj(states))
