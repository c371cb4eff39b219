"""Rules that change the scores of the next token: what is never chosen, what is forced, what becomes less likely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.rows import Rows

NEVER = -float("inf")


class LogitsProcessor(Protocol):
    """Changes scores (rows, vocabulary), float32, in place."""

    def __call__(self, scores: Tensor, rows: Rows) -> None: ...


def build_processors(
    config: GenerationConfig, vocab_size: int, device: torch.device, rules: Sequence[LogitsProcessor] = ()
) -> list[LogitsProcessor]:
    """Return the rules that a config asks for, in the order in which they are applied.

    Args:
        config: The options.
        vocab_size: Size of the vocabulary.
        device: Where the scores are.
        rules: Further rules, such as those of an architecture; they see what the options leave.
    """
    ends = torch.tensor(config.end_tokens, dtype=torch.int64, device=device)
    processors: list[LogitsProcessor] = []
    if config.repetition_penalty != 1:
        processors.append(RepetitionPenalty(config.repetition_penalty))
    if config.no_repeat_ngram_size:
        processors.append(NoRepeatedNgrams(config.no_repeat_ngram_size))
    if config.bad_words_ids:
        processors.append(BadWords(config.bad_words_ids, device))
    if (config.min_length or config.min_new_tokens) and len(ends):
        processors.append(LeastLength(config.min_length, config.min_new_tokens, ends))
    if config.forced_bos_token_id is not None:
        processors.append(ForcedFirst(config.forced_bos_token_id))
    if config.forced_end:
        processors.append(ForcedLast(config.forced_end))
    if config.suppress_tokens:
        processors.append(Suppressed(config.suppress_tokens, device))
    if config.begin_suppress_tokens:
        processors.append(NotFirst(config.begin_suppress_tokens, config.forced_bos_token_id is not None, device))
    processors += rules
    if config.do_sample:
        processors += _warpers(config)
    return processors


def _warpers(config: GenerationConfig) -> list[LogitsProcessor]:
    """Return what shapes the distribution that tokens are drawn from."""
    warpers: list[LogitsProcessor] = []
    if config.temperature != 1:
        warpers.append(Temperature(config.temperature))
    if config.top_k:
        warpers.append(TopK(config.top_k))
    if config.top_p is not None and config.top_p < 1:
        warpers.append(TopP(config.top_p))
    if config.min_p:
        warpers.append(MinP(config.min_p))
    if config.typical_p is not None and config.typical_p < 1:
        warpers.append(Typical(config.typical_p))
    return warpers


class RepetitionPenalty:
    """Makes tokens that the row has less likely: divides what is above 0, multiplies what is below."""

    def __init__(self, penalty: float) -> None:
        self.penalty = penalty

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        known = rows.known
        seen = scores.gather(1, known)
        scores.scatter_(1, known, torch.where(seen < 0, seen * self.penalty, seen / self.penalty))


class NoRepeatedNgrams:
    """Forbids each token that would complete n tokens that the row already has in this order."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        before = self.size - 1
        if rows.longest < self.size:
            return
        ids = rows.ids[:, : rows.longest]
        grams = ids.unfold(1, self.size, 1)  # (rows, places, size)
        places = (rows.lengths - before)[:, None] + torch.arange(before, device=ids.device)
        last = ids.gather(1, places.clamp_min(0))
        repeats = (grams[..., :before] == last[:, None]).all(-1)
        ends = torch.arange(grams.shape[1], device=ids.device) + self.size
        repeats &= ends <= rows.lengths[:, None]
        repeats &= (rows.lengths >= before)[:, None]
        found, place = repeats.nonzero(as_tuple=True)
        scores[found, grams[found, place, -1]] = NEVER


class BadWords:
    """Forbids the last token of each sequence whose other tokens the row ends with."""

    def __init__(self, words: Sequence[Sequence[int]], device: torch.device) -> None:
        single = [word[0] for word in words if len(word) == 1]
        self.single = torch.tensor(single, dtype=torch.int64, device=device)
        self.longer = [torch.tensor(list(word), device=device) for word in words if len(word) > 1]

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        scores.index_fill_(1, self.single, NEVER)
        for word in self.longer:
            before = len(word) - 1
            places = (rows.lengths - before)[:, None] + torch.arange(before, device=word.device)
            ends_so = (rows.ids.gather(1, places.clamp_min(0)) == word[:-1]).all(1) & (rows.lengths >= before)
            scores[:, word[-1]] = scores[:, word[-1]].masked_fill(ends_so, NEVER)


class LeastLength:
    """Forbids end tokens in rows that are too short."""

    def __init__(self, length: int, new: int, ends: Tensor) -> None:
        self.length, self.new, self.ends = length, new, ends

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        if rows.new < self.new:
            scores.index_fill_(1, self.ends, NEVER)
        elif self.length:
            short = (rows.lengths < self.length)[:, None]
            scores[:, self.ends] = scores[:, self.ends].masked_fill(short, NEVER)


class ForcedFirst:
    """Allows one token only, after a prompt of one token."""

    def __init__(self, token: int) -> None:
        self.token = token

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        _allow_only([self.token], rows.lengths == 1, scores)


class ForcedLast:
    """Allows some tokens only, where a row is about to reach its limit."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self.tokens = list(tokens)

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        _allow_only(self.tokens, rows.lengths + 1 == rows.limits, scores)


def _allow_only(tokens: list[int], where: Tensor, scores: Tensor) -> None:
    """Allow nothing but some tokens in the rows that are meant, all of them equally."""
    if bool(where.any()):
        allowed = torch.full_like(scores[:1], NEVER)
        allowed[:, tokens] = 0
        scores.copy_(torch.where(where[:, None], allowed, scores))


class Suppressed:
    """Forbids tokens."""

    def __init__(self, tokens: Sequence[int], device: torch.device) -> None:
        self.tokens = torch.tensor(list(tokens), dtype=torch.int64, device=device)

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        scores.index_fill_(1, self.tokens, NEVER)


class NotFirst:
    """Forbids tokens as the first new one of a row; where that one is forced, as the second."""

    def __init__(self, tokens: Sequence[int], first_is_forced: bool, device: torch.device) -> None:
        self.tokens = torch.tensor(list(tokens), dtype=torch.int64, device=device)
        self.first_is_forced = first_is_forced

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        if rows.new <= self.first_is_forced:
            forced = (rows.prompts == 1) & self.first_is_forced
            first = (forced == rows.new)[:, None]
            scores[:, self.tokens] = scores[:, self.tokens].masked_fill(first, NEVER)


class Temperature:
    """Divides all scores: below 1 the likely become likelier."""

    def __init__(self, temperature: float) -> None:
        self.temperature = temperature

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        scores.div_(self.temperature)


class TopK:
    """Leaves the k best tokens."""

    def __init__(self, k: int) -> None:
        self.k = k

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        worst = scores.topk(min(self.k, scores.shape[1])).values[:, -1:]
        scores.masked_fill_(scores < worst, NEVER)


class TopP:
    """Leaves the best tokens that together have probability p, at least one (Holtzman et al. 2019, *Nucleus Sampling*)."""

    def __init__(self, p: float) -> None:
        self.p = p

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        ordered, tokens = scores.sort(dim=1, descending=True)
        probabilities = ordered.softmax(1)
        before = probabilities.cumsum(1) - probabilities
        _leave(scores, tokens, before < self.p)


class MinP:
    """Leaves tokens that have at least a share of the probability of the best."""

    def __init__(self, share: float) -> None:
        self.share = torch.tensor(share)

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        scores.masked_fill_(scores < scores.amax(1, keepdim=True) + self.share.log().to(scores.device), NEVER)


class Typical:
    """Leaves the tokens whose information is nearest to what is expected, that together have probability p."""

    def __init__(self, p: float) -> None:
        self.p = p

    def __call__(self, scores: Tensor, rows: Rows) -> None:
        log_p = scores.log_softmax(1)
        probabilities = log_p.exp()
        entropy = -(log_p * probabilities).nansum(1, keepdim=True)
        _, tokens = (-log_p - entropy).abs().sort(dim=1)
        together = probabilities.gather(1, tokens)
        before = together.cumsum(1) - together
        _leave(scores, tokens, before < self.p)


def _leave(scores: Tensor, tokens: Tensor, kept: Tensor) -> None:
    """Forbid what is not kept; `kept` says so of `tokens`, the first of which always stays."""
    kept[:, 0] = True
    scores.masked_fill_(~torch.zeros_like(kept).scatter_(1, tokens, kept), NEVER)
