"""WordPiece, the tokenizer of BERT.

Source: Schuster and Nakajima 2012, *Japanese and Korean Voice Search*; Devlin et al. 2018, *BERT*.
"""

from __future__ import annotations

from typing import Any

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

from hezar_data.configs.tokenizers import WordPieceConfig
from hezar_data.tokenizers.base import Tokenizer
from hezar_data.tokenizers.training import template


class WordPieceTokenizer(Tokenizer):
    """Splits words into the longest pieces that are in its vocabulary.

    A tokenizer that is trained here composes characters (NFC) and keeps the zero-width non-joiner, splits at blanks and
    punctuation, and puts ``[CLS]`` before and ``[SEP]`` after a text. A loaded one does what its ``tokenizer.json``
    says.
    """

    config_class = WordPieceConfig
    # [PAD] is 0, as every published BERT config expects.
    training_roles = ("pad", "unk", "cls", "sep", "mask", "bos", "eos")

    def build(self) -> RustTokenizer:
        prefix = self.config.wordpieces_prefix
        tokenizer = RustTokenizer(
            models.WordPiece(vocab={}, unk_token=self.config.unk_token, continuing_subword_prefix=prefix)
        )
        tokenizer.normalizer = normalizers.NFC()
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece(prefix=prefix)
        return tokenizer

    def trainer(self, special_tokens: list[str], show_progress: bool) -> Any:
        return trainers.WordPieceTrainer(
            vocab_size=self.config.vocab_size,
            min_frequency=self.config.min_frequency,
            limit_alphabet=self.config.limit_alphabet,
            initial_alphabet=self.config.initial_alphabet,
            special_tokens=special_tokens,
            continuing_subword_prefix=self.config.wordpieces_prefix,
            show_progress=show_progress,
        )

    def finish_training(self, tokenizer: RustTokenizer) -> None:
        cls, sep = self.config.cls_token, self.config.sep_token
        if cls and sep:
            template(tokenizer, [cls, "$A", sep], [cls, "$A", sep, "$B:1", f"{sep}:1"])
