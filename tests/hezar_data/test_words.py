"""Behaviour of sentence splitter, word tokenizer, stemmer and lemmatizer that is promised in their documentation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hezar_data import (
    Lemmatizer,
    Preprocessor,
    PreprocessorsContainer,
    SentenceSplitter,
    Stemmer,
    WordTokenizer,
    build_preprocessor,
)
from hezar_data.lexicon.spelling import plain
from hezar_data.lexicon.words import lexicon
from hezar_data.words.verbs import tables
from hezar_registry import HezarError, InputError

ZWNJ = "\u200c"


def half(text: str) -> str:
    """Write the half-space as ``~``."""
    return text.replace("~", ZWNJ)


# Sentences ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentences",
    [
        ["سلام!", "خوبی؟", "من خوبم."],
        ["دما ۳.۵ و ۴٫۵ درجه بود.", "سرد است."],
        ["ساعت ۱۰.۳۰ روز ۱۴۰۳.۲.۱ آمد."],
        ["به www.example.com یا a.b@example.org بنویسید.", "منتظریم."],
        ["در سال ۳۳۰ ق.م. اسکندر آمد.", "شهر سوخت."],
        ["دکتر م. معین فرهنگ نوشت."],
        ["او در U.S.A. ماند.", "Mr. Brown هم ماند."],
        ["واقعاً؟!", "نه!!!", "چرا؟؟"],
        ["گفت: «می\u200cآیم.»", "بعد رفت."],
        ["«کجایی؟» پرسید مادر."],
        ["او (چه خوب!) آمد."],
        ["(این یک جمله است.)", "آن هم."],
        ["۱. نخستین گزینه"],
        ["خوب بود! 😍😍", "بعد رفتیم."],
        ["باران آمد…", "خیس شدیم."],
        ["من… نمی\u200cدانم."],
        ["سیب و گلابی و... خریدم."],
    ],
)
def test_sentences_end_where_they_should(sentences: list[str]):
    assert SentenceSplitter()(" ".join(sentences)) == sentences


def test_space_missing_behind_the_mark():
    assert SentenceSplitter()("رفت.بعد آمد؟بله") == ["رفت.", "بعد آمد؟", "بله"]
    assert SentenceSplitter()("نسخهٔ 2.0.1 و a.py") == ["نسخهٔ 2.0.1 و a.py"]


@pytest.mark.parametrize(
    ("newline", "count"), [("break", 3), ("paragraph", 2), ("ignore", 1)], ids=["break", "paragraph", "ignore"]
)
def test_line_breaks(newline: Any, count: int):
    assert len(SentenceSplitter(newline=newline)("خط یک\nخط دو\n \nخط سه")) == count


def test_semicolon_and_own_abbreviations():
    text = "باران آمد؛ رفتیم."
    assert SentenceSplitter()(text) == [text]
    assert SentenceSplitter(semicolon=True)(text) == ["باران آمد؛", "رفتیم."]
    text = "خیابان شهید اب. رضایی"
    assert len(SentenceSplitter()(text)) == 2
    assert SentenceSplitter(abbreviations=["اب."])(text) == [text]


def test_forgotten_bracket_swallows_no_sentences():
    text = "او (که رفت. " + "و ماند. " * 40
    assert len(SentenceSplitter()(text)) > 30


def test_sentences_with_offsets():
    text = "  سلام!  خوبی؟\n"
    assert SentenceSplitter()(text, return_offsets=True) == [("سلام!", (2, 7)), ("خوبی؟", (9, 14))]


# Tokens ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tokens",
    [
        ["می~روم", "،", "کتاب~ها", "!"],
        ["۱۲٬۳۴۵٫۶", "و", "3.5", "و", "۱,۲۵۰"],
        ["۱۴۰۳/۰۲/۱۵", "۱۰:۳۰", "2024-05-13", "۲۵٪", "-۵"],
        ["https://example.com/a?b=1#c", "www.example.ir", "a.b+c@mail.example.org"],
        ["#ایران_من", "@user_1", ":)", "<3"],
        ["👨\u200d👩\u200d👧", "👍🏽", "🇮🇷", "❤\ufe0f", "1\ufe0f\u20e3"],
        ["ق.م.", "U.S.A.", "Dr.", "Smith"],
        ["چرا", "؟!", "نه", "..."],
        ["«", "سلام", "»", "(", "بد", ")", "[", "۱", "]"],
        ["کتابِ", "قُرآن", "سلـــام", "مسئلهٔ", "رؤیا"],
        ["e-mail", "don't", "C++", "python3.12"],
        ["مدل", "2~بعدی", "25MB"],
        ["हिन्दी", "日本語", "Ελλάδα"],
    ],
)
def test_tokens_apart_and_glued_to_punctuation(tokens: list[str]):
    tokens = [half(token) for token in tokens]
    assert WordTokenizer()(" ".join(tokens)) == tokens
    assert WordTokenizer()("\n".join(tokens)) == tokens


def test_glued_tokens():
    assert WordTokenizer()("رفت.بعد(چاپ دوم)۱۲نفر") == ["رفت", ".", "بعد", "(", "چاپ", "دوم", ")", "۱۲", "نفر"]
    assert WordTokenizer()("(https://a.ir/b_(c)).") == ["(", "https://a.ir/b_(c)", ")", "."]
    assert WordTokenizer()("شد🏆🏆") == ["شد", "🏆", "🏆"]


def test_invisible_marks_alone_are_no_tokens():
    assert WordTokenizer()("\u200fسلام\u200f \u200c \ufeff") == ["سلام"]


def test_punctuation_can_be_left_out():
    assert WordTokenizer(punctuation=False)("«سلام!» گفت… ۲۵٪ 🙂") == ["سلام", "گفت", "۲۵٪", "🙂"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("می روم", ["می روم"]),
        ("نمی دانست چه", ["نمی دانست", "چه"]),
        ("گفته شده است.", ["گفته شده است", "."]),
        ("خواهم رفت و نخواهد ماند", ["خواهم رفت", "و", "نخواهد ماند"]),
        ("دیده خواهد شد", ["دیده خواهد شد"]),
        ("رفته بودم خانه", ["رفته بودم", "خانه"]),
        ("نوشته نشده بود", ["نوشته نشده بود"]),
        ("خواست برود", ["خواست", "برود"]),
        ("کتاب است", ["کتاب", "است"]),
        ("می\nروم", ["می", "روم"]),
    ],
)
def test_joining_verb_parts(text: str, tokens: list[str]):
    assert WordTokenizer()(text) == [word for token in tokens for word in token.split()]
    assert WordTokenizer(join_verb_parts=True)(text) == tokens


def test_joining_endings():
    tokenizer = WordTokenizer(join_endings=True)
    assert tokenizer("کتاب ها و دفتر هایش") == ["کتاب ها", "و", "دفتر هایش"]
    assert tokenizer("بزرگ تر از خانه ام") == ["بزرگ تر", "از", "خانه ام"]
    assert tokenizer("ای دوست") == ["ای", "دوست"]


def test_tokens_with_offsets():
    text = " نامه نوشته  شده است!"
    assert WordTokenizer(join_verb_parts=True)(text, return_offsets=True) == [
        ("نامه", (1, 5)),
        ("نوشته  شده است", (6, 20)),
        ("!", (20, 21)),
    ]


# Stems and lemmas --------------------------------------------------------------------------------------------------

LEMMAS = {
    "رفتن": "می~روم نمی~رفت بروند نرو رفته~ام نرفته\u200cاند رفتیم میرم بریم میرفتن نمیره رفتن",
    "گفتن": "می~گوید بگو گفته است میگه نگفتی بگین می~گفتند".replace(" است", ""),
    "آمدن": "می~آید بیا نیامد آمده~اند میاد اومد نیومده بیاین میومد",
    "خواستن": "خواهم نخواهند می~خواست میخوام نمی~خواد بخواه",
    "توانستن": "می~توانم می~توان نتوانست میتونم تونست نمی~تونه بتوان",
    "دانستن": "می~دانید نمیدونم دونست ندانسته",
    "برگشتن": "برمی~گردد برنگشتند برگشته~ای برگردید",
    "درآوردن": "درآورد درمی~آورند درنیاورد",
    "فروریختن": "فروریخت فرومی~ریزد",
    "انداختن": "بینداز نینداخت می~اندازیم بندازید".replace(" بندازید", ""),
    "بودن": "است هستم نیستند بود نبوده باشیم می~باشد",
    "کتاب": "کتاب~ها کتابهایشان کتابم کتاب~هایی کتابا کتابامون کتابو کتب",
    "خانه": "خانه~ام خانه~های خانه~ای خانهٔ خونه خونه~مون",
    "دانشجو": "دانشجویان دانشجوها دانشجویی دانشجوی".replace(" دانشجویی", ""),
    "نویسنده": "نویسندگان نویسنده~ها نویسندگانش",
    "عالم": "علما",
    "بزرگ": "بزرگ~تر بزرگترین بزرگ~ترین~ها بزرگ~تره بزرگند",
    "خسته": "خسته~ام خسته~اند خسته~ن خستم".replace(" خستم", ""),
    "را": "رو",
    "خود": "خودم خودشان خودشون",
}


@pytest.mark.parametrize(
    ("form", "lemma"), [(form, lemma) for lemma, forms in LEMMAS.items() for form in forms.split()]
)
def test_lemma(form: str, lemma: str):
    assert Lemmatizer()(half(form)) == lemma


WHOLE = """
میز تنها مادر بهار دختر دفتر زمین ماشین پایین شیرین جهان زبان درخشان ورزش دانش نقش دست راست چشم قلم مردم بالا دنیا زیبا بانو
گفتگو حرفه~ای بدن باران میدان میهن برادر برنامه نامه نمک ملت حقوق اطلاعات
"""


@pytest.mark.parametrize("word", WHOLE.split())
def test_whole_words_stay_whole(word: str):
    word = half(word)
    assert Lemmatizer()(word) == Stemmer()(word) == word


def test_names_of_verbs():
    assert Lemmatizer(verb_form="stems")(["می\u200cروم", "رفتن", "رفت#رو", "کتاب\u200cها"]) == [
        "رفت#رو",
        "رفت#رو",
        "رفت#رو",
        "کتاب",
    ]


def test_part_of_speech_decides_between_readings():
    lemmatizer = Lemmatizer()
    assert lemmatizer("مردم") == lemmatizer("مردم", pos="NOUN") == "مردم"
    assert lemmatizer("مردم", pos="verb") == "مردن"
    assert lemmatizer(["نوشته", "نوشته"], pos=["VERB", "NOUN"]) == ["نوشتن", "نوشته"]
    assert lemmatizer("رو", pos="NOUN") == "رو"
    assert lemmatizer("کتاب\u200cها", pos="ADV") == "کتاب\u200cها"


def test_words_of_ones_own():
    assert Lemmatizer(lemmas={"دیتا": "داده"})(["دیتا", "دیتاها"]) == ["داده", "داده"]
    assert Stemmer(exceptions=["ایستگاه\u200cها"])(["ایستگاه\u200cها", "دستگاه\u200cها"]) == [
        "ایستگاه\u200cها",
        "دستگاه",
    ]


def test_other_scripts_and_signs_come_back():
    words = ["books", "۱۲۳", "!", "😀", "", " ", "#تگ", "日本"]
    assert Lemmatizer()(words) == Stemmer()(words) == words


def test_arabic_spelling_is_read():
    assert Lemmatizer()("كتابهاي") == "کتاب"
    assert plain("كتـــابِ\u200c") == "کتاب"


def test_lexicon_is_as_large_as_documented():
    table = tables()
    assert len(table.verbs) + sum(map(len, table.prefixed.values())) > 600
    assert len(lexicon().plurals) > 300
    assert len(lexicon().known) > 5000
    for prefix, pasts in table.prefixed.items():
        assert pasts <= table.verbs.keys(), f"{prefix} stands before unknown verbs: {pasts - table.verbs.keys()}"


# All of them -------------------------------------------------------------------------------------------------------

CLASSES = {
    "sentence_splitter": SentenceSplitter,
    "word_tokenizer": WordTokenizer,
    "stemmer": Stemmer,
    "lemmatizer": Lemmatizer,
}


@pytest.mark.parametrize(("name", "cls"), CLASSES.items(), ids=CLASSES)
def test_registered_under_its_name(name: str, cls: type):
    assert type(build_preprocessor(name)) is cls


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
@pytest.mark.parametrize("inputs", [None, 3, b"text", ["a", None], {"a": 1}, [["a"]]], ids=repr)
def test_what_is_no_text_is_an_error(cls: type, inputs: Any):
    with pytest.raises(InputError):
        cls()(inputs)


def test_as_many_parts_of_speech_as_words():
    with pytest.raises(InputError, match="one part of speech"):
        Lemmatizer()(["الف", "ب"], pos=["NOUN"])
    with pytest.raises(InputError):
        Lemmatizer()(["الف"], pos=[3])  # pyright: ignore[reportArgumentType] - the error is what is tested


@pytest.mark.parametrize("cls", CLASSES.values(), ids=CLASSES)
def test_lists_iterators_and_nothing(cls: type):
    texts = ["سلام دنیا.", "کتاب\u200cها"]
    assert cls()(texts) == cls()(iter(texts)) == cls()(tuple(texts)) == [cls()(text) for text in texts]
    assert cls()([]) == []


def test_wrong_config_values_are_errors():
    with pytest.raises(HezarError):
        SentenceSplitter(newline="never")  # pyright: ignore[reportArgumentType] - the error is what is tested
    with pytest.raises(HezarError):
        Lemmatizer(verb_form="root")
    with pytest.raises(HezarError, match="join_verb_parts"):
        WordTokenizer(join_verb_part=True)


def test_save_and_load(tmp_path: Path):
    members = [
        SentenceSplitter(newline="ignore", abbreviations=["خ"]),
        WordTokenizer(join_verb_parts=True),
        Stemmer(exceptions=["میز"]),
        Lemmatizer(verb_form="stems", lemmas={"دیتا": "داده"}),
    ]
    for member in members:
        member.save(tmp_path)
    loaded = Preprocessor.load(tmp_path)
    assert isinstance(loaded, PreprocessorsContainer)
    assert {name: type(member) for name, member in loaded.items()} == CLASSES
    for member in members:
        again = type(member).load(tmp_path)
        assert again.config.to_dict() == member.config.to_dict()
        assert type(again) is type(member)
    assert loaded.lemmatizer("می\u200cروم") == "رفت#رو"


def test_torch_and_numpy_stay_out():
    code = (
        "import sys; from hezar_data import *; import hezar_data as h\n"
        "h.WordTokenizer()('a'); h.Lemmatizer()('کتاب\u200cها'); h.Stemmer()('b'); h.SentenceSplitter()('c')\n"
        "assert not {'torch', 'tokenizers', 'datasets'} & set(sys.modules), sorted(sys.modules)"
    ).replace("from hezar_data import *; ", "")
    subprocess.run([sys.executable, "-c", code], check=True)
