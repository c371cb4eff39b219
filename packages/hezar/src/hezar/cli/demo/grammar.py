"""A small grammar that makes many labelled texts of few: what is joined, contrasted and denied, and what then holds.

==========  ============================================  =======================================
rule        makes                                         label
==========  ============================================  =======================================
clause      one clause                                    its own
joined      two to four texts of one label                theirs
contrast    "A, but B" or "although A, B"                 that of B; A has the other one
denial      "not at all A", "neither A nor B"             the other one of the words A and B
assertion   "very A", "A and B"                           theirs
==========  ============================================  =======================================
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from hezar.cli.demo.data import LABELS, Example

END_MARKS = ".!؟…"
BUT = ("ولی", "اما", "با این حال", "منتها", "لیکن")
ALTHOUGH = ("هرچند", "با اینکه", "درسته که", "درست است که", "با وجود اینکه")
DENIALS = ("اصلاً {0} نیست", "اصلاً {0} نبود", "{0} نیست", "{0} نبود", "نه {0} است نه {1}", "نه {0} بود و نه {1}")
ASSERTIONS = ("خیلی {0} بود", "واقعاً {0} است", "{0} و {1} بود", "هم {0} بود هم {1}")
OTHER: dict[str, str] = dict(zip(LABELS, reversed(LABELS), strict=True))


class Grammar:
    """Makes labelled texts of what it is given; the same seed gives the same texts.

    Args:
        sentences: Whole sentences, as people write them.
        opinions: Short opinions.
        clauses: Subjects with predicates.
        words: Adjectives that praise or blame.
        seed: Of all choices.

    Example:
        >>> grammar = Grammar(read_sentences("train"), read_opinions(), read_clauses(), read_words(), seed=0)
        >>> grammar.contrast("positive")
        Example(text='چاپش کم‌رنگه، ولی سنگ تمام گذاشتند.', label='positive')
    """

    def __init__(
        self,
        sentences: Sequence[Example],
        opinions: Sequence[Example],
        clauses: Sequence[Example],
        words: Sequence[Example],
        seed: int,
    ) -> None:
        self._rng = random.Random(seed)  # noqa: S311 - nothing secret
        self._sentences = _by_label(sentences)
        self._opinions = _by_label(opinions)
        self._clauses = _by_label(clauses)
        self._words = _by_label(words)

    def texts(self, counts: Mapping[str, int]) -> list[Example]:
        """Return `counts[rule]` texts of each rule, half of them of each label."""
        rules = {
            "clause": self.clause,
            "joined": self.joined,
            "contrast": self.contrast,
            "denial": self.denial,
            "assertion": self.assertion,
        }
        return [rules[name](label) for name, count in counts.items() for _ in range(count // 2) for label in LABELS]

    def clause(self, label: str) -> Example:
        """Return a clause alone."""
        return Example(_ended(self._rng.choice(self._clauses[label])), label)

    def joined(self, label: str, text: str | None = None) -> Example:
        """Return two to four texts in one, in any order; `text`, if given, is one of them."""
        count = self._rng.randint(1, 3)
        parts = [text or self._short(label), *(self._any(label) for _ in range(count))]
        self._rng.shuffle(parts)
        return Example(" ".join(map(_ended, parts)), label)

    def contrast(self, label: str) -> Example:
        """Return a concession of the other label, and after it the verdict."""
        conceded, verdict = self._short(OTHER[label]).rstrip(END_MARKS), self._short(label)
        if self._rng.random() < 0.7:
            text = f"{conceded}، {self._rng.choice(BUT)} {verdict}"
        else:
            text = f"{self._rng.choice(ALTHOUGH)} {conceded}، {verdict}"
        return Example(_ended(text), label)

    def denial(self, label: str) -> Example:
        """Return a text that denies words of the other label."""
        return self._filled(DENIALS, self._words[OTHER[label]], label)

    def assertion(self, label: str) -> Example:
        """Return a text that says what its words say."""
        return self._filled(ASSERTIONS, self._words[label], label)

    def _filled(self, forms: Sequence[str], words: list[str], label: str) -> Example:
        return Example(_ended(self._rng.choice(forms).format(*self._rng.sample(words, 2))), label)

    def _short(self, label: str) -> str:
        return self._rng.choice(self._rng.choices((self._clauses[label], self._opinions[label]), (0.6, 0.4))[0])

    def _any(self, label: str) -> str:
        return self._rng.choice(self._sentences[label]) if self._rng.random() < 0.35 else self._short(label)


def _by_label(examples: Sequence[Example]) -> dict[str, list[str]]:
    return {label: [example.text for example in examples if example.label == label] for label in LABELS}


def _ended(text: str) -> str:
    return text if text[-1] in END_MARKS else f"{text}."
