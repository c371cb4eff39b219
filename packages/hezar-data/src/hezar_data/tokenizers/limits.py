"""Limits on what a `tokenizer.json` may make of a text.

The library obeys a file: ten replacements that each write ten letters for one make a text ten thousand million times as long, and memory
that cannot be had ends the process. So a file is looked at before it is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from tokenizers import Tokenizer as RustTokenizer

GROWTH = 1000
"""How many times as long a text may become, by all steps together."""
PIECES = 1000
"""How many pieces a template may put around and for a text."""
LENGTH = 2**24
"""To how many tokens rows may be filled up."""

Step = dict[str, Any]


def beyond_limits(tokenizer: RustTokenizer) -> str | None:
    """Return what goes beyond the limits in a pipeline that was read and not used yet; ``None`` when nothing does."""
    for name in ("normalizer", "pre_tokenizer", "decoder"):
        growth = 1.0
        for step in _steps(getattr(tokenizer, name)):
            growth *= _growth(step)
        if growth > GROWTH:
            return f"its {name} may make a text {growth:.3g} times as long; {GROWTH:,} times is the limit"
    for step in _steps(tokenizer.post_processor):
        pieces = max((len(step[form]) for form in ("single", "pair") if isinstance(step.get(form), list)), default=0)
        if pieces > PIECES:
            return f"a template of its post_processor has {pieces:,} pieces; {PIECES:,} is the limit"
    padding: Mapping[str, Any] = tokenizer.padding or {}
    length = max(padding.get("length") or 0, padding.get("pad_to_multiple_of") or 0)
    if length > LENGTH:
        return f"its padding fills rows up to {length:,} tokens; {LENGTH:,} is the limit"
    return None


def _steps(part: Any) -> Iterable[Step]:
    """Yield the steps of a part, those inside sequences one by one."""
    # The state for pickles is the JSON of this part alone: to parse the whole file again would double the time of loading.
    waiting = [] if part is None else [json.loads(part.__getstate__())]
    while waiting:
        step: Step = waiting.pop()
        yield step
        for inner in ("normalizers", "pretokenizers", "decoders", "processors"):
            waiting += step.get(inner) or []


def _replaced(step: Step) -> float:
    pattern = step.get("pattern")
    found: Any = cast("Step", pattern).get("String") if isinstance(pattern, dict) else pattern
    shortest = (
        len(found) if isinstance(found, str) and found else 1
    )  # a regular expression may match one letter, or none
    return max(_length(step, "content") / shortest, 1.0)


def _length(step: Step, key: str) -> int:
    value = step.get(key)
    return len(value) if isinstance(value, str) else 0


_GROWTHS: dict[str, Callable[[Step], float]] = {
    "Replace": _replaced,
    "Prepend": lambda step: 1.0 + _length(step, "prepend"),  # to each word, the shortest of which has one letter
    "Metaspace": lambda step: 1.0 + max(_length(step, "replacement"), _length(step, "str_rep")),
    "WordPiece": lambda step: 1.0 + _length(step, "prefix"),
    "BPEDecoder": lambda step: 1.0 + _length(step, "suffix"),
    "CTC": lambda step: 1.0 + _length(step, "word_delimiter_token"),
}


def _growth(step: Step) -> float:
    growth = _GROWTHS.get(str(step.get("type")))
    return 1.0 if growth is None else growth(step)
