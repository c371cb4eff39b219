"""Configs of CRNN; the networks come with a later version.

Source: Shi et al. 2015, *An End-to-End Trainable Neural Network for Image-based Sequence Recognition*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig
from hezar_config.ranges import Size, TokenId


@dataclass
class CRNNImage2TextConfig(ModelConfig):
    """Convolutional and recurrent text-line reader."""

    name = "crnn_image2text"

    id2label: dict[int, str] | None = None
    blank_id: TokenId = 0
    n_channels: Size = 1
    image_height: Size = 32
    image_width: Size = 128
    map2seq_in_dim: Size = 2048
    map2seq_out_dim: Size = 64
    rnn_dim: Size = 256
    reverse_prediction_text: bool | None = None
    reverse_output_digits: bool | None = None
