"""The tokenizers of SentencePiece, which see the space as a character: BPE and Unigram.

Source: Kudo and Richardson 2018, *SentencePiece*; Kudo 2018, *Subword Regularization* (Unigram).
"""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from hezar_data.configs.tokenizers import SentencePieceBPEConfig, SentencePieceUnigramConfig
from hezar_data.tokenizers.base import Tokenizer
from hezar_data.tokenizers.bpe import bpe_model, bpe_trainer
from hezar_data.tokenizers.training import template


class SentencePieceBPETokenizer(Tokenizer):
    """BPE over characters, with `replacement` in place of the space.

    A tokenizer that is trained here composes characters (NFKC, as SentencePiece does), keeps the zero-width non-joiner,
    and adds no special tokens. The published default of `replacement` is ``"_"``, so that an underscore of a text
    comes back as a space; SentencePiece itself uses U+2581.
    """

    config_class = SentencePieceBPEConfig
    training_roles = ("bos", "pad", "eos", "unk", "mask", "sep", "cls")

    def build(self) -> RustTokenizer:
        return self._pipeline(bpe_model(self.config))

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        return bpe_trainer(self.config, special_tokens, show_progress, self.config.initial_alphabet)

    def _pipeline(self, model: models.Model) -> RustTokenizer:
        tokenizer = RustTokenizer(model)
        replacement, scheme = self.config.replacement, "always" if self.config.add_prefix_space else "never"
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=replacement, prepend_scheme=scheme)
        tokenizer.decoder = decoders.Metaspace(replacement=replacement, prepend_scheme=scheme)
        return tokenizer


class SentencePieceUnigramTokenizer(SentencePieceBPETokenizer):
    """Chooses the likeliest of all ways to split a text, with a probability for each token.

    A tokenizer that is trained here puts ``</s>`` after a text, as T5 does; else it is as
    `SentencePieceBPETokenizer`.
    """

    config_class = SentencePieceUnigramConfig
    # The ids every published T5 config expects: <pad> 0, </s> 1, <unk> 2.
    training_roles = ("pad", "eos", "unk", "bos", "mask", "sep", "cls")

    def build(self) -> RustTokenizer:
        return self._pipeline(models.Unigram())

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        return trainers.UnigramTrainer(
            vocab_size=self.config.vocab_size,
            initial_alphabet=self.config.initial_alphabet,
            special_tokens=special_tokens,
            unk_token=self.config.unk_token,
            show_progress=show_progress,
        )

    def finish_training(self, tokenizer: RustTokenizer) -> None:
        eos = self.config.eos_token
        if eos:
            template(tokenizer, ["$A", eos], ["$A", eos, "$B", eos])
