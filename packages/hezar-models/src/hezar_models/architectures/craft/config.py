"""Configs of CRAFT; the networks come with a later version.

Source: Baek et al. 2019, *Character Region Awareness for Text Detection*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig


@dataclass
class CraftTextDetectionConfig(ModelConfig):
    """Detector of text boxes."""

    name = "craft_text_detection"

    text_threshold: float = 0.7
    link_threshold: float = 0.4
    low_text: float = 0.4
    poly: bool = False
