"""Persian verbs: which verb a form belongs to.

The middle of a form, stem and ending, is looked up in tables that are made from the stems of `hezar_data.lexicon.verbs`; what
stands around it comes off by rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from hezar_data.characters import HEH, ZWNJ
from hezar_data.lexicon.verbs import (
    ASPECTS,
    PARTICIPLE,
    PRESENT,
    PRONOUNS,
    VerbStems,
    past_forms,
    present_forms,
    spoken_stems,
    verb_sections,
    verb_stems,
)

_PRESENT_ALONE = ("م", "د", "یم", "ید", "ند")
_PRESENT_NO_NOUN = ("د", "یم", "ید", "ند", "ین")
_PERFECT = frozenset({"ام", "ای", "است", "ایم", "اید", "اند", "ست", "ن", "م", "ین"})
_JOINED_PERFECT = ("هام", "هاست", "هایم", "هاید", "هاند")
_SHORT = 2  # letters a stem needs where nothing else shows that the form is a verb
_SPOKEN, _LETTER = 80, 20


class Verb(NamedTuple):
    """A verb.

    Attributes:
        past: Past stem, with the prefix if there is one.
        present: Present stem, likewise.
        rank: Place in the data file; of several readings the lowest wins.
    """

    past: str
    present: str
    rank: int

    @property
    def infinitive(self) -> str:
        return self.past + "ن"

    @property
    def stems(self) -> str:
        return f"{self.past}#{self.present}"


class VerbForm(NamedTuple):
    """What a form was read as: its verb, and the stem it is built on (with ه for the participle)."""

    verb: Verb
    stem: str


_Reader = Callable[[str], VerbForm | None]


class _Table(dict[str, VerbForm]):
    """Forms; of several readings of one the most frequent verb stays."""

    def add(self, verb: Verb, stem: str, forms: Iterable[str]) -> None:
        reading = VerbForm(verb, stem)
        for form in forms:
            known = self.get(form)
            if known is None or verb.rank < known.verb.rank:
                self[form] = reading


class Tables:
    """Stems with their endings, by what stands before them.

    Attributes:
        verbs: Verbs without prefix, by their past stem.
        prefixed: Past stems of the verbs each prefix stands before.
        present_stems: Every written and spoken present stem.
        past: Past and participle, where nothing stands before them.
        bound_past: The same after ن and a joined می.
        present: Present after می and its half-space.
        bound_present: Present after ب, ن and a joined می.
        imperative: Present stem without ending, after ب and ن.
        light: Present of frequent verbs, where nothing stands before it.
        alone: Present of all verbs, where nothing stands before it.
        irregular: Forms that no rule gives.
    """

    def __init__(self) -> None:
        self.verbs: dict[str, Verb] = {}
        self.prefixed: dict[str, frozenset[str]] = {}
        self.present_stems: set[str] = set()
        self.past, self.bound_past = _Table(), _Table()
        self.present, self.bound_present, self.imperative = _Table(), _Table(), _Table()
        self.light, self.alone, self.irregular = _Table(), _Table(), _Table()
        data = verb_sections()
        light, light_no_noun = (frozenset(" ".join(data[name]).split()) for name in ("bare", "bare but ی"))
        self._light = {**dict.fromkeys(light_no_noun, _PRESENT_NO_NOUN[:-1]), **dict.fromkeys(light, PRESENT)}
        for stems in verb_stems():
            self._add(stems)
        for stem, past, is_past in spoken_stems():
            # Written verbs win over spoken ones that are rarer, and of spoken ones the longer stem.
            verb = self.verbs[past]
            verb = verb._replace(rank=verb.rank + _SPOKEN - _LETTER * len(stem))
            self._add_stems(verb, () if is_past else (stem,), (stem,) if is_past else (), common=True)
        for line in data["forms"]:
            infinitive, *forms = line.split()
            verb = self.verbs[infinitive.removesuffix("ن:")]
            for form in forms:
                self.irregular.add(verb, verb.present if form.startswith(ASPECTS) else form, [form])
        for line in data["prefixed"]:
            prefix, *pasts = line.split()
            self.prefixed[prefix] = frozenset(pasts)
        self.prefix_letters = frozenset(prefix[0] for prefix in self.prefixed)

    def _add(self, stems: VerbStems) -> None:
        known = self.verbs.get(stems.past)
        verb = Verb(stems.past, stems.presents[0], known.rank if known else len(self.verbs))
        self.verbs.setdefault(stems.past, verb)
        self._add_stems(verb, stems.presents, stems.pasts + stems.spoken_pasts, common=not stems.is_regular)

    def _add_stems(self, verb: Verb, presents: tuple[str, ...], pasts: tuple[str, ...], *, common: bool) -> None:
        for stem in pasts:
            for table, shapes in ((self.past, (stem,)), (self.bound_past, _bound(stem))):
                for shape in shapes:
                    table.add(verb, verb.past, past_forms(shape))
                    table.add(verb, verb.past + PARTICIPLE, [shape + PARTICIPLE])
        for stem in presents:
            self.present_stems.add(stem)
            self.present.add(verb, verb.present, present_forms(stem))
            for shape in _bound(stem):
                self.bound_present.add(verb, verb.present, present_forms(shape))
                if common or len(stem) > _SHORT:
                    self.imperative.add(verb, verb.present, [shape])
            self.light.add(verb, verb.present, [stem + ending for ending in self._light.get(stem, ())])
            if len(stem) >= _SHORT:
                self.alone.add(verb, verb.present, [stem + ending for ending in _PRESENT_ALONE])


@cache
def tables() -> Tables:
    """Return the tables; they are made in about 20 ms."""
    return Tables()


def infinitive(word: str) -> VerbForm | None:
    """Read an infinitive, also a negated or prefixed one."""
    if not word.endswith(("دن", "تن")):
        return None
    return _with_prefixes(word, _plain_infinitive)


def with_aspect(word: str, *, joined: bool = True) -> VerbForm | None:
    """Read a form with می, نمی or همی, also after a prefix as in برنمی\u200cگشت.

    Args:
        word: The form.
        joined: Whether می may be joined to the stem without a half-space.
    """
    if "می" not in word:
        return None
    return _with_prefixes(word, _joined_aspect if joined else _marked_aspect)


def past(word: str) -> VerbForm | None:
    """Read a past form, a participle or a perfect, negated or not, and the present of light verbs (کنند)."""
    return tables().irregular.get(word) or _with_prefixes(word, _past)


def subjunctive(word: str) -> VerbForm | None:
    """Read what is left: ب and ن with a present stem, bare present forms, and objects at the end of a form."""
    form = _with_prefixes(word, _subjunctive, _prefixed_subjunctive)
    if form:
        return form
    for enclitic in PRONOUNS if word.endswith(PRONOUNS) else ():
        rest = word.removesuffix(enclitic)
        if rest != word and len(rest) > _SHORT:
            form = past(rest) or _with_prefixes(rest, _subjunctive, _prefixed_subjunctive)
            if form and not (enclitic == "م" and form.stem == form.verb.past):
                return form
    return None


def _with_prefixes(word: str, read: _Reader, read_prefixed: _Reader | None = None) -> VerbForm | None:
    """Read a form as it is, and as a prefix with a form of a verb that has it; the more frequent verb wins."""
    best = read(word)
    table = tables()
    if word[:1] not in table.prefix_letters:
        return best
    for prefix, pasts in table.prefixed.items():
        if word.startswith(prefix) and len(word) > len(prefix) + 1:
            form = (read_prefixed or read)(word[len(prefix) :].lstrip(ZWNJ))
            if form and form.verb.past in pasts and (best is None or form.verb.rank < best.verb.rank):
                verb = form.verb
                best = VerbForm(Verb(prefix + verb.past, prefix + verb.present, verb.rank), prefix + form.stem)
    return best


def _plain_infinitive(word: str) -> VerbForm | None:
    stem = word[:-1]
    form = tables().past.get(stem) or (tables().bound_past.get(stem[1:]) if stem[:1] == "ن" else None)
    return VerbForm(form.verb, form.verb.past) if form and stem.endswith(("د", "ت")) else None


def _marked_aspect(word: str) -> VerbForm | None:
    for aspect in ASPECTS:
        if word.startswith(aspect + ZWNJ):
            return _without_object(word[len(aspect) :].lstrip(ZWNJ), _present_or_past)
    return None


def _joined_aspect(word: str) -> VerbForm | None:
    for aspect in ASPECTS:
        if word.startswith(aspect) and not word.startswith(aspect + ZWNJ):
            return _without_object(word[len(aspect) :], _bound_present_or_past)
    return _marked_aspect(word)


def _without_object(word: str, read: _Reader) -> VerbForm | None:
    form = read(word)
    if form or not word.endswith(PRONOUNS):
        return form
    for enclitic in PRONOUNS:
        if word.endswith(enclitic) and (form := read(word.removesuffix(enclitic).rstrip(ZWNJ))):
            return form
    return None


def _present_or_past(word: str) -> VerbForm | None:
    table = tables()
    written = _better(table.present.get(word), _past_or_perfect(word, table.past))
    return written or _bound_present_or_past(word)


def _bound_present_or_past(word: str) -> VerbForm | None:
    table = tables()
    return _better(table.bound_present.get(word), _past_or_perfect(word, table.bound_past))


def _past(word: str) -> VerbForm | None:
    table = tables()
    form = _better(_past_or_perfect(word, table.past), table.light.get(word))
    if word[:1] == "ن":
        form = _better(form, _better(_past_or_perfect(word[1:], table.bound_past), table.light.get(word[1:])))
    return form


def _past_or_perfect(word: str, table: _Table) -> VerbForm | None:
    form = table.get(word)
    if form:
        return form
    body, joiner, ending = word.rpartition(ZWNJ)
    if joiner and (ending in _PERFECT or ending.startswith(("بود", "باش"))):
        return table.get(body) if body.endswith(HEH) else None
    if word.endswith(_JOINED_PERFECT):
        return table.get(word[: word.rindex(HEH) + 1])
    return None


def _subjunctive(word: str) -> VerbForm | None:
    table = tables()
    if word[:1] in {"ب", "ن"}:
        form = _better(table.bound_present.get(word[1:]), table.imperative.get(word[1:]))
        if form:
            return form
    return table.alone.get(word)


def _prefixed_subjunctive(word: str) -> VerbForm | None:
    """Read the rest of a form after a prefix, where ب may be missing: برگرد, بردارند."""
    return _subjunctive(word) or (tables().imperative.get(word) if len(word) >= _SHORT else None)


def _bound(stem: str) -> tuple[str, ...]:
    """The shapes of a stem after ب, ن and a joined می: آ becomes یا or ا, a short ا becomes ی or is lost."""
    if stem.startswith("آ"):
        return (f"یا{stem[1:]}", f"ا{stem[1:]}")
    if stem.startswith("ا"):
        return (stem, f"ی{stem[1:]}", stem[1:]) if len(stem) > _SHORT else (stem, f"ی{stem[1:]}")
    return (stem,)


def _better(first: VerbForm | None, second: VerbForm | None) -> VerbForm | None:
    if first is None or second is None:
        return first or second
    return second if second.verb.rank < first.verb.rank else first
