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
        "10.1038/nature12373",
        "978-964-123-456-7",
        "550e8400-e29b-41d4-a716-446655440000",
        "fe80::1",
        "https://fa.wikipedia.org/wiki/ایران_(کشور)",
    ],
)
def test_one_notion_of_a_word_for_numbers_identifiers_and_unseen_characters(token):
    assert WordTokenizer()(f"این {token} است") == ["این", token, "است"]


@pytest.mark.parametrize(
    "address", ["https://fa.wikipedia.org/wiki/ایران_(1,2)", "http://a.ir/x?y=1,2", "a.b@c.org", "@a.b_1"]
)
@pytest.mark.parametrize(("before", "after"), [("(", ")."), ("«", "»"), ("", "؟"), ("", "!")])
def test_what_one_token_is_the_rules_leave_alone(before, address, after):
    assert address in WordTokenizer()(f"این {before}{address}{after} است")
    assert address in TextNormalizer(rules="persian")(f"این {before}{address}{after} است")[0]


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


@pytest.mark.parametrize(
    "identifier",
    [
        "10.1038/nature12373",
        "ISBN 978-3-16-148410-0",
        "978-600-119-123-4",
        "IR06 2960 0000 0010 0324 2000 01",
        "192.168.1.10",
        "192.168.1.10:8080",
        "fe80::1",
        "00:1A:2B:3C:4D:5E",
        "3.11.2",
        "version 2.0",
        "Python 3.12",
        "RFC 3986",
        "ISO 8601",
        "d41d8cd98f00b204e9800998ecf8427e",
        "550e8400-e29b-41d4-a716-446655440000",
        "2024-report.pdf",
        "U+0654",
        "`x = 5, y`",
        "$x_1 = 25$",
        "\\frac{1}{2}",
        "[متن](notes/2024-05.md)",
    ],
)
def test_identifiers_are_left_alone(identifier):
    normalizer = TextNormalizer(rules="persian")
    text = f"این {identifier} است"
    assert normalizer(text) == normalizer([text]) == [text]
    assert normalizer.normalize_with_alignment(text).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12.5", "۱۲٫۵"),
        ("12:30:45", "۱۲:۳۰:۴۵"),
        ("15.02.1403", "۱۵.۰۲.۱۴۰۳"),
        ("12,500", "۱۲٬۵۰۰"),
        ("5$ و 10$", "۵$ و ۱۰$"),
    ],
)
def test_numbers_are_no_identifiers(text, expected):
    assert TextNormalizer(rules="persian")(f"این {text} است") == [f"این {expected} است"]
