"""When each word was said, from what a decoder looks at while it writes.

Some heads of the attention to the encoder's states look at where the next token is said. The way along which tokens and
states go together best, found by dynamic time warping, gives each token its time.

Source: the alignment of openai/whisper (``timing.py``); Sakoe and Chiba 1978 for the warping.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

#: States over which weights are smoothed; an odd number.
SMOOTHED = 7
#: Where one token comes from: both, the next token at the same state, the next state at the same token.
_BOTH, _TOKEN, _STATE = 0, 1, 2
#: Begin a word that follows, and end the one before; Persian's among them, for else each comma is a word.
OPENING = frozenset("\"'“‘¿([{-«‹")
#: Languages that put no spaces between words.
WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})

Decode = Callable[[list[int]], str]


@dataclass(frozen=True)
class WordTokens:
    """A word and how many tokens it is made of."""

    text: str
    tokens: int


def token_states(weights: Tensor, prompt: int, text: int, states: int) -> np.ndarray:
    """Return the state at which each token begins.

    Args:
        weights: Cross-attention of the chosen heads, (heads, tokens, source): after softmax, of a row of prompt, text
            and, if there is room for it, end token.
        prompt: Tokens of the prompt.
        text: Tokens of the text.
        states: States that are sound; the rest is padding.

    Returns:
        int64 (text tokens + 1,): of each token of the text, and of the end.
    """
    seen = weights[..., :states].float()
    seen = seen / seen.sum(-1, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny)
    deviation, mean = torch.std_mean(seen, dim=-2, keepdim=True, correction=0)
    seen = median_filter((seen - mean) / deviation.clamp_min(torch.finfo(torch.float32).tiny), SMOOTHED)
    # What a token looks at is where the next one is said.
    matrix = seen.mean(0)[prompt - 1 : prompt + text]
    tokens, found = warping_path(-matrix.double().cpu().numpy())
    return found[np.diff(tokens, prepend=-1) > 0]


def median_filter(values: Tensor, width: int) -> Tensor:
    """Return the median of each value and its neighbours on the last axis; both ends are reflected.

    Args:
        values: (…, length); shorter ones than half the width stay as they are.
        width: Values of which the median is taken, an odd number.
    """
    half = width // 2
    if values.shape[-1] <= half or width < 2:
        return values
    padded = F.pad(values.flatten(0, -2)[None], (half, half), mode="reflect")[0]
    return padded.unfold(-1, width, 1).median(-1).values.view_as(values)


def warping_path(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the cheapest way from the first to the last corner of a matrix.

    Args:
        cost: float64 (tokens, states).

    Returns:
        The rows and the columns of the way, two int64 arrays of one length; neither ever goes back.
    """
    tokens, states = cost.shape
    came_from = _came_from(cost)
    token, state = tokens - 1, states - 1
    way = [(token, state)]
    while token or state:
        step = _STATE if not token else _TOKEN if not state else came_from[token, state]
        token -= step != _STATE
        state -= step != _TOKEN
        way.append((token, state))
    rows, columns = np.array(way[::-1], dtype=np.int64).T
    return rows, columns


def _came_from(cost: np.ndarray) -> np.ndarray:
    """Return the step before each place; computed by anti-diagonals, whose places do not depend on each other."""
    tokens, states = cost.shape
    came_from = np.zeros((tokens, states), dtype=np.uint8)
    # By token, with one more in front that nothing comes from.
    before, before_that = np.full(tokens + 1, np.inf), np.full(tokens + 1, np.inf)
    flat_cost, flat_from = cost.reshape(-1), came_from.reshape(-1)
    for diagonal in range(tokens + states - 1):
        first, last = max(0, diagonal - states + 1), min(tokens - 1, diagonal)
        both, token, state = before_that[first : last + 1], before[first : last + 1], before[first + 1 : last + 2]
        steps = np.where(
            (both < token) & (both < state), _BOTH, np.where((token < both) & (token < state), _TOKEN, _STATE)
        )
        least = np.choose(steps, (both, token, state))
        if diagonal == 0:
            least = np.zeros(1)
        # The places of an anti-diagonal are a row less one apart.
        places = slice(first * states + diagonal - first, last * states + diagonal - last + 1, max(states - 1, 1))
        now = np.full(tokens + 1, np.inf)
        now[first + 1 : last + 2] = least + flat_cost[places]
        flat_from[places] = steps
        before_that, before = before, now
    return came_from


def split_words(ids: Sequence[int], decode: Decode, language: str | None = None) -> list[WordTokens]:
    """Cut tokens into words, with the spaces before them and the punctuation around them; together they are the text.

    Args:
        ids: Tokens of text.
        decode: From tokens to text.
        language: Code of the language: some have no spaces.
    """
    words: list[WordTokens] = []
    for text, tokens in _characters(ids, decode):
        begins = not words or text[:1].isspace() or language in WITHOUT_SPACES
        if begins:
            words.append(WordTokens(text, tokens))
        else:
            words[-1] = _together(words[-1], WordTokens(text, tokens))
    return _with_punctuation(words)


def _characters(ids: Sequence[int], decode: Decode) -> list[tuple[str, int]]:
    """Return the shortest runs of tokens that are whole characters."""
    runs: list[tuple[str, int]] = []
    whole = decode(list(ids))
    given = start = 0
    for end in range(1, len(ids) + 1):
        text = decode(list(ids[start:end]))
        is_last = end == len(ids)
        # A replacement character is half a character, unless the text really has one there.
        if (text and ("\ufffd" not in text or whole.startswith(text, given))) or is_last:
            runs.append((whole[given:] if is_last else text, end - start))
            given, start = given + len(text), end
    return runs


def _with_punctuation(words: Sequence[WordTokens]) -> list[WordTokens]:
    """Join what is no word to the word that it belongs to."""
    merged: list[WordTokens] = []
    waiting: WordTokens | None = None  # for the word that follows
    for word in words:
        stripped = word.text.strip()
        is_word = any(character.isalnum() for character in stripped)
        if is_word or not merged:
            joins_next = not is_word
        else:
            joins_next = set(stripped) <= OPENING and word.text[:1].isspace() and stripped != "-"
        if waiting is not None:
            word, waiting = _together(waiting, word), None  # noqa: PLW2901 - the same word, with what belongs to it
        if joins_next:
            waiting = word
        elif is_word or not merged:
            merged.append(word)
        else:
            merged[-1] = _together(merged[-1], word)
    if waiting is not None:
        if merged:
            merged[-1] = _together(merged[-1], waiting)
        else:
            merged.append(waiting)
    return merged


def _together(one: WordTokens, other: WordTokens) -> WordTokens:
    return WordTokens(one.text + other.text, one.tokens + other.tokens)
