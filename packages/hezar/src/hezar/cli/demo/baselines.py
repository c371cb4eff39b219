"""What a model has to beat: one class for all, and a bag of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, normalize

from hezar.cli.demo.data import LABELS, Example

_WORD = re.compile(r"[\w\u200c]+|[!؟]")  # a half-space is inside a word
_PENALTIES = (3e-6, 1e-5, 3e-5, 1e-4)  # on large weights; the best on held-out sentences is taken


def majority_accuracy(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Return the accuracy of always answering the commonest label of the training sentences."""
    commonest = Counter(example.label for example in train).most_common(1)[0][0]
    return sum(example.label == commonest for example in test) / len(test)


def bag_of_words_accuracy(train: Sequence[Example], test: Sequence[Example], held_out: Sequence[Example]) -> float:
    """Return the test accuracy of a logistic regression on words and pairs of neighbouring words (tf-idf).

    Its one setting, the penalty, is chosen on the held-out sentences; then it learns from them too.
    """
    best = max(_PENALTIES, key=lambda penalty: _accuracy(train, held_out, penalty))
    return _accuracy([*train, *held_out], test, best)


def _accuracy(train: Sequence[Example], test: Sequence[Example], penalty: float) -> float:
    train_terms, test_terms = ([_terms(example.text) for example in part] for part in (train, test))
    frequency = Counter(term for terms in train_terms for term in terms)
    ids = {term: number for number, term in enumerate(frequency)}
    rarity = (len(train) / torch.tensor([float(frequency[term]) for term in ids])).log()
    weights, bias = _fit(_Bags(train_terms, ids, rarity), _targets(train), penalty)
    return ((_Bags(test_terms, ids, rarity).scores(weights) + bias > 0) == _targets(test).bool()).float().mean().item()


class _Bags:
    """Texts as vectors of length one over all known terms; only what is not zero is kept."""

    def __init__(self, texts: Sequence[list[str]], ids: dict[str, int], rarity: Tensor) -> None:
        known = [[ids[term] for term in terms if term in ids] for terms in texts]
        self.shape = len(texts), len(ids)
        self.terms = torch.tensor([number for numbers in known for number in numbers], dtype=torch.long)
        self.texts = torch.tensor([text for text, numbers in enumerate(known) for _ in numbers], dtype=torch.long)
        self.values = torch.cat([normalize(rarity[numbers], dim=0) for numbers in known])

    def scores(self, weights: Tensor) -> Tensor:
        """Weights of the terms (terms,) → their sum in each text (texts,)."""
        return torch.zeros(self.shape[0]).index_add_(0, self.texts, self.values * weights[self.terms])

    def shares(self, errors: Tensor) -> Tensor:
        """Errors of the texts (texts,) → what each term has to do with them (terms,)."""
        return torch.zeros(self.shape[1]).index_add_(0, self.terms, self.values * errors[self.texts])


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text)
    return list(dict.fromkeys([*words, *(f"{first} {second}" for first, second in pairwise(words))]))


def _targets(examples: Sequence[Example]) -> Tensor:
    return torch.tensor([float(LABELS.index(example.label)) for example in examples])


def _fit(bags: _Bags, targets: Tensor, penalty: float) -> tuple[Tensor, Tensor]:
    """Return the weights of the terms, and the bias, that minimise the loss and the penalty on large weights."""
    weights, bias = torch.zeros(bags.shape[1]), torch.zeros(())
    optimizer = torch.optim.LBFGS([weights, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        scores = bags.scores(weights) + bias
        # By hand: going back through the sparse sums is what torch is slow at.
        errors = (scores.sigmoid() - targets) / len(targets)
        weights.grad, bias.grad = bags.shares(errors) + 2 * penalty * weights, errors.sum()
        return binary_cross_entropy_with_logits(scores, targets) + penalty * weights.square().sum()

    optimizer.step(loss)  # pyright: ignore[reportUnknownMemberType] - torch's own annotations
    return weights, bias
