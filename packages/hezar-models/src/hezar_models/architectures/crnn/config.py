"""Configs of CRNN; the networks come with a later version.

Source: Shi et al. 2015, *An End-to-End Trainable Neural Network for Image-based Sequence Recognition*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig


@dataclass
class CRNNImage2TextConfig(ModelConfig):
    """Convolutional and recurrent text-line reader."""

    name = "crnn_image2text"

    id2label: dict[int, str] | None = None
    blank_id: int = 0
    n_channels: int = 1
    image_height: int = 32
    image_width: int = 128
    map2seq_in_dim: int = 2048
    map2seq_out_dim: int = 64
    rnn_dim: int = 256
    reverse_prediction_text: bool | None = None
    reverse_output_digits: bool | None = None
