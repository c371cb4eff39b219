"""Configs of BERT.

Source: Devlin et al. 2018, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Epsilon, Layers, Share, Size, TokenId, Vocabulary
from hezar_models.tasks.label_fields import LabelFields, TextClassificationFields


@dataclass
class BERTConfig(ModelConfig):
    """BERT encoder.

    Attributes:
        task: What the model does.
        vocab_size: Number of tokens.
        hidden_size: Width of the hidden states.
        num_hidden_layers: Number of encoder layers.
        num_attention_heads: Heads per layer; divides `hidden_size`.
        intermediate_size: Width of the feed-forward layers.
        hidden_act: Activation of the feed-forward layers, see `hezar_models.layers.activations`.
        hidden_dropout_prob: Dropout of embeddings and layer outputs, in training.
        attention_probs_dropout_prob: Dropout of attention weights, in training.
        max_position_embeddings: Longest input, in tokens.
        type_vocab_size: Number of token types.
        initializer_range: Standard deviation of random weights.
        layer_norm_eps: Epsilon of the layer norms.
        pad_token_id: Id of the padding token.
        position_embedding_type: Only ``"absolute"`` exists.
        use_cache: Published files hold it; an encoder has no cache.
        classifier_dropout: Dropout in front of a classifier; default `hidden_dropout_prob`.
    """

    name = "bert"

    task: str = "backbone"
    vocab_size: Vocabulary = 42000
    hidden_size: Size = 768
    num_hidden_layers: Layers = 12
    num_attention_heads: Size = 12
    intermediate_size: Size = 3072
    hidden_act: str = "gelu"
    hidden_dropout_prob: Share = 0.1
    attention_probs_dropout_prob: Share = 0.1
    max_position_embeddings: Size = 512
    type_vocab_size: Size = 2
    initializer_range: Deviation = 0.02
    layer_norm_eps: Epsilon = 1e-12
    pad_token_id: TokenId = 0
    position_embedding_type: str = "absolute"
    use_cache: bool = True
    classifier_dropout: Share | None = None


@dataclass
class BertMaskFillingConfig(BERTConfig):
    """BERT with a masked-language-model head."""

    name = "bert_mask_filling"

    task: str = "mask_filling"


@dataclass
class BertTextClassificationConfig(BERTConfig, TextClassificationFields):
    """BERT that classifies texts."""

    name = "bert_text_classification"

    task: str = "text_classification"


@dataclass
class BertSequenceLabelingConfig(BERTConfig, LabelFields):
    """BERT that labels tokens; `prediction_skip_tokens` are left out of its predictions."""

    name = "bert_sequence_labeling"

    task: str = field(default="sequence_labeling", init=False)  # 1.0.0 does not read it from files either
    prediction_skip_tokens: list[str] = field(default_factory=lambda: ["[SEP]", "[CLS]"])
