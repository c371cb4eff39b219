"""Whether a tokenizer keeps the zero-width non-joiner (ZWNJ), which tells Persian words apart, and where it is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tokenizers import Tokenizer as RustTokenizer
from tokenizers.pre_tokenizers import ByteLevel

from hezar_data.characters import ZWNJ
from hezar_registry import InputError

ZWNJ_SAMPLE = f"می{ZWNJ}روم"
_SHOWN = "[ZWNJ]"
_LOSSES = {
    "text_normalizer": "the text normalizer of its repo takes it out before",
    "normalizer": "its normalizer takes it out before the text is split",
    "pre_tokenizer": "its pre-tokenizer drops it where it splits the text",
    "model": "its vocabulary does not have it, so it becomes the unknown token or nothing",
    "decoder": "its tokens have it, and its decoder does not give it back",
}


@dataclass(frozen=True)
class ZWNJReport:
    """What becomes of the zero-width non-joiner of a text.

    Attributes:
        text: The text.
        tokens: Its tokens.
        decoded: What decoding gives back.
        kept: Whether `decoded` has every ZWNJ of the text.
        in_vocabulary: Whether a token has it; byte-level tokenizers spell it with three bytes.
        lost_in: The first stage that loses it: ``"text_normalizer"``, if there is one before it, ``"normalizer"``, ``"pre_tokenizer"``, ``"model"``, ``"decoder"``, or
            ``None``.

    Printed, it is a paragraph for a person, in which the invisible character is visible.
    """

    text: str
    tokens: tuple[str, ...]
    decoded: str
    kept: bool
    in_vocabulary: bool
    lost_in: str | None

    def __str__(self) -> str:
        lines = [
            f"text:     {_visible(self.text)}",
            f"tokens:   {_visible(' '.join(self.tokens))}",
            f"decoded:  {_visible(self.decoded)}",
            f"ZWNJ is {'in' if self.in_vocabulary else 'not in'} the vocabulary.",
        ]
        if self.lost_in is None:
            lines.append("This tokenizer keeps ZWNJ.")
        else:
            lines.append(f"This tokenizer loses ZWNJ: {_LOSSES[self.lost_in]}.")
            lines.append("To get words as they were written, cut them out of your text with offsets_mapping.")
        return "\n".join(lines)


def zwnj_report(tokenizer: RustTokenizer, text: str) -> ZWNJReport:
    """Send `text` through the pipeline and report where its ZWNJ goes.

    Raises:
        InputError: There is none in the text.
    """
    if not isinstance(text, str) or ZWNJ not in text:
        raise InputError("A report on ZWNJ needs a text that has one (U+200C).")
    encoding = tokenizer.encode(text, add_special_tokens=False)
    decoded = tokenizer.decode(encoding.ids, skip_special_tokens=True)
    # Not encoding.tokens: Unigram shows unknown pieces there as if it knew them.
    tokens = [tokenizer.id_to_token(i) or "" for i in encoding.ids]
    wanted = text.count(ZWNJ)
    kept = decoded.count(ZWNJ) >= wanted
    return ZWNJReport(
        text=text,
        tokens=tuple(tokens),
        decoded=decoded,
        kept=kept,
        in_vocabulary=_in_vocabulary(tokenizer),
        lost_in=None if kept else _lost_in(tokenizer, text, tokens),
    )


def _lost_in(tokenizer: RustTokenizer, text: str, tokens: list[str]) -> str:
    wanted = text.count(ZWNJ)
    normalized = tokenizer.normalizer.normalize_str(text) if tokenizer.normalizer else text
    if normalized.count(ZWNJ) < wanted:
        return "normalizer"
    if tokenizer.pre_tokenizer:
        spans = [span for _, span in tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]
        places = [i for i, character in enumerate(normalized) if character == ZWNJ]
        if not all(any(start <= place < end for start, end in spans) for place in places):
            return "pre_tokenizer"
    spelled = "".join(tokens)
    return "decoder" if sum(spelled.count(form) for form in _forms()) >= wanted else "model"


def _in_vocabulary(tokenizer: RustTokenizer) -> bool:
    vocabulary = tokenizer.get_vocab()
    if any(ZWNJ in token for token in vocabulary):
        return True
    return any(all(piece in vocabulary for piece in pieces) for pieces in (list(_byte_level()), _fallback()))


def _forms() -> tuple[str, str, str]:
    """Return how tokens spell ZWNJ: as itself, byte-level, and with the byte tokens of SentencePiece."""
    return ZWNJ, _byte_level(), "".join(_fallback())


def _byte_level() -> str:
    split: Callable[[str], list[tuple[str, tuple[int, int]]]] = ByteLevel(
        add_prefix_space=False, use_regex=False
    ).pre_tokenize_str
    return split(ZWNJ)[0][0]


def _fallback() -> list[str]:
    return [f"<0x{byte:02X}>" for byte in ZWNJ.encode()]


def _visible(text: str) -> str:
    return text.replace(ZWNJ, _SHOWN)
