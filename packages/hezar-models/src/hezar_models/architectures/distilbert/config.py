"""Configs of DistilBERT.

Source: Sanh et al. 2019, *DistilBERT, a distilled version of BERT*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Layers, Share, Size, TokenId, Vocabulary
from hezar_models.tasks.label_fields import LabelFields, TextClassificationFields


@dataclass
class DistilBERTConfig(ModelConfig):
    """DistilBERT encoder.

    Attributes:
        task: What the model does.
        activation: Activation of the feed-forward layers, see `hezar_models.layers.activations`.
        attention_dropout: Dropout of attention weights, in training.
        dim: Width of the hidden states.
        dropout: Dropout of embeddings and layer outputs, in training.
        hidden_dim: Width of the feed-forward layers.
        initializer_range: Standard deviation of random weights.
        max_position_embeddings: Longest input, in tokens.
        n_heads: Heads per layer; divides `dim`.
        n_layers: Number of encoder layers.
        output_past: Published files hold it; nothing reads it.
        pad_token_id: Id of the padding token.
        qa_dropout: Published files hold it; nothing reads it.
        tie_weights_: Published files hold it; the mask-filling head is always tied.
        vocab_size: Number of tokens.
    """

    name = "distilbert"

    task: str = "language_modeling"
    activation: str = "gelu"
    attention_dropout: Share = 0.1
    dim: Size = 768
    dropout: Share = 0.1
    hidden_dim: Size = 3072
    initializer_range: Deviation = 0.02
    max_position_embeddings: Size = 512
    n_heads: Size = 12
    n_layers: Layers = 6
    output_past: bool = True
    pad_token_id: TokenId = 0
    qa_dropout: Share = 0.1
    tie_weights_: bool = True
    vocab_size: Vocabulary = 42000


@dataclass
class DistilBertMaskFillingConfig(DistilBERTConfig):
    """DistilBERT with a masked-language-model head."""

    name = "distilbert_mask_filling"

    task: str = "mask_filling"


@dataclass
class DistilBertTextClassificationConfig(DistilBERTConfig, TextClassificationFields):
    """DistilBERT that classifies texts."""

    name = "distilbert_text_classification"

    task: str = "text_classification"
    seq_classif_dropout: Share = 0.2


@dataclass
class DistilBertSequenceLabelingConfig(DistilBERTConfig, LabelFields):
    """DistilBERT that labels tokens; `prediction_skip_tokens` are left out of its predictions."""

    name = "distilbert_sequence_labeling"

    task: str = field(default="sequence_labeling", init=False)  # 1.0.0 does not read it from files either
    hidden_dropout_prob: Share = 0.1
    use_cache: bool = True
    classifier_dropout: Share | None = None
    prediction_skip_tokens: list[str] = field(default_factory=lambda: ["[SEP]", "[CLS]"])
