"""`TextNormalizer`: published options, options per call, saved configs, alignment, explanations, errors."""

from __future__ import annotations

import copy
import csv
import pickle
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import normalizers

from hezar_config import ConfigError
from hezar_data import Preprocessor, TextNormalizer, TextNormalizerConfig
from hezar_data.persian.alignment import Alignment
from hezar_data.persian.edits import Edit, apply_edits, differences
from hezar_data.preprocessors import text_normalizer
from hezar_registry import InputError, UnknownNameError

ARABIC_YEH, PERSIAN_YEH, ZWNJ = "\u064a", "\u06cc", "\u200c"
PRESENTATION = "\ufedb\ufe98\ufe8e\ufe8f"
SENTENCES = Path(__file__).with_name("normalizer_sentences.tsv")

# Published options ---------------------------------------------------------------------------------------------------


def test_forms_of_input():
    normalizer = TextNormalizer()
    assert normalizer("\ufefb") == ["لا"]
    assert normalizer(["\ufefb", ""]) == ["لا", ""]
    assert normalizer(iter(("a", "b"))) == ["a", "b"]
    assert normalizer([]) == []


@pytest.mark.parametrize("inputs", [b"a", None, 5, ["a", None], [b"a"], ["a", ["b"]], "\ud800", ["a", "b\udc00"]])
def test_what_is_no_text_is_an_error(inputs):
    with pytest.raises(InputError, match="TextNormalizer takes"):
        TextNormalizer()(inputs)


def test_every_option_can_be_set_at_construction_and_per_call():
    text = f"{PRESENTATION}{ARABIC_YEH}"
    letters = unicodedata.normalize("NFKC", PRESENTATION)
    pairs = [[ARABIC_YEH, PERSIAN_YEH]]
    off = TextNormalizer(nfkd=False, nfkc=False)
    assert off(text) == [text]
    assert off(text, nfkd=True) == off(text, None, None, True) == [letters + ARABIC_YEH]
    assert off(text, pairs) == [PRESENTATION + PERSIAN_YEH]
    assert off(text, rules=["arabic_letters"]) == [PRESENTATION + PERSIAN_YEH]
    on = TextNormalizer(replace_patterns=pairs, rules=["arabic_letters", "persian_digits"])
    assert on(f"{text}1") == [letters.replace("\u0643", "\u06a9") + PERSIAN_YEH + "۱"]
    assert on(f"{text}1", nfkd=False, nfkc=False, replace_patterns=[], rules=[]) == [f"{text}1"]
    assert on("1\u0643", skip_rules="persian_digits") == ["1\u06a9"]
    assert on("1\u0643", rules="ascii_digits") == ["1\u0643"]
    assert on("1\u0643") == ["۱\u06a9"]  # a call changes nothing for the next one


def test_options_of_many_calls_are_not_kept_forever():
    normalizer = TextNormalizer(rules=["persian_digits"])
    for number in range(60):
        assert normalizer("1a", replace_patterns=[["a", chr(0x400 + number)]]) == [f"۱{chr(0x400 + number)}"]
        assert len(normalizer._plans) <= text_normalizer._MAX_PLANS
    assert normalizer("1 a") == ["۱ a"]


def test_a_change_of_the_config_counts():
    normalizer = TextNormalizer(replace_patterns=[["a", "b"]])
    assert normalizer("a 1") == ["b 1"]
    normalizer.config.rules = ["persian_digits"]
    assert normalizer("a 1") == ["b ۱"]
    normalizer.config.replace_patterns[0][1] = "c"
    assert normalizer("a 1") == ["c ۱"]


def test_patterns_are_those_of_oniguruma_and_replacements_are_literal():
    normalizer = TextNormalizer(replace_patterns=[[r"\p{Arabic}+", r"\1"], {"dots": [r"\.{2,}", "."]}])
    assert normalizer("ab سلام...") == [r"ab \1."]
    with pytest.raises(ConfigError, match="not a regular expression"):
        TextNormalizer(replace_patterns=[["(", ""]])
    with pytest.raises(ConfigError, match="pair"):
        normalizer("a", replace_patterns=[["a"]])


def test_published_configs_have_no_rules(tmp_path):
    config = TextNormalizerConfig(replace_patterns=[["a", "b"]])
    assert list(config.to_dict()) == ["name", "config_type", "replace_patterns", "nfkd", "nfkc"]
    TextNormalizer(config).save(tmp_path)
    assert "rules" not in (tmp_path / "preprocessor/normalizer_config.yaml").read_text(encoding="utf-8")


def test_rules_are_saved_and_loaded(tmp_path):
    normalizer = TextNormalizer(rules=["persian", "remove_emoji"], skip_rules=["quotes"])
    normalizer.save(tmp_path)
    loaded = Preprocessor.load(tmp_path)
    text = 'كتاب ها "1" \U0001f600 \u0645\u064a\u200cرود "متن"'
    assert loaded.config == normalizer.config
    assert loaded(text) == normalizer(text) == [f'کتاب{ZWNJ}ها "۱" می{ZWNJ}رود "متن"']
    assert Preprocessor.load(tmp_path, rules="characters").config.rules == "characters"
    (tmp_path / "preprocessor/normalizer_config.yaml").write_text(
        "name: text_normalizer\nconfig_type: PREPROCESSOR\nrules: persan\n", encoding="utf-8"
    )
    with pytest.raises(UnknownNameError, match="Did you mean 'persian'"):
        Preprocessor.load(tmp_path)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=12), st.booleans(), st.booleans())
def test_the_short_cut_for_normal_text_changes_nothing(text: str, nfkd: bool, nfkc: bool):
    steps = [normalizers.NFKD()] * nfkd + [normalizers.NFKC()] * nfkc
    assert TextNormalizer(nfkd=nfkd, nfkc=nfkc)(text) == [normalizers.Sequence(steps).normalize_str(text)]


def test_the_tables_of_python_are_at_least_as_new():
    """The short cut asks Python whether a text is normal; a newer table in tokenizers would make that wrong."""
    for name in ("NFKC", "NFKD"):
        native = getattr(normalizers, name)()
        newer = [
            chr(code)
            for block in (range(0xD800), range(0xE000, 0x20000))
            for code in block
            if unicodedata.is_normalized(name, chr(code)) and native.normalize_str(chr(code)) != chr(code)
        ]
        assert not newer


# Alignment -----------------------------------------------------------------------------------------------------------


def spans(normalizer: TextNormalizer, text: str) -> list[tuple[str, str]]:
    result = normalizer.normalize_with_alignment(text)
    return [(c, text[start:end]) for c, (start, end) in zip(result.text, result.alignment.spans, strict=True)]


def test_alignment_of_the_published_steps():
    assert spans(TextNormalizer(), "a\ufefbb") == [("a", "a"), ("ل", "\ufefb"), ("ا", "\ufefb"), ("b", "b")]
    assert spans(TextNormalizer(), "xا\u0653y") == [("x", "x"), ("آ", "ا\u0653"), ("y", "y")]
    assert spans(TextNormalizer(replace_patterns=[["b+", "-"], ["c", ""]]), "abbcd") == [
        ("a", "a"),
        ("-", "bb"),
        ("d", "d"),
    ]
    assert spans(TextNormalizer(replace_patterns=[["(?=b)", "_"]]), "ab") == [("a", "a"), ("_", ""), ("b", "b")]


def test_alignment_of_words_for_labelling():
    text = "  كتاب ها\u200f را  در https://a.ir/b مي خوانم"
    result = TextNormalizer(rules="persian").normalize_with_alignment(text)
    assert result.text == f"کتاب{ZWNJ}ها را در https://a.ir/b می{ZWNJ}خوانم"
    assert result.original == text
    assert str(result) == result.text
    for word, given_word in {
        f"کتاب{ZWNJ}ها": "كتاب ها",
        "را": "را",
        "https://a.ir/b": "https://a.ir/b",
        f"می{ZWNJ}خوانم": "مي خوانم",
    }.items():
        start = result.text.index(word)
        first, last = result.to_original(start, start + len(word))
        assert text[first:last] == given_word
        assert result.alignment.to_cleaned(first, last) == (start, start + len(word))


def test_alignment_knows_its_bounds():
    alignment = Alignment("abc")
    alignment.apply([Edit(0, 3, "")])
    assert alignment.to_original(0, 0) == (0, 0)
    assert alignment.to_cleaned(0, 3) == (0, 0)
    for call in (lambda: alignment.to_original(0, 1), lambda: alignment.to_cleaned(2, 1)):
        with pytest.raises(InputError, match="no span"):
            call()


@given(st.text("abc ", max_size=8), st.text("abc ", max_size=8))
def test_differences_are_edits(old: str, new: str):
    edits = differences(3, old, new)
    assert apply_edits(f"xyz{old}", edits) == f"xyz{new}"
    assert edits or old == new


# Explanations --------------------------------------------------------------------------------------------------------


def test_an_explanation_is_data_and_text():
    explanation = TextNormalizer(replace_patterns=[["x", "y"]], rules="persian").explain(
        f"\ufefbx علي{ARABIC_YEH} كتاب ها"
    )
    assert [step.rule for step in explanation.steps] == [
        "nfkd",
        "replace_patterns[0]",
        "arabic_letters",
        "plural_suffixes",
    ]
    change = explanation.steps[-1].changes[0]
    assert (change.before, change.after) == (" ", ZWNJ)
    assert explanation.original[slice(*change.original)] == " "
    assert explanation.to_dict()["steps"][0]["changes"][0]["before"] == "\ufefb"
    report = str(explanation)
    assert "arabic_letters: " in report
    assert f"{ARABIC_YEH} U+064A → {PERSIAN_YEH} U+06CC" in report
    assert "space → ‹ZWNJ›" in report
    assert ZWNJ not in report
    assert str(TextNormalizer().explain("a")) == "a\n  nothing to change"


def test_an_explanation_shows_hidden_addresses():
    explanation = TextNormalizer(rules=["arabic_letters", "quotes"]).explain('علي "www.a.ir ب"')
    assert [step.before for step in explanation.steps] == ['علي "www.a.ir ب"', 'علی "www.a.ir ب"']
    assert explanation.steps[1].after == explanation.text == "علی «www.a.ir ب»"


# Sentences -----------------------------------------------------------------------------------------------------------


def sentences() -> list[dict[str, str]]:
    lines = [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def unescaped(text: str) -> str:
    return "".join(
        chr(int(part[:4], 16)) + part[4:] if i else part for i, part in enumerate(text.replace("~", ZWNJ).split("\\u"))
    )


@pytest.mark.parametrize("row", sentences(), ids=lambda row: row["text"])
def test_sentences(row: dict[str, str]):
    clean = unescaped(row["clean"])
    assert TextNormalizer(rules="persian")([unescaped(row["text"]), clean]) == [clean, clean]
    assert row["right"] in ("all", "hezar", "peers", "open")


@pytest.mark.parametrize(
    "copied", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy], ids=["pickled", "copied"]
)
def test_a_copy_has_the_rules_and_goes_its_own_way(copied: Callable[[TextNormalizer], TextNormalizer]):
    normalizer = TextNormalizer(rules="persian", replace_patterns=[["!", "."]])
    assert normalizer("كتاب ها!") == ["کتاب\u200cها."]
    other = copied(normalizer)
    assert other("كتاب ها!") == ["کتاب\u200cها."]
    other.config.update(rules=["arabic_letters"])
    assert other("كتاب ها!") == ["کتاب ها."]
    assert normalizer("كتاب ها!") == ["کتاب\u200cها."]


def test_it_works_without_torch():
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from hezar_data import TextNormalizer\n"
        "print(TextNormalizer(rules='persian')('12')[0] == '\\u06f1\\u06f2')"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"
