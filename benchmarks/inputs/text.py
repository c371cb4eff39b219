"""Persian sentences of any length, the same for the same seed. They have the shape of text, not its sense."""

from __future__ import annotations

import random

ZWNJ = "\u200c"
ARABIC_YEH, ARABIC_KAF = "\u064a", "\u0643"
FARSI_YEH, KEHEH = "\u06cc", "\u06a9"
FATHA, TATWEEL = "\u064e", "\u0640"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FUNCTION = _words(
    "از به با در را که و یا اما اگر چون پس تا بر هم نیز بدون درباره میان کنار پیش بعد هنوز همیشه هرگز شاید البته بسیار "
    "کمی این آن همین همان هر هیچ چند یک دو سه چهار پنج ده صد من تو او ما شما چه چرا کجا وقتی برای ولی زیرا مگر جز"
)
_NOUNS = _words(
    "کتاب خانه مدرسه دانشگاه شهر روستا خیابان کوچه باغ درخت گل رود دریا کوه دشت آسمان باران برف باد آفتاب ماه ستاره شب روز "
    "صبح عصر سال هفته ساعت دقیقه زمان مکان راه سفر قطار هواپیما ماشین دوچرخه کشتی پل ایستگاه بازار مغازه فروشگاه قیمت پول "
    "بانک شرکت کارخانه کارگر مهندس پزشک معلم شاگرد دانشجو استاد نویسنده شاعر نقاش بازیگر کارگردان فیلم داستان شعر موسیقی "
    "آواز ساز نمایش موزه هنر فرهنگ تاریخ زبان واژه جمله متن نامه روزنامه خبر گزارش مقاله پژوهش دانش آزمایش نتیجه نظریه "
    "مسئله پاسخ پرسش اندیشه رای نظر حرف سخن گفتگو دوست همسایه خانواده پدر مادر برادر خواهر فرزند کودک جوان مرد زن مردم "
    "کشور دولت قانون مجلس دادگاه حق آزادی عدالت صلح جنگ مرز ارتش پلیس امنیت بهداشت بیمارستان دارو درمان بیماری سلامت غذا "
    "نان برنج گوشت ماهی میوه سیب انگور انار چای قهوه شیر پنیر سفره آشپزخانه رستوران هتل اتاق پنجره در دیوار سقف فرش میز "
    "صندلی چراغ آینه ساختمان معمار طرح نقشه رنگ صدا تصویر نور سایه گرما سرما آب خاک آتش هوا انرژی نفت گاز برق "
    "رایانه گوشی شبکه برنامه داده الگوریتم مدل حافظه پردازنده دستگاه ابزار سامانه پایگاه پیام رمز نشانی تلفن تیم بازی توپ "
    "ورزش مسابقه قهرمان برد باخت تماشاگر مربی دونده شنا جایزه جشن عروسی نوروز عید هدیه امید آرزو شادی غم ترس عشق"
)
_ADJECTIVES = _words(
    "خوب بد بزرگ کوچک بلند کوتاه زیبا زشت تازه کهنه قدیمی نو جوان پیر گرم سرد روشن تاریک سفید سیاه سبز آبی سرخ زرد شیرین تلخ "
    "ترش شور نرم سخت سنگین سبک ارزان گران دور نزدیک ساده پیچیده مهم مشهور ناشناس آرام شلوغ تمیز کثیف قوی ضعیف سریع کند دقیق "
    "درست نادرست ممکن دشوار آسان عجیب طبیعی علمی هنری سیاسی اقتصادی اجتماعی فرهنگی ملی جهانی محلی عمومی خصوصی تاریخی مدرن"
)
_VERBS = _words(
    "رفت آمد گفت شنید دید خواند نوشت ساخت خرید فروخت خورد نوشید پخت شست دوخت آورد برد داد گرفت فرستاد رسید ماند نشست ایستاد "
    "دوید پرید شناخت دانست فهمید خواست توانست کوشید آموخت پرسید یافت باخت شکست بست گشود آغاز پایان پذیرفت"
)
_NOUN_ENDINGS = ("", "", "", "ی", f"{ZWNJ}ها", f"{ZWNJ}های", f"{ZWNJ}هایی", "ان", "م", f"{ZWNJ}اش", f"{ZWNJ}شان", "مان")
_ADJECTIVE_ENDINGS = ("", "", "", "تر", "ترین", f"{ZWNJ}تر", f"{ZWNJ}ترین", "ی")
_VERB_FORMS = (
    "{}",
    "{}م",
    "{}ند",
    "{}یم",
    f"می{ZWNJ}{{}}",
    f"می{ZWNJ}{{}}ند",
    f"نمی{ZWNJ}{{}}",
    f"{{}}ه{ZWNJ}است",
    "ن{}",
)
_MARKS = ("،", "،", "؛", ":", " -")
_ENDS = (".", ".", ".", "!", "؟")


def sentences(count: int, seed: int = 0, shortest: int = 5, longest: int = 120) -> list[str]:
    """Return sentences of mixed length: the number of words is evenly spread from `shortest` to `longest`."""
    chance = random.Random(seed)
    return [_sentence(chance, shortest + int(chance.random() * (longest - shortest + 1))) for _ in range(count)]


def untidy(texts: list[str], seed: int = 0) -> list[str]:
    """Return the texts as people type them.

    A third of the writers have an Arabic keyboard. All of them now and then leave half-spaces out, double blanks, stretch
    a word, write a vowel mark or put a blank inside brackets: about every tenth word, as in what is written on the web.
    """
    chance = random.Random(seed)
    return [_untidy(chance, text, arabic_keyboard=chance.random() < 1 / 3) for text in texts]


def _sentence(chance: random.Random, words: int) -> str:
    written = [_word(chance) for _ in range(words)]
    for number in range(7, words - 1, 9):
        written[number] += _pick(chance, _MARKS)
    return " ".join(written) + _pick(chance, _ENDS)


def _word(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.3:
        return _pick(chance, _FUNCTION)
    if kind < 0.65:
        return _pick(chance, _NOUNS) + _pick(chance, _NOUN_ENDINGS)
    if kind < 0.82:
        return _pick(chance, _ADJECTIVES) + _pick(chance, _ADJECTIVE_ENDINGS)
    if kind < 0.97:
        return _pick(chance, _VERB_FORMS).format(_pick(chance, _VERBS))
    return str(int(chance.random() * 1500))


def _untidy(chance: random.Random, text: str, arabic_keyboard: bool) -> str:
    if arabic_keyboard:
        text = text.replace(FARSI_YEH, ARABIC_YEH).replace(KEHEH, ARABIC_KAF)
    return " ".join(_untidy_word(chance, word) for word in text.split(" "))


def _untidy_word(chance: random.Random, word: str) -> str:
    kind = chance.random()
    if ZWNJ in word and kind < 0.3:
        return word.replace(ZWNJ, " ")
    if kind < 0.01 and len(word) > 3:
        return word[:2] + TATWEEL * 2 + word[2:]
    if kind < 0.02:
        return word[:1] + FATHA + word[1:]
    if kind < 0.05:
        return word + " "
    if kind < 0.06:
        return "(" + word + " )"
    return word


def _pick(chance: random.Random, items: tuple[str, ...]) -> str:
    # `random` gives the same numbers in every version of Python; `choice` does not promise to.
    return items[int(chance.random() * len(items))]
