"""Configs of CRAFT; the networks come with a later version.

Source: Baek et al. 2019, *Character Region Awareness for Text Detection*.
"""

from __future__ import annotations

from dataclasses import dataclass

from hezar_config import ModelConfig
from hezar_config.ranges import Share


@dataclass
class CraftTextDetectionConfig(ModelConfig):
    """Detector of text boxes."""

    name = "craft_text_detection"

    text_threshold: Share = 0.7
    link_threshold: Share = 0.4
    low_text: Share = 0.4
    poly: bool = False
