"""Each rule by name: what it changes, and what only looks as if it should be changed. ``~`` is the half-space."""

from __future__ import annotations

import pytest

from hezar_config import ConfigError
from hezar_data import TextNormalizer
from hezar_data import characters as ch
from hezar_data.persian.catalog import NORMALIZER_PRESETS, NORMALIZER_RULES
from hezar_data.persian.explain import visible
from hezar_registry import UnknownNameError

NORMALIZER = TextNormalizer(nfkd=False, nfkc=False)

# rule: {text: clean text}; a text that stays is its own value.
CASES: dict[str, dict[str, str]] = {
    "compose": {"ا\u0653ب": "آب", "ی\u200cا": "ی\u200cا"},
    "presentation_forms": {"\ufedb\ufe98\ufe8e\ufe8f": "\u0643تاب", "\ufefb": "لا", "\ufdf2": "الله", "\ufd3eآیه\ufd3f": "\ufd3eآیه\ufd3f"},
    "arabic_letters": {"\u0643تاب عل\u064a موس\u0649": "کتاب علی موسی", "رأی مؤمن مسئله": "رأی مؤمن مسئله", "\u0671لله": "الله"},
    "lookalike_letters": {"\u06c1م\u06be\u06d5": "همهه", "\u06aaتاب": "کتاب"},
    "neighbour_letters": {"\u0679\u0688\u06c6": "تدو"},
    "heh_hamza": {"خان\u06c0 من": "خانه\u0654 من"},
    "teh_marbuta": {"دایر\u0629": "دایره"},
    "fold_hamza": {"آرأی مؤمن مسئله": "ارای مومن مسیله"},
    "remove_harakat": {"سَلامٌ مُدَرِّس": "سلامٌ مدرس", "خانه\u0654": "خانه\u0654"},
    "remove_tanvin": {"اصلاً سَلام": "اصلا سَلام"},
    "bidi_controls": {"\u202bسلام\u202c \u200eA\u200f\u2066\u2069\u061c": "سلام A"},
    "unicode_spaces": {"a\u00a0b\u2009c\u3000d": "a b c d"},
    "half_space_impostors": {
        "کتاب\u00acها": "کتاب~ها",
        "می\u00adروم می\u200bروم": "می~روم می~روم",
        "A \u00ac B": "A \u00ac B",
        "co\u00adop": "co\u00adop",
    },
    "invisible_controls": {"a\u200b\ufeff\x00b\tc\nd": "ab\tc\nd"},
    "remove_tatweel": {"ســــلام": "سلام", "تهران ـ ایران": "تهران ـ ایران"},
    "redundant_zwj": {"سل\u200dام": "سلام", "۱۴۰۰ ه\u200d.ق": "۱۴۰۰ ه\u200d.ق", "\U0001f468\u200d\U0001f469": "\U0001f468\u200d\U0001f469"},
    "redundant_zwnj": {
        "~می~~روم~ ~خانه~.": "می~روم خانه.",
        "«کتاب»~ها PDF~ها ۲۰~ام": "«کتاب»~ها PDF~ها ۲۰~ام",
    },
    "hashtags_to_words": {"#کتاب_خوب C# &#1;": "کتاب خوب C# &#1;"},
    "remove_emoji": {"خوب\U0001f600\u2764\ufe0f1\ufe0f\u20e3 ۱۲ ©": "خوب ۱۲ ©"},
    "remove_urls": {"ببین https://a.ir/x?y=1. و www.b.com": "ببین . و "},
    "remove_emails": {"به a.b@c.org بنویس": "به  بنویس"},
    "remove_mentions": {"سلام @user_1 a@b.com": "سلام  a@b.com"},
    "repeated_spaces": {"a  b\t c \n d": "a b c\nd", "a\r\n\r\nb": "a\r\n\r\nb"},
    "edge_spaces": {"  a b \t": "a b", "   ": ""},
    "stray_marks": {
        "کتاب \u064eخوب خدا \u064b": "کتاب\u064e خوب خدا\u064b",
        "خانه \u0654 ما \u064b\u0651 ب": "خانه\u0654 ما\u064b\u0651 ب",
        "\u064eخوب\nبد\n \u0650سلام": "خوب\nبد\n سلام",
        "A \u064e ۱۲ \u0650": "A \u064e ۱۲ \u0650",
        "سَلام": "سَلام",
    },
    "repeated_letters": {
        "خییییلی عااالی سلاممم": "خیلی عالی سلام",
        "الله تعیین مسئله شش ممنون": "الله تعیین مسئله شش ممنون",
        "اللللله تعیییین مممنون": "الله تعیین ممنون",
        "جاییی خداییی وایییی": "جایی خدایی وای",
        "خخخخخخ ههه": "خخخ ههه",
        "wwwow 1000": "wwwow 1000",
    },
    "verb_prefixes": {
        "می روم نمی دانم می خوام نمی بینمش": "می~روم نمی~دانم می~خوام نمی~بینمش",
        "می رفته است و بر می گردد": "می~رفته است و بر می~گردد",
        "می ناب و جام می در دست": "می ناب و جام می در دست",
        "قدیمی رفت": "قدیمی رفت",
    },
    "joined_verbs": {
        "میروم نمیدانم میگم میکنه برمیگردم": "می~روم نمی~دانم می~گم می~کنه برمی~گردم",
        "میز میهن میدان میدانی میان میوه میشی زمین میکروب": "میز میهن میدان میدانی میان میوه میشی زمین میکروب",
    },
    "plural_suffixes": {
        "کتاب ها کتاب های خوب بچه هایشان CD ها": "کتاب~ها کتاب~های خوب بچه~هایشان CD~ها",
        "های و هوی": "های و هوی",
        "بهار هاله": "بهار هاله",
    },
    "comparative_suffixes": {
        "بزرگ تر زیبا ترین خوش~حال تر": "بزرگ~تر زیبا~ترین خوش~حال~تر",
        "بیش تر کم ترین": "بیشتر کمترین",
        "لباس تر سیب سبز ترش ترم تره": "لباس تر سیب سبز ترش ترم تره",
    },
    "personal_suffixes": {
        "خسته ام رفته اند خانه ای نامه اش": "خسته~ام رفته~اند خانه~ای نامه~اش",
        "که ای راه ام معاینه ام آر آی": "که ای راه ام معاینه ام آر آی",
    },
    "ordinal_suffixes": {"سی ام ۲۰ ام بیماری ام اس": "سی~ام ۲۰~ام بیماری ام اس"},
    "ezafe_spacing": {
        "خانه ی ما راه ی": "خانه~ی ما راه ی",
        "کتاب~ها ی من، گلها یم": "کتاب~های من، گلهایم",
        "بچه~ها یی که دست~ها یشان": "بچه~هایی که دست~هایشان",
        "ها ی من، از الف تا ی، خانه یی": "ها ی من، از الف تا ی، خانه یی",
        "آن~ها یاد خانه~ها یک": "آن~ها یاد خانه~ها یک",
    },
    "joined_plurals": {
        "کتابهای آنها": "کتاب~های آن~ها",
        "تنها انتها بها شبها خانهای نهایت بهار کارها": "تنها انتها بها شب~ها خانهای نهایت بهار کارها",
    },
    "joined_comparatives": {
        "بزرگترین مهمتر": "بزرگ~ترین مهم~تر",
        "بهتر کمتر بیشتر دختر مادر دفتر بستر چتر": "بهتر کمتر بیشتر دختر مادر دفتر بستر چتر",
    },
    "ezafe_hamza": {"خانه~ی ما": "خانه\u0654 ما", "خانه~یمان": "خانه~یمان"},
    "ezafe_yeh": {"خانه\u0654 ما خان\u06c0 ما": "خانه~ی ما خانه~ی ما"},
    "zwnj_after_non_joiner": {"کار~ها می~روم": "کارها می~روم"},
    "zwnj_to_space": {"می~روم": "می روم"},
    "persian_digits": {"123 ٤٥٦ ۷": "۱۲۳ ۴۵۶ ۷", "MP3 COVID-19 v2.0 H2O": "MP3 COVID-19 v2.0 H2O", "1403/05/12": "۱۴۰۳/۰۵/۱۲"},
    "ascii_digits": {"۱۲۳ ٤٥٦": "123 456"},
    "arabic_digits": {"۱۲3": "١٢٣"},
    "number_separators": {
        "۱,۲۳۴,۵۶۷.۸۹ 1٬234٫5": "۱٬۲۳۴٬۵۶۷٫۸۹ 1,234.5",
        "۱۴۰۳/۰۵/۱۲ ۱۲:۳۰ ۲.۰.۱ ۱,۲,۳ ۱۴۰۳.۰۵.۱۲": "۱۴۰۳/۰۵/۱۲ ۱۲:۳۰ ۲.۰.۱ ۱,۲,۳ ۱۴۰۳.۰۵.۱۲",
    },
    "percent_sign": {"۲۰% 20%": "۲۰٪ 20%"},
    "digit_spacing": {"سال۱۴۰۳بود": "سال ۱۴۰۳ بود", "۱۲ساله ۲۰ها #سال۱۴۰۳": "۱۲ساله ۲۰ها #سال۱۴۰۳"},
    "ellipsis": {"و... بعد....": "و… بعد…", "a..b": "a..b"},
    "repeated_punctuation": {"چی؟؟؟ وای!!!! ها؟!؟! ،،": "چی؟ وای! ها؟! ،", "a...": "a..."},
    "persian_punctuation": {"سلام, خوبی? آری; (تهران),": "سلام، خوبی؟ آری؛ (تهران)،", "Hello, world? 1,234": "Hello, world? 1,234"},
    "quotes": {'گفت "سلام" و “بله”': "گفت «سلام» و «بله»", 'say "hi" 5"': 'say "hi" 5"'},
    "no_space_before_punctuation": {
        "سلام ، خوبی ؟ ( بله ) ۲۰ ٪": "سلام، خوبی؟ ( بله) ۲۰٪",
        "از .NET و ۱۲ : ۳۰ و a != b": "از .NET و ۱۲ : ۳۰ و a != b",
    },
    "bracket_spacing": {"تهران( پایتخت) گفت:« بیا»": "تهران (پایتخت) گفت: «بیا»", "کتاب(ها) متن[۱] f(x)": "کتاب(ها) متن[۱] f(x)"},
    "space_after_punctuation": {
        "سلام،خوبی؟بله.رفت:او (الف)ب": "سلام، خوبی؟ بله. رفت: او (الف) ب",
        "۳.۱۴ ۱۲:۳۰ ه.ق. ق.م. a.b «کتاب»ها": "۳.۱۴ ۱۲:۳۰ ه.ق. ق.م. a.b «کتاب»ها",
    },
}  # fmt: skip


def half_spaces(text: str) -> str:
    return text.replace("~", ch.ZWNJ)


def test_every_rule_has_cases_and_says_why():
    assert CASES.keys() == NORMALIZER_RULES.keys()
    assert all(rule.description and rule.source for rule in NORMALIZER_RULES.values())


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, cases in CASES.items() for text in cases])
def test_a_rule_alone(rule: str, text: str):
    expected = half_spaces(CASES[rule][text])
    assert NORMALIZER(half_spaces(text), rules=[rule]) == [expected]
    assert NORMALIZER(expected, rules=rule) == [expected]


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_changes_something_and_can_be_left_out(rule: str):
    text = half_spaces(" ".join(CASES[rule]))
    assert NORMALIZER(text, rules=[rule]) != [text]
    assert NORMALIZER(text, rules=[rule], skip_rules=[rule]) == [text]


def test_presets():
    text = half_spaces('كتاب ها ي علي در https://a.ir/b,c?x=1 ، مي خواهم 12.5% "متن"...اصلاً!!! :)')
    clean = TextNormalizer(rules="persian")(text)
    assert clean == [half_spaces("کتاب~های علی در https://a.ir/b,c?x=1، می~خواهم ۱۲٫۵٪ «متن»…اصلاً! :)")]
    assert TextNormalizer(rules="characters")(half_spaces("كتاب ها, ۱۲ 12")) == ["کتاب ها, ۱۲ 12"]
    assert TextNormalizer(rules="display")(half_spaces("خانه ی خییلیی")) == ["خانه\u0654 خییلیی"]
    spellings = ["خانه\u0654 مي‌روم", "خان\u06c0 مي روم", "خانه می‌روم"]
    assert len({TextNormalizer(rules="search")(s)[0] for s in spellings}) == 1


def test_sets_of_rules_are_checked():
    with pytest.raises(UnknownNameError, match="Did you mean 'persian_digits'"):
        TextNormalizer(rules=["persian_digit"])
    with pytest.raises(UnknownNameError, match="Did you mean 'remove_emoji'"):
        NORMALIZER("a", rules="persian", skip_rules=["remove_emojis"])
    with pytest.raises(ConfigError, match="'ascii_digits' and 'persian_digits' undo one another"):
        NORMALIZER("a", rules=["persian", "ascii_digits"])
    assert NORMALIZER("12", rules=["persian", "ascii_digits"], skip_rules="persian_digits") == ["12"]
    assert set(NORMALIZER_PRESETS) == {"characters", "persian", "display", "training", "search"}


def test_visible_characters():
    assert visible("می\u200cروم\u00a0\u200f\u0640\ufeff\u064b\n") == "می‹ZWNJ›روم‹NBSP›‹RLM›‹TATWEEL›‹BOM›‹U+064B›‹LF›"
