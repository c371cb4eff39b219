"""Configs of Whisper.

Source: Radford et al. 2022, *Robust Speech Recognition via Large-Scale Weak Supervision*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_config import ConfigSection, ModelConfig
from hezar_config.ranges import Count, Deviation, Layers, Share, Size, TokenId, Vocabulary


@dataclass
class WhisperSpeechRecognitionGenerationConfig(ConfigSection):
    """How Whisper decodes."""

    alignment_heads: list[list[int]] | None = None
    begin_suppress_tokens: list[TokenId] = field(default_factory=lambda: [220, 50256])
    bos_token_id: TokenId = 50257
    decoder_start_token_id: TokenId = 50258
    eos_token_id: TokenId = 50257
    task: str | None = "transcribe"
    is_multilingual: bool = True
    language: str | None = None
    lang_to_id: dict[str, int] | None = None
    max_initial_timestamp_index: Count = 50
    max_length: Count = 448
    max_new_tokens: Count | None = None
    no_timestamps_token_id: TokenId = 50363
    pad_token_id: TokenId = 50257
    prev_sot_token_id: TokenId = 50361
    return_timestamps: bool | int = False
    suppress_tokens: list[TokenId] | None = None
    task_to_id: dict[str, int] = field(default_factory=lambda: {"transcribe": 50359, "translate": 50358})


@dataclass
class WhisperSpeechRecognitionConfig(ModelConfig):
    """Whisper that transcribes speech."""

    name = "whisper_speech_recognition"

    vocab_size: Vocabulary = 51865
    num_mel_bins: Size = 80
    encoder_layers: Layers = 6
    encoder_attention_heads: Size = 4
    decoder_layers: Layers = 6
    decoder_attention_heads: Size = 4
    num_hidden_layers: Layers = 12
    decoder_ffn_dim: Size = 1536
    encoder_ffn_dim: Size = 1536
    encoder_layerdrop: Share = 0.0
    decoder_layerdrop: Share = 0.0
    decoder_start_token_id: TokenId = 50257
    use_cache: bool = False
    sampling_rate: Size = 16000
    is_encoder_decoder: bool = True
    activation_function: str = "gelu"
    d_model: Size = 256
    dropout: Share = 0.0
    torch_dtype: str = "float32"
    attention_dropout: Share = 0.0
    activation_dropout: Share = 0.0
    init_std: Deviation = 0.02
    scale_embedding: bool = False
    max_source_positions: Size = 1500
    max_target_positions: Size = 448
    pad_token_id: TokenId = 50256
    bos_token_id: TokenId = 50257
    eos_token_id: TokenId = 50256
    suppress_tokens: list[TokenId] | None = None
    begin_suppress_tokens: list[TokenId] = field(default_factory=lambda: [220, 50256])
    use_weighted_layer_sum: bool = False
    classifier_proj_size: Size = 256
    apply_spec_augment: bool = False
    mask_time_prob: Share = 0.05
    mask_time_length: Count = 10
    mask_time_min_masks: Count = 2
    mask_feature_prob: Share = 0.0
    mask_feature_length: Count = 10
    mask_feature_min_masks: Count = 0
    generation_config: WhisperSpeechRecognitionGenerationConfig | None = field(
        default_factory=WhisperSpeechRecognitionGenerationConfig
    )
