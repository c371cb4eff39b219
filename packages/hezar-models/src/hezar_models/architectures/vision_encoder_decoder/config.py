"""Configs of image-to-text models made of a vision encoder and a text decoder.

``encoder``, ``decoder`` and ``generation`` are plain mappings, because published files hold keys of many origins in
them and name classes (``vit_gpt2_encoder``) that are in no registry.

Source: Li et al. 2021, *TrOCR: Transformer-based Optical Character Recognition with Pre-trained Models*.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hezar_config import ModelConfig
from hezar_models.architectures.gpt2.config import GPT2TextGenerationConfig
from hezar_models.architectures.roberta.config import RoBERTaConfig
from hezar_models.architectures.vit.config import ViTConfig


def _vit_encoder(name: str = "") -> dict[str, Any]:
    return ViTConfig().to_dict() | {"name": name}


def _roberta_decoder(pad_token_id: int = 1, name: str = "") -> dict[str, Any]:
    values = RoBERTaConfig(pad_token_id=pad_token_id).to_dict() | {"name": name}
    del values["task"]
    return values | {"is_decoder": True, "add_cross_attention": True, "classifier_dropout": None}


def _gpt2_decoder() -> dict[str, Any]:
    values = GPT2TextGenerationConfig(add_cross_attention=True).to_dict() | {"name": "vit_gpt2_decoder"}
    del values["generation"]
    return values


def _generation(pad_token_id: int = 1, **limits: Any) -> dict[str, Any]:
    return {
        "bos_token_id": 0,
        "decoder_start_token_id": 0,
        "early_stopping": True,
        "eos_token_id": 2,
        "length_penalty": 2.0,
        **limits,
        "no_repeat_ngram_size": 3,
        "num_beams": 4,
        "pad_token_id": pad_token_id,
    }


@dataclass
class _VisionEncoderDecoderConfig(ModelConfig):
    """What the configs have in common."""

    def complete(self) -> None:
        """Write into both parts the defaults of what they leave out: Hezar 1.0.0 would have others for a file."""
        defaults = type(self)().to_dict()
        for part in ("encoder", "decoder"):
            given = getattr(self, part)
            setattr(self, part, {key: value for key, value in defaults[part].items() if key not in given} | given)


@dataclass
class TrOCRImage2TextConfig(_VisionEncoderDecoderConfig):
    """ViT encoder and RoBERTa decoder that read a line of text."""

    name = "trocr_image2text"

    encoder: dict[str, Any] = field(default_factory=_vit_encoder)
    decoder: dict[str, Any] = field(default_factory=_roberta_decoder)
    generation: dict[str, Any] = field(default_factory=lambda: _generation(max_length=64))


@dataclass
class ViTRobertaImage2TextConfig(_VisionEncoderDecoderConfig):
    """ViT encoder and RoBERTa decoder that describe an image."""

    name = "vit_roberta_image2text"

    encoder: dict[str, Any] = field(default_factory=_vit_encoder)
    decoder: dict[str, Any] = field(default_factory=lambda: _roberta_decoder(pad_token_id=2))
    generation: dict[str, Any] = field(
        default_factory=lambda: _generation(pad_token_id=2, max_length=64, return_dict_in_generate=False)
    )


@dataclass
class ViTGPT2Image2TextConfig(_VisionEncoderDecoderConfig):
    """ViT encoder and GPT-2 decoder that describe an image."""

    name = "vit_gpt2_image2text"

    encoder: dict[str, Any] = field(default_factory=lambda: _vit_encoder("vit_gpt2_encoder"))
    decoder: dict[str, Any] = field(default_factory=_gpt2_decoder)
    generation: dict[str, Any] = field(
        default_factory=lambda: {"name": "", "config_type": "model", **_generation(max_new_tokens=24)}
    )


@dataclass
class BeitRobertaImage2TextConfig(_VisionEncoderDecoderConfig):
    """BEiT encoder and RoBERTa decoder that describe an image."""

    name = "beit_roberta_image2text"

    encoder: dict[str, Any] = field(default_factory=lambda: {"name": "beit_roberta_encoder", "config_type": "model"})
    decoder: dict[str, Any] = field(default_factory=lambda: _roberta_decoder(name="beit_roberta_decoder"))
    generation: dict[str, Any] = field(default_factory=lambda: _generation(max_length=64))
