"""What a model has to beat: one class for all, and a bag of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from hezar.cli.demo.data import LABELS, Example

_WORD = re.compile(r"[\w\u200c]+|[!؟]")  # a half-space is inside a word
_STRENGTHS = (3e-5, 1e-4, 3e-4, 1e-3)  # of the penalty on large weights; the best on held-out sentences is taken


def majority_accuracy(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Return the accuracy of always answering the commonest label of the training sentences."""
    commonest = Counter(example.label for example in train).most_common(1)[0][0]
    return sum(example.label == commonest for example in test) / len(test)


def bag_of_words_accuracy(train: Sequence[Example], test: Sequence[Example]) -> float:
    """Return the test accuracy of a logistic regression on words and pairs of neighbouring words (tf-idf).

    Its one setting, the penalty, is chosen on a fifth of the training sentences; then it learns from all of them.
    """
    held_out = [example for number, example in enumerate(train) if number % 5 == 0]
    rest = [example for number, example in enumerate(train) if number % 5]
    best = max(_STRENGTHS, key=lambda strength: _accuracy(rest, held_out, strength))
    return _accuracy(train, test, best)


def _accuracy(train: Sequence[Example], test: Sequence[Example], strength: float) -> float:
    train_terms, test_terms = ([_terms(example.text) for example in part] for part in (train, test))
    frequency = Counter(term for terms in train_terms for term in terms)
    ids = {term: number for number, term in enumerate(frequency)}
    rarity = (len(train) / torch.tensor([float(frequency[term]) for term in ids])).log()
    features, unseen = (_vectors(part, ids, rarity) for part in (train_terms, test_terms))
    # There are many more terms than texts, and the best weights are a sum of texts: it is the sum that is learnt.
    shares, bias = _fit(features @ features.T, _targets(train), strength)
    return ((unseen @ (features.T @ shares) + bias > 0) == _targets(test).bool()).float().mean().item()


def _terms(text: str) -> list[str]:
    words = _WORD.findall(text)
    return list(dict.fromkeys([*words, *(f"{first} {second}" for first, second in pairwise(words))]))


def _vectors(texts: Sequence[list[str]], ids: dict[str, int], rarity: Tensor) -> Tensor:
    vectors = torch.zeros(len(texts), len(ids))
    for row, terms in enumerate(texts):
        columns = [ids[term] for term in terms if term in ids]
        vectors[row, columns] = rarity[columns]
    return torch.nn.functional.normalize(vectors)


def _targets(examples: Sequence[Example]) -> Tensor:
    return torch.tensor([float(LABELS.index(example.label)) for example in examples])


def _fit(similarities: Tensor, targets: Tensor, strength: float) -> tuple[Tensor, Tensor]:
    """Return the share of each text in the weights, and the bias, that minimise loss and size of the weights."""
    shares = torch.zeros(len(targets), requires_grad=True)
    bias = torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([shares, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = similarities @ shares
        size = shares @ scores  # the squared length of the weights
        value = binary_cross_entropy_with_logits(scores + bias, targets) + strength * size
        value.backward()  # pyright: ignore[reportUnknownMemberType] - torch's own annotations
        return value

    optimizer.step(loss)  # pyright: ignore[reportUnknownMemberType] - torch's own annotations
    return shares.detach(), bias.detach()
