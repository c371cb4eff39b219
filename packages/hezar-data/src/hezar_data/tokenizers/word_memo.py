"""Token ids of texts, word by word: running text repeats its words, so each is tokenized once and remembered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

from tokenizers import Tokenizer as RustTokenizer
from tokenizers import models

BLANK = " "

Ids = tuple[int, ...]

# What these do to a character does not depend on what lies beyond the next blank, and none takes a blank away.
_LOCAL_NORMALIZERS = {"BertNormalizer", "NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"}
# The first splitter has to split at every blank and leave it out; the others see one word at a time.
_WORD_SPLITTERS = {"BertPreTokenizer", "Whitespace", "WhitespaceSplit"}
_LOCAL_SPLITTERS = {*_WORD_SPLITTERS, "Punctuation", "Digits"}

# Twelve megabytes or so. A longer word is rare, and might be a whole file without a blank.
_MAX_WORDS = 65_536
_MAX_WORD_LENGTH = 64
# Texts whose words are looked at in one go; few enough for the words to stay in the cache of the processor.
_WINDOW = 256


@dataclass(slots=True)
class IdRow:
    """The ids of one text: what a call needs of an encoding when only ids were requested.

    Attributes:
        ids: With the special tokens around the text.
        num_before: Special tokens before the text.
        num_after: Special tokens after it.
    """

    ids: list[int]
    num_before: int
    num_after: int

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sequence_ids(self) -> list[int | None]:
        """0 for a token of the text, ``None`` for a special token around it."""
        return self._filled(special=None, token=0)

    @property
    def special_tokens_mask(self) -> list[int]:
        """0 for a token of the text, 1 for a special token around it."""
        return self._filled(special=1, token=0)

    def _filled(self, special: Any, token: int) -> list[Any]:
        num_tokens = len(self.ids) - self.num_before - self.num_after
        return [special] * self.num_before + [token] * num_tokens + [special] * self.num_after


class IdRows(Sequence[IdRow]):
    """The ids of a batch of texts. A list of their lists is all it holds: rows are made when they are looked at.

    Args:
        ids: For each text, with the special tokens around it.
        num_before: Special tokens before each text.
        num_after: Special tokens after it.
    """

    def __init__(self, ids: list[list[int]], num_before: int, num_after: int) -> None:
        self.ids = ids
        self._around = num_before, num_after

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return IdRows(self.ids[index], *self._around)
        return IdRow(self.ids[index], *self._around)


class WordMemo:
    """What the words of a pipeline become, with the special tokens it puts around a text.

    It is for pipelines in which a text becomes what its words become, one after the other; `of` says whether one is. It
    gives the same ids as the pipeline, several times as fast on running text, and may be used by several threads.

    Args:
        pipeline: Tokenizes the words that are not known yet. It must not change.
        before: Ids of the special tokens before a text.
        after: Ids of those after it.
    """

    def __init__(self, pipeline: RustTokenizer, before: list[int], after: list[int]) -> None:
        self._pipeline = pipeline
        self._before, self._after = before, after
        self._ids: dict[str, Ids] = {}

    @classmethod
    def of(cls, pipeline: RustTokenizer) -> Self | None:
        """Return a memo for a pipeline, or ``None`` when its words cannot be told apart by blanks alone."""
        if not (isinstance(pipeline.model, models.WordPiece) and _splits_at_blanks(pipeline)):
            return None
        sample = pipeline.encode("0")
        inside = pipeline.encode("0", add_special_tokens=False).ids
        num_before = next((i for i, sequence in enumerate(sample.sequence_ids) if sequence == 0), 0)
        before, after = sample.ids[:num_before], sample.ids[num_before + len(inside) :]
        return cls(pipeline, before, after) if inside and [*before, *inside, *after] == sample.ids else None

    def rows(self, texts: Sequence[str], add_special_tokens: bool) -> IdRows:
        """Return the ids of texts.

        Raises:
            Exception: The pipeline refuses a text; of any type, as the pipeline raises it.
        """
        before, after = (self._before, self._after) if add_special_tokens else ([], [])
        ids: list[list[int]] = []
        for start in range(0, len(texts), _WINDOW):
            split = [text.split(BLANK) for text in texts[start : start + _WINDOW]]
            try:
                ids += _joined(split, self._ids, before, after)
            except KeyError:  # a word that was not seen before
                ids += _joined(split, self._learn(set(chain.from_iterable(split))), before, after)
        return IdRows(ids, len(before), len(after))

    def _learn(self, words: set[str]) -> Mapping[str, Ids]:
        """Return a mapping that has the ids of all these words."""
        known = self._ids
        new = list(words.difference(known))
        encodings = self._pipeline.encode_batch_fast(new, add_special_tokens=False)
        ids = {word: tuple(encoding.ids) for word, encoding in zip(new, encodings, strict=True)}
        lasting = {word: row for word, row in ids.items() if len(word) <= _MAX_WORD_LENGTH}
        if len(lasting) == len(ids) and len(known) + len(ids) <= _MAX_WORDS:
            known.update(ids)
            return known
        here = {word: known[word] for word in words if word not in ids} | ids
        if len(known) + len(lasting) > _MAX_WORDS:
            self._ids = {}  # not cleared: another thread may be reading it
        else:
            known.update(lasting)
        return here

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the words out: what a tokenizer has seen must not change its fingerprint."""
        return type(self), (self._pipeline, self._before, self._after)


def _joined(
    texts: Iterable[list[str]], known: Mapping[str, Ids], before: list[int], after: list[int]
) -> list[list[int]]:
    """Return the ids of texts that are cut into words, all of them known."""
    look_up = known.__getitem__
    return [[*before, *chain.from_iterable(map(look_up, words)), *after] for words in texts]


def _splits_at_blanks(pipeline: RustTokenizer) -> bool:
    normalizer = pipeline.normalizer
    splitters = _stages(pipeline.pre_tokenizer)
    added = [token.content for token in pipeline.get_added_tokens_decoder().values()]
    if normalizer is not None:
        added += [normalizer.normalize_str(content) for content in added]
    return (
        _LOCAL_NORMALIZERS.issuperset(_stages(normalizer))
        and len(splitters) > 0
        and splitters[0] in _WORD_SPLITTERS
        and _LOCAL_SPLITTERS.issuperset(splitters)
        and not any(BLANK in content for content in added)
    )


def _stages(component: Any) -> list[str]:
    """Return the types of the parts of a normalizer or pre-tokenizer, in order."""
    return [] if component is None else list(_types(json.loads(component.__getstate__())))


def _types(description: dict[str, Any]) -> Iterable[str]:
    parts = description.get("normalizers") or description.get("pretokenizers")
    return [description["type"]] if parts is None else chain.from_iterable(map(_types, parts))
