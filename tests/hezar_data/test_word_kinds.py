"""What a word is to the tokenizer, the splitter, the lemmatizer and the stemmer alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_data import Lemmatizer, SentenceSplitter, Stemmer, TextNormalizer, WordTokenizer

ZWNJ = "\u200c"
JOINING = WordTokenizer(join_verb_parts=True, join_endings=True)
LEMMATIZER, STEMMER = Lemmatizer(), Stemmer()


@pytest.mark.parametrize(
    ("form", "lemma", "stem"),
    [
        ("می روم", "رفتن", "رو"),
        ("نمی روم", "رفتن", "رو"),
        ("خواهم رفت", "رفتن", "رفت"),
        ("نخواهند گفت", "گفتن", "گفت"),
        ("گفته شده است", "گفتن", "گفته"),
        ("گفته نخواهد شد", "گفتن", "گفته"),
        ("دیده می\u200cشود", "دیدن", "دیده"),
        ("رفته بودم", "رفتن", "رفته"),
        ("کتاب ها", "کتاب", "کتاب"),
        ("کتاب هایشان", "کتاب", "کتاب"),
        ("بزرگ تر", "بزرگ", "بزرگ"),
        ("خانه ام", "خانه", "خانه"),
    ],
)
def test_one_notion_of_a_word_for_forms_of_several_words(form, lemma, stem):
    assert JOINING(form) == [form]
    assert LEMMATIZER(form) == lemma
    assert STEMMER(form) == stem


@pytest.mark.parametrize("text", ["دانشگاه تهران", "شکفته همیشه", "ها ها ها", "می\nروم", "a b"])
def test_texts_that_are_no_form_have_no_other_lemma(text):
    assert LEMMATIZER(text) == text
    assert len(JOINING(text)) > 1


@pytest.mark.parametrize(
    "token",
    [
        "5.975,7",
        "+98-21-88881234",
        "021-8888-1234",
        "0912-345-6789",
        "کتاب\u00adها",
        "کتاب\u200fها",
        "کتاب\u200bها",
        "inter\u00adnational",
    ],
)
def test_one_notion_of_a_word_for_numbers_and_unseen_characters(token):
    assert WordTokenizer()(f"این {token} است") == ["این", token, "است"]


@given(st.text(alphabet="\u200b\u200e\u200f\u00ad\ufeff\u2066 ", max_size=8))
def test_invisible_characters_are_no_token(unseen):
    assert WordTokenizer()(f"این {unseen} است") == ["این", "است"]


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u200f", "\u2060", "\ufeff"])
def test_invisible_characters_do_not_hide_a_lemma(unseen):
    assert LEMMATIZER(f"کتاب{unseen}ها") == "کتاب"
    assert LEMMATIZER(f"{unseen}کتاب{unseen}") == "کتاب"


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_every_line_break_ends_a_sentence(line_break):
    assert SentenceSplitter()(f"سلام{line_break}من خوبم") == ["سلام", "من خوبم"]
    expected = ["یک", "دو"] if line_break == "\u2029" else [f"یک{line_break}دو"]
    assert SentenceSplitter(newline="paragraph")(f"یک{line_break}دو") == expected
    assert SentenceSplitter(newline="paragraph")(f"یک{line_break * 2}دو") == ["یک", "دو"]


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("علاقه\u200cمند", "علاقه\u200cمند"),
        ("علاقه\u200cمندان", "علاقه\u200cمند"),
        ("نمک\u200cدان\u200cها", "نمک\u200cدان"),
        ("تنش", "تنش"),
        ("تنش\u200cها", "تنش"),
        ("بوم", "بوم"),
        ("رانش", "رانش"),
        ("میزان", "میزان"),
        ("میلاد", "میلاد"),
        ("کارش", "کار"),
        ("کتابم", "کتاب"),
    ],
)
def test_endings_that_make_words_and_frequent_nouns_stay(form, lemma):
    assert LEMMATIZER(form) == lemma


@pytest.mark.parametrize("text", ["میزان", "میلاد", "میعاد", "میثاق", "ها ها ها", "هه هه"])
def test_endings_are_not_found_in_frequent_nouns_and_laughter(text):
    assert TextNormalizer(rules="persian")(text) == [text]
    assert TextNormalizer(rules="persian")("میدانم میروم کتاب ها") == ["می\u200cدانم می\u200cروم کتاب\u200cها"]
