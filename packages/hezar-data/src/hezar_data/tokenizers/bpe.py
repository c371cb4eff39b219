"""Byte-level BPE, the tokenizer of GPT-2 and RoBERTa.

Source: Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*; Sennrich, Haddow and Birch 2016,
*Neural Machine Translation of Rare Words with Subword Units*.
"""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import decoders, models, pre_tokenizers, trainers

from hezar_data.configs.tokenizers import BPEConfig
from hezar_data.tokenizers.base import Tokenizer
from hezar_data.tokenizers.training import template


class BPETokenizer(Tokenizer):
    """Merges bytes into tokens, so that every text has tokens and comes back as it was, ZWNJ included.

    A tokenizer that is trained here puts ``<s>`` before and ``</s>`` after a text, as RoBERTa wants it; without a
    `bos_token` or `eos_token` in the config it adds nothing, as GPT-2 wants it. A loaded one does what its
    ``tokenizer.json`` says.
    """

    config_class = BPEConfig
    # The ids every published RoBERTa config expects: <s> 0, <pad> 1, </s> 2.
    training_roles = ("bos", "pad", "eos", "unk", "mask", "sep", "cls")

    def build(self) -> RustTokenizer:
        tokenizer = RustTokenizer(bpe_model(self.config))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        return bpe_trainer(self.config, special_tokens, show_progress, pre_tokenizers.ByteLevel.alphabet())

    def finish_training(self, tokenizer: RustTokenizer) -> None:
        bos, eos = self.config.bos_token, self.config.eos_token
        if bos and eos:
            template(tokenizer, [bos, "$A", eos], [bos, "$A", eos, eos, "$B", eos])


def bpe_model(config: Any) -> models.BPE:
    """Return the empty BPE model that a config of the BPE family describes."""
    return models.BPE(
        dropout=config.dropout,
        unk_token=config.unk_token,
        continuing_subword_prefix=config.continuing_subword_prefix,
        end_of_word_suffix=config.end_of_word_suffix,
        fuse_unk=config.fuse_unk,
    )


def bpe_trainer(config: Any, special_tokens: list[str], show_progress: bool, alphabet: list[str]) -> Any:
    """Return the trainer of `bpe_model`; `alphabet` is kept also where the texts do not have it."""
    return trainers.BpeTrainer(
        vocab_size=config.vocab_size,
        min_frequency=config.min_frequency,
        limit_alphabet=config.limit_alphabet,
        initial_alphabet=alphabet,
        special_tokens=special_tokens,
        continuing_subword_prefix=config.continuing_subword_prefix,
        end_of_word_suffix=config.end_of_word_suffix,
        show_progress=show_progress,
    )
