"""Configs of RoBERTa.

Source: Liu et al. 2019, *RoBERTa: A Robustly Optimized BERT Pretraining Approach*.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hezar_config import ModelConfig
from hezar_config.ranges import Deviation, Epsilon, Layers, Share, Size, TokenId, Vocabulary
from hezar_models.tasks.label_fields import LabelFields, TextClassificationFields


@dataclass
class RoBERTaConfig(ModelConfig):
    """RoBERTa encoder; sizes and dropouts as in `BERTConfig`.

    Attributes:
        task: What the model does.
        max_position_embeddings: Rows of the position table: the longest input in tokens, and ``pad_token_id + 1`` more.
        pad_token_id: Id of the padding token; positions are counted from the one after it.
        bos_token_id: Published files hold it; the tokenizer puts the token there.
        eos_token_id: Published files hold it; the tokenizer puts the token there.
        gradient_checkpointing: Published files hold it; nothing reads it.
        use_cache: Published files hold it; an encoder has no cache.
    """

    name = "roberta"

    task: str = "language_modeling"
    attention_probs_dropout_prob: Share = 0.1
    bos_token_id: TokenId = 0
    eos_token_id: TokenId = 2
    gradient_checkpointing: bool = False
    hidden_act: str = "gelu"
    hidden_dropout_prob: Share = 0.1
    hidden_size: Size = 768
    initializer_range: Deviation = 0.02
    intermediate_size: Size = 3072
    layer_norm_eps: Epsilon = 1e-12
    max_position_embeddings: Size = 514
    num_attention_heads: Size = 12
    num_hidden_layers: Layers = 12
    pad_token_id: TokenId = 1
    position_embedding_type: str = "absolute"
    type_vocab_size: Size = 1
    use_cache: bool = True
    vocab_size: Vocabulary = 42000


@dataclass
class RobertaMaskFillingConfig(RoBERTaConfig):
    """RoBERTa with a masked-language-model head."""

    name = "roberta_mask_filling"

    task: str = "mask_filling"


@dataclass
class RobertaTextClassificationConfig(RoBERTaConfig, TextClassificationFields):
    """RoBERTa that classifies texts."""

    name = "roberta_text_classification"

    task: str = "text_classification"
    classifier_dropout: Share | None = None


@dataclass
class RobertaSequenceLabelingConfig(RoBERTaConfig, LabelFields):
    """RoBERTa that labels tokens; `prediction_skip_tokens` are left out of its predictions."""

    name = "roberta_sequence_labeling"

    task: str = "sequence_labeling"
    classifier_dropout: Share | None = None
    prediction_skip_tokens: list[str] = field(default_factory=lambda: ["<s>", "</s>", "<pad>"])
