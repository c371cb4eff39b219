"""Persian verbs: which verb a form belongs to.

A finite form is ``[prefix] [می | نمی | ب | ن] stem ending [enclitic]``; forms are taken apart by this pattern and the stem is
looked up, so that no table of forms is kept. Source of the pattern: any grammar of Persian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from hezar_data.persian.characters import ZWNJ
from hezar_data.words.lexicon import lines

PRESENT_ENDINGS = ("یم", "ید", "ند", "ین", "م", "ی", "د", "ه", "ن")
PAST_ENDINGS = ("یم", "ید", "ند", "ین", "م", "ی", "ن")
PERFECT_ENDINGS = ("ام", "ای", "است", "ایم", "اید", "اند", "ست", "ن", "م", "ین")
OBJECTS = ("مان", "تان", "شان", "مون", "تون", "شون", "م", "ت", "ش")
ASPECTS = ("نمی", "همی", "می")
_SPOKEN, _LETTER = 80, 20
_SHORT = 2  # letters a stem needs where nothing else shows that the form is a verb


class Verb(NamedTuple):
    """A verb.

    Attributes:
        past: Past stem, with the prefix if there is one.
        present: Present stem, likewise.
        rank: Place in the data file; of several readings the first wins.
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


@dataclass
class Stems:
    """Stems of verbs without prefix; several verbs may share one. Bound stems stand behind ب, ن or a joined می."""

    past: dict[str, list[Verb]] = field(default_factory=dict)
    present: dict[str, list[Verb]] = field(default_factory=dict)
    bound_past: dict[str, list[Verb]] = field(default_factory=dict)
    bound_present: dict[str, list[Verb]] = field(default_factory=dict)
    bare: frozenset[str] = frozenset()
    bare_without_y: frozenset[str] = frozenset()
    forms: dict[str, Verb] = field(default_factory=dict)
    prefixed: dict[str, set[str]] = field(default_factory=dict)
    by_past: dict[str, Verb] = field(default_factory=dict)
    first_letters: frozenset[str] = frozenset()

    def add(self, verb: Verb, pasts: list[str], presents: list[str]) -> None:
        for stem in pasts:
            self.past.setdefault(stem, []).append(verb)
            for bound in _bound(stem):
                self.bound_past.setdefault(bound, []).append(verb)
        for stem in presents:
            self.present.setdefault(stem, []).append(verb)
            for bound in _bound(stem):
                self.bound_present.setdefault(bound, []).append(verb)


@cache
def stems() -> Stems:
    """Return the stems of ``verbs.txt``."""
    table = Stems()
    spoken: list[tuple[str, str]] = []

    def new(past: str, present: str, pasts: list[str], presents: list[str]) -> None:
        known = table.by_past.get(past)
        verb = known or Verb(past, present, len(table.by_past))
        if known is None or known.present != present:
            verb = Verb(past, present, len(table.by_past) if known is None else known.rank)
        table.by_past.setdefault(past, verb)
        table.add(verb, pasts, presents)

    for section, words in ((name, line.split()) for name, rows in lines("verbs.txt").items() for line in rows):
        match section:
            case "pairs":
                new(words[0], words[1], words[:1], words[1:])
            case "regular":
                for stem in words:
                    new(f"{stem}ید", stem, [f"{stem}ید"], [stem])
            case "causative":
                for stem in words:
                    past, present = f"{stem}اند", f"{stem}ان"
                    new(past, present, [past, f"{stem}انید", f"{stem}وند"], [present, f"{stem}ون"])
            case "prefixed":
                table.prefixed.setdefault(words[0], set()).update(words[1:])
                table.first_letters |= {words[0][0]}
            case "bare":
                table.bare |= set(words)
            case "bare but ی":
                table.bare_without_y |= set(words)
            case "forms":
                past = words[0].removesuffix("ن:")
                table.forms.update(dict.fromkeys(words[1:], table.by_past[past]))
            case "spoken":
                spoken.append((words[0], words[1]))
            case _:
                raise ValueError(f"verbs.txt has an unknown section [{section}]")
    for stem, past in spoken:
        # Written verbs win over spoken ones, and of spoken ones the longer stem.
        verb = table.by_past[past]._replace(
            rank=_SPOKEN - _LETTER * len(stem.removeprefix("+")) + table.by_past[past].rank
        )
        table.add(verb, [stem[1:]] if stem.startswith("+") else [], [] if stem.startswith("+") else [stem])
    return table


def infinitive(word: str) -> VerbForm | None:
    """Read an infinitive, also a negated one."""
    if not word.endswith(("دن", "تن")):
        return None
    past = word[:-1]
    table = stems()
    candidates = [*table.past.get(past, ())]
    if past.startswith("ن"):
        candidates += table.bound_past.get(past[1:], ())
    forms = [VerbForm(verb, verb.past) for verb in candidates] or [*_prefixed(word, infinitives=True)]
    return _best(forms)


def with_aspect(word: str, *, joined: bool = True) -> VerbForm | None:
    """Read a form with می, نمی or همی, such as می\u200cروم or برنمی\u200cگشت.

    Args:
        word: The form.
        joined: Whether می may be joined to the stem without a half-space.
    """
    if "می" not in word:
        return None
    return _best([*_aspect(word, joined, None), *_prefixed(word, joined=joined, aspect=True)])


def past(word: str) -> VerbForm | None:
    """Read a past form, a participle or a perfect: رفتم, نرفته\u200cاند, and the present of frequent light verbs: کنند."""
    table = stems()
    if word in table.forms:
        verb = table.forms[word]
        return VerbForm(verb, verb.present if word.startswith(ASPECTS) else word)
    forms = [*_past(word, table.past)]
    if word.startswith("ن"):
        forms += _past(word[1:], table.bound_past)
    for body in (word, word.removeprefix("ن")):
        for stem, ending, verb in _split(body, table.present, PRESENT_ENDINGS):
            if stem in table.bare or (stem in table.bare_without_y and ending not in {"ی", "م", "ن", "ه"}):
                forms.append(VerbForm(verb, verb.present))
    forms += _prefixed(word, tense="past")
    return _best(forms)


def subjunctive(word: str) -> VerbForm | None:
    """Read what is left: ب and ن with a present stem, bare present forms, prefixed ones, enclitic objects."""
    form = _subjunctive(word)
    if form:
        return form
    for enclitic in OBJECTS:
        rest = word.removesuffix(enclitic)
        if rest != word and len(rest) > _SHORT:
            form = past(rest) or _subjunctive(rest)
            if form and not (enclitic == "م" and form.stem == form.verb.past):
                return form
    return None


def _subjunctive(word: str) -> VerbForm | None:
    table = stems()
    forms: list[VerbForm] = []
    if word[:1] in {"ب", "ن"}:
        rest = word[1:]
        forms += [VerbForm(verb, verb.present) for verb in table.bound_present.get(rest, ())]
        forms += [VerbForm(verb, verb.present) for _, _, verb in _split(rest, table.bound_present, PRESENT_ENDINGS)]
    if not forms:
        forms += [
            VerbForm(verb, verb.present)
            for stem, ending, verb in _split(word, table.present, PRESENT_ENDINGS[:7])
            if len(stem) >= _SHORT and ending not in {"ی", "ین"}
        ]
    forms += _prefixed(word, tense="present")
    return _best(forms)


def _aspect(word: str, joined: bool, allowed: set[str] | None) -> Iterator[VerbForm]:
    table = stems()
    for aspect in ASPECTS:
        if not word.startswith(aspect):
            continue
        rest = word[len(aspect) :]
        if not rest.startswith(ZWNJ) and not joined:
            continue
        bound = not rest.startswith(ZWNJ)
        rest = rest.lstrip(ZWNJ)
        for enclitic in ("", *OBJECTS):
            if not rest.endswith(enclitic):
                continue
            body = rest.removesuffix(enclitic).rstrip(ZWNJ) if enclitic else rest
            found = [VerbForm(v, v.present) for _, _, v in _split(body, table.present, PRESENT_ENDINGS)]
            found += _past(body, table.past)
            if bound or not found:
                found += [VerbForm(v, v.present) for _, _, v in _split(body, table.bound_present, PRESENT_ENDINGS)]
                found += _past(body, table.bound_past)
            found = [form for form in found if allowed is None or form.verb.past in allowed]
            if found:
                yield from found
                return


def _past(word: str, table: dict[str, list[Verb]]) -> Iterator[VerbForm]:
    for verb in table.get(word, ()):
        yield VerbForm(verb, verb.past)
    for _, _, verb in _split(word, table, PAST_ENDINGS):
        yield VerbForm(verb, verb.past)
    body, joiner, ending = word.rpartition(ZWNJ)
    if not joiner or ending not in PERFECT_ENDINGS:
        body = word
        for glued in ("ام", "است", "ایم", "اید", "اند"):
            if word.endswith(f"ه{glued}"):
                body = word.removesuffix(glued)
    if body.endswith("ه"):
        for verb in table.get(body[:-1], ()):
            yield VerbForm(verb, f"{verb.past}ه")


def _split(word: str, table: dict[str, list[Verb]], endings: tuple[str, ...]) -> Iterator[tuple[str, str, Verb]]:
    for ending in endings:
        if word.endswith(ending):
            stem = word[: -len(ending)]
            for verb in table.get(stem, ()):
                yield stem, ending, verb


def _prefixed(
    word: str, *, joined: bool = True, aspect: bool = False, tense: str = "", infinitives: bool = False
) -> Iterator[VerbForm]:
    table = stems()
    if word[:1] not in table.first_letters:
        return
    for prefix, allowed in table.prefixed.items():
        if not word.startswith(prefix) or len(word) < len(prefix) + 2:
            continue
        rest = word[len(prefix) :].lstrip(ZWNJ)
        if infinitives:
            past_stem = rest[:-1]
            found = [*table.past.get(past_stem, ())]
            if past_stem.startswith("ن"):
                found += table.bound_past.get(past_stem[1:], ())
            forms = [VerbForm(verb, verb.past) for verb in found]
        elif aspect:
            forms = [*_aspect(rest, joined, allowed)]
        else:
            negative = rest[:1] == "ن"
            forms = []
            if tense == "past":
                forms += _past(rest, table.past)
                forms += _past(rest[1:], table.bound_past) if negative else ()
            else:
                for body, stem_table in ((rest, table.present), (rest[1:], table.bound_present)):
                    if body is not rest and rest[:1] not in {"ن", "ب"}:
                        continue
                    forms += [VerbForm(v, v.present) for v in stem_table.get(body, ()) if len(body) >= _SHORT]
                    forms += [
                        VerbForm(v, v.present)
                        for stem, ending, v in _split(body, stem_table, PRESENT_ENDINGS)
                        if len(stem) >= _SHORT and ending not in {"ی", "ه", "ن"}
                    ]
        for form in forms:
            if form.verb.past in allowed:
                verb = Verb(prefix + form.verb.past, prefix + form.verb.present, form.verb.rank)
                yield VerbForm(verb, prefix + form.stem)


def _bound(stem: str) -> tuple[str, ...]:
    """The shapes of a stem behind ب, ن and a joined می: آ becomes یا or ا, a short ا becomes ی."""
    if stem.startswith("آ"):
        return (f"یا{stem[1:]}", f"ا{stem[1:]}")
    if stem.startswith("ا"):
        return (stem, f"ی{stem[1:]}", stem[1:]) if len(stem) > _SHORT else (stem, f"ی{stem[1:]}")
    return (stem,)


def _best(forms: list[VerbForm]) -> VerbForm | None:
    return min(forms, key=lambda form: form.verb.rank, default=None)
