"""What holds for the normalizer on any text and any set of rules."""

from __future__ import annotations

import random
import re
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from itertools import chain, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hezar_data import TextNormalizer
from hezar_data import characters as ch
from hezar_data.persian import rule_memo
from hezar_data.persian.catalog import ADDRESS_RULES, EXCLUSIVE, NORMALIZER_PRESETS, NORMALIZER_RULES, select
from hezar_data.persian.edits import apply_edits
from hezar_data.persian.letters import DECOMPOSE
from hezar_data.persian.pipeline import RulePipeline
from hezar_registry import InputError

PIECES = [
    *ch.PERSIAN_LETTERS,
    *ch.ARABIC_TO_PERSIAN,
    *ch.LOOKALIKE_TO_PERSIAN,
    *ch.HALF_SPACE_IMPOSTORS,
    *ch.BIDI_CONTROLS,
    *ch.DIACRITICS,
    ch.HAMZA_ABOVE,
    ch.MADDAH_ABOVE,
    ch.ZWNJ,
    ch.ZWJ,
    ch.TATWEEL,
    *ch.DIGITS,
    *" \t\n\r\x0b\u2028\u00a0\u3000",
    *".,;:!?()[]{}\"'%/-_#@+=&<>|*~",
    *"\u060c\u061b\u061f\u00ab\u00bb\u201c\u201d\u201e\u2026\u066a\u066b\u066c\u2013",
    *"aZ\u00e9\u0301\ufdd0\ufb56\ufefb\ufdfa\ufdf2\ufc5e\u1100\u1161\u11a8",
    *"\U0001f600\U0001f3fd\u2764\ufe0f\u20e3\U0001f1ee\U0001f1f7",
    *("می", "نمی", "ها", "های", "تر", "ترین", "ام", "ای", "اند", "کتاب", "بزرگ", "رفته", "روم", "خانه", "سی", "بیش"),
    *(
        "http://",
        "www.",
        "a.ir",
        "a.com/",
        "x@y.org",
        "@user",
        ":)",
        "#",
        "...",
        "1,234",
        "12:30",
        "ه ی",
        "ه\u200cی",
        "  ",
    ),
]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=12))

WORDS = [
    "خرید",
    "مالی",
    "بزرگ",
    "خانه",
    "کتاب",
    "رفته",
    "سی",
    "بیش",
    "می",
    "نمی",
    "برمی",
    "ها",
    "های",
    "تر",
    "ترین",
    "ام",
    "ای",
    "ی",
]
SENTENCES = st.lists(st.sampled_from([*WORDS, *WORDS, *PIECES, " ", " ", ch.ZWNJ]), max_size=14).map("".join)


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[str, ...]:
    chosen = set(
        draw(
            st.one_of(
                st.sets(st.sampled_from(list(NORMALIZER_RULES))),
                st.sampled_from(list(NORMALIZER_PRESETS.values())).map(set),
            )
        )
    )
    for group in EXCLUSIVE:
        for name in sorted(group & chosen)[1:]:
            chosen.discard(name)
    return tuple(sorted(chosen))


@settings(max_examples=300, deadline=None)
@given(TEXTS, rule_sets(), st.booleans(), st.booleans())
@example("a\u200c\u0301", ("redundant_zwnj",), True, True)
@example("a.ir\u0657\u0301", ("remove_harakat",), False, True)
@example("http://a.b...\u200fc", ("ellipsis", "bidi_controls"), True, True)
def test_twice_equals_once(text: str, rules: tuple[str, ...], nfkd: bool, nfkc: bool):
    normalizer = TextNormalizer(nfkd=nfkd, nfkc=nfkc)
    [once] = normalizer(text, rules=rules)
    assert normalizer(once, rules=rules) == [once]


@settings(max_examples=300, deadline=None)
@given(TEXTS | SENTENCES, rule_sets(), st.booleans(), st.booleans())
@example("#a_" * 12, NORMALIZER_PRESETS["search"], False, True)  # more turns than are foreseen
def test_alignment_and_explanation_agree_with_the_call(text: str, rules: tuple[str, ...], nfkd: bool, nfkc: bool):
    normalizer = TextNormalizer(nfkd=nfkd, nfkc=nfkc, rules=list(rules))
    [plain] = normalizer(text)
    result = normalizer.normalize_with_alignment(text)
    spans = result.alignment.spans
    assert (result.text, result.original, len(spans)) == (plain, text, len(plain))
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert result.alignment.starts == sorted(result.alignment.starts)
    assert result.alignment.ends == sorted(result.alignment.ends)
    explanation = normalizer.explain(text)
    assert (explanation.text, explanation.original) == (plain, text)
    current = text
    for step in explanation.steps:
        assert step.before == current or "\ufdd0" in text
        assert step.changes
        for change in step.changes:
            assert step.before[change.start : change.end] == change.before
        current = step.after
    assert current == plain or "\ufdd0" in text


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_untouched_characters_are_aligned_with_themselves(text: str):
    """A character that no step touched has the span of itself, and the touched ones lie between."""
    normalizer = TextNormalizer(rules="persian")
    explanation, result = normalizer.explain(text), normalizer.normalize_with_alignment(text)
    touched = {i for step in explanation.steps for change in step.changes for i in range(*change.original)}
    for i in set(range(len(text))) - touched:
        start, end = result.alignment.to_cleaned(i, i + 1)
        assert text[i] in result.text[start:end]
        assert (i, i + 1) in result.alignment.spans[start:end]


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.sampled_from(list(NORMALIZER_RULES.values())))
def test_the_edits_of_a_rule_are_what_it_applies(text: str, rule):
    edits = rule.edits(text)
    assert apply_edits(text, edits) == rule.apply(text)
    assert all(a.end <= b.start for a, b in pairwise(edits))
    if not rule.may_change(text):
        assert rule.apply(text) == text


@settings(max_examples=1000, deadline=None)
@given(
    TEXTS | SENTENCES, st.sampled_from([rule for rule in NORMALIZER_RULES.values() if rule.hint and not rule.by_word])
)
def test_the_hint_of_a_rule_is_in_a_word_of_what_it_changes(text: str, rule):
    if rule.apply(text) != text:
        assert any(rule.hint.search(f" {word} ") for word in text.split(" "))


BY_WORD = [rule for rule in (*NORMALIZER_RULES.values(), DECOMPOSE) if rule.by_word]


@pytest.mark.slow
@settings(max_examples=2000, deadline=None)
@given(TEXTS | SENTENCES, TEXTS | SENTENCES, st.sampled_from(BY_WORD))
@example("ه", "\u200d.", NORMALIZER_RULES["redundant_zwj"])
def test_what_goes_by_word_does_not_look_across_a_blank(a: str, b: str, rule):
    assert rule.apply(f"{a} {b}") == f"{rule.apply(a)} {rule.apply(b)}"


PLANES = [range(0x20), range(0x21, 0xD800), range(0xE000, 0x11000), range(0x1D165, 0x1D1AE), range(0x1F000, 0x1FB00)]
"""All of the first one without blank and surrogates, music and emoji."""


@pytest.mark.parametrize("rule", BY_WORD, ids=lambda rule: rule.name)
def test_no_character_is_seen_across_a_blank(rule):
    words = ["ه", *(word for code in chain(*PLANES) for word in (chr(code), "ه"))]
    is_the_same = rule.apply(" ".join(words)) == " ".join(map(rule.apply, words))
    assert is_the_same  # without the two texts: telling their differences would take minutes


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=8) | st.sampled_from(["\ud800", "a\udfffb"]))
def test_any_string_gives_a_result_or_our_error(text: str):
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(InputError, match="surrogate"):
            TextNormalizer(rules="persian")(text)
        return
    assert len(TextNormalizer(rules="persian")(text)) == 1


ADVERSARIAL = [
    "می",
    "می ",
    "ا",
    "اب",
    "بب",
    "(",
    "((",
    '"',
    "\u201c",
    ".",
    ". ",
    "!",
    " ",
    " \n",
    "\t",
    ch.ZWNJ,
    "ه ",
    "ها",
    "ه ا",
]
ADVERSARIAL += [
    " ها",
    "a",
    "a.",
    "a.a@",
    "@",
    "@a",
    "1",
    "1,",
    "1,234",
    "1.",
    "www.",
    "http://",
    "http://(",
    "#",
    "#a_",
    ":)",
    " :)",
]
ADVERSARIAL += [
    "\u0301",
    "ه\u0654",
    "\ufdfa",
    "\U0001f600",
    "\u0640ا",
    "\u200d",
    "\u00ac",
    "ااا",
    "اااب",
    "تر",
    " تر",
    "\u2026.",
    "?!",
]


@pytest.mark.parametrize("preset", ["persian", "search"])
def test_no_text_takes_more_than_linear_time(preset: str):
    """Time per character must not grow with the length; quadratic work would take minutes."""
    normalizer = TextNormalizer(rules=preset)
    for piece in ADVERSARIAL:
        text = piece * (20_000 // len(piece))
        started = time.perf_counter()
        normalizer(text)
        assert time.perf_counter() - started < 5, piece


def test_every_rule_belongs_to_a_place_in_the_order():
    assert [rule.name for rule in ADDRESS_RULES] == list(NORMALIZER_RULES)[: len(ADDRESS_RULES)]
    assert select(list(reversed(NORMALIZER_PRESETS["persian"]))) == select("persian")
    for name, names in NORMALIZER_PRESETS.items():
        assert RulePipeline(select(name)), name
        assert set(names) <= NORMALIZER_RULES.keys()


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(TEXTS | SENTENCES, rule_sets(), st.sampled_from([None, "NFC", "NFD"]))
@example("می مالیتر", select("persian"), "NFC")  # a joined ending that is split off leaves a verb after mi
@example("\u06f1\ufe0f\u20e3", ("ascii_digits", "remove_emoji"), None)
@example("! ! ۱۲ .۵", select("persian"), "NFC")
def test_a_rule_wakes_all_that_it_gives_work_to(text: str, rules: tuple[str, ...], form: str | None):
    """The result is the one of trying every rule again after every change."""
    text = text if form is None else unicodedata.normalize(form, text)
    names = select(rules)
    pipeline = RulePipeline(names, form)
    with pytest.MonkeyPatch.context() as patch:
        for name, rule in NORMALIZER_RULES.items():
            patch.setitem(NORMALIZER_RULES, name, copy(rule))
            object.__setattr__(NORMALIZER_RULES[name], "wakes", None)
        trying_all = RulePipeline(names, form)
    assert pipeline.run(text) == trying_all.run(text)


def test_hints_can_be_joined():
    """Those of rules that run as one become one pattern."""
    for rule in NORMALIZER_RULES.values():
        assert rule.hint is None or (rule.hint.groups, rule.hint.flags) == (0, re.UNICODE), rule.name


def test_rules_wake_rules_that_there_are():
    for rule in NORMALIZER_RULES.values():
        assert {*(rule.wakes or ())} <= NORMALIZER_RULES.keys(), rule.name


@pytest.mark.parametrize("limit", [0, 40, 1 << 19])
def test_what_is_remembered_changes_nothing(limit: int, monkeypatch: pytest.MonkeyPatch):
    """The same texts in any order, by fresh pipelines and by one that forgets sooner or later."""
    monkeypatch.setattr(rule_memo, "_MAX_CHARACTERS", limit)
    chance = random.Random(limit)
    texts = ["".join(chance.choices([*WORDS, *PIECES, *[" "] * 40], k=12)) for _ in range(40)]
    for preset in ("persian", "search"):
        fresh = [RulePipeline(select(preset)).run(text) for text in texts]
        pipeline = RulePipeline(select(preset))
        for _ in range(3):
            order = chance.sample(range(len(texts)), len(texts))
            assert [pipeline.run(texts[i]) for i in order] == [fresh[i] for i in order]


@settings(max_examples=300, deadline=None)
@given(TEXTS | SENTENCES, rule_sets(), st.integers(1, 3))
@example("#a_" * 12, NORMALIZER_PRESETS["search"], 1)
def test_what_was_not_foreseen_is_seen(text: str, rules: tuple[str, ...], foreseen: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_memo, "_MAX_FORESEEN", foreseen)
        pipeline = RulePipeline(select(rules))
        assert pipeline.run(text) == pipeline.run(text, follow=lambda *_: None)


def test_what_is_remembered_stays_within_its_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rule_memo, "_MAX_CHARACTERS", 1000)
    made = []
    new = rule_memo.RuleMemo.__init__
    monkeypatch.setattr(rule_memo.RuleMemo, "__init__", lambda self, stages: made.append(self) or new(self, stages))
    pipeline = RulePipeline(select("persian"))
    for number in range(500):
        assert pipeline.run(f"word{number}") == f"word{number}"
        assert not made[-1].is_full
    pipeline.run("x" * 2000)
    assert 4 < len(made) < 20
    assert not made[-1].is_full


def test_threads_may_share_what_is_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rule_memo, "_MAX_CHARACTERS", 400)  # so that it is renewed under way
    chance = random.Random(0)
    texts = ["".join(chance.choices([*WORDS, *PIECES, *[" "] * 40], k=12)) for _ in range(60)] * 5
    expected = [RulePipeline(select("persian")).run(text) for text in texts[:60]] * 5
    pipeline = RulePipeline(select("persian"))
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(pipeline.run, texts)) == expected
