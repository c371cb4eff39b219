"""Questions about texts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_config.enums import Color
from hezar_data import colorize_text, is_text_valid, is_url, reverse_string_digits
from hezar_registry import InputTypeError

ZWNJ = "\u200c"


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("12a34", "43a21"),
        ("1--2 34--56", "1--43 2--65"),
        ("12  34", "21  43"),
        ("12,345.67", "76.543,21"),
        ("12/03/1402", "2041/30/21"),
        ("(12) -34- 56", "(21) -43- 65"),
        ("12\n34", "43\n21"),
        (f"12{ZWNJ}34", f"43{ZWNJ}21"),
        ("\u0663\u0664-\u06f5\u06f6", "\u06f6\u06f5-\u0664\u0663"),
        ("1\u00b22", "2\u00b21"),
        ("no digits", "no digits"),
    ],
)
def test_numbers_are_turned_around(text: str, turned: str):
    assert reverse_string_digits(text) == turned


@given(st.text(alphabet="0123456789\u06f0\u06f5 -/.ab\u0628\n"))
def test_turning_twice_changes_nothing(text: str):
    turned = reverse_string_digits(text)
    assert reverse_string_digits(turned) == text
    assert sorted(turned) == sorted(text)


@pytest.mark.parametrize("characters", ["a-]^\\", ["a", "-", "]", "^", "\\"], {"a-]", "^\\"}])
def test_a_valid_text_has_only_these_characters(characters: Any):
    assert is_text_valid("\\^]-a", characters)
    for text in ("", "b", "a\n", "a ", "A"):
        assert not is_text_valid(text, characters)
    assert not is_text_valid("a", [])


@given(st.text(max_size=10), st.text(max_size=10))
def test_valid_texts_in_words_of_re(text: str, characters: str):
    expected = bool(characters) and re.fullmatch(f"[{re.escape(characters)}]+", text) is not None
    assert is_text_valid(text, characters) == expected


@pytest.mark.parametrize(
    "text",
    [
        "HTTP://A.COM",
        "https://a.com:8080/x?y=z#f",
        "ftp://x.org",
        "http://[::1]/",
        "http://[2001:db8::1]:80/a",
        "http://2001:db8::1/x",
        "http://192.168.0.1:8000",
        "http://localhost:80/",
        "http://a.com/\u0633\u0644\u0627\u0645",
        "http://xn--mgba3a4f16a.ir",
        "http://1a.co?x",
        "http://a.com.",
        "http://a.com#x",
        f"http://{'a' * 63}.com",
    ],
)
def test_addresses(text: str):
    assert is_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://a",
        "http://a.b",
        "http://a_b.com",
        "http://-a.com",
        "http://a-.com",
        "http://a..com",
        "http://user:password@a.com",
        "http://a.com/a b",
        " http://a.com",
        "http://a.com\n",
        "http://a.com:",
        "http://a.com:8a",
        "http:/a.com",
        "http://1.2.3",
        "//a.com",
        "www.a.com",
        "ftps://a.com",
        "file:///a",
        "mailto:a@b.com",
        f"http://{'a' * 64}.com",
    ],
)
def test_what_is_no_address(text: str):
    assert not is_url(text)


@given(st.text())
def test_any_text_may_be_asked_about(text: str):
    assert is_url(text) in (True, False)
    assert is_url(f"http://{text}") in (True, False)


def test_long_texts_are_refused_at_once():
    assert not is_url("http://" + "a." * 50_000)
    assert not is_url("http://" + "a-" * 50_000)
    assert not is_url("http://" + ":" * 50_000)


@pytest.mark.parametrize("name", ["green", "GREEN", "Green", Color.GREEN])
def test_colors_by_name_and_member(name: str):
    assert colorize_text("x", name) == "\x1b[92mx\x1b[0m"


@pytest.mark.parametrize("name", ["gray", "", "\x1b[92m"])
def test_other_names_are_the_normal_color(name: str):
    assert colorize_text("x", name) == "\x1b[0mx\x1b[0m"


@pytest.mark.parametrize("value", [None, 12, b"http://a.com", ["a"]])
def test_texts_are_texts(value: Any):
    for call in (reverse_string_digits, is_url, lambda v: is_text_valid(v, "a"), lambda v: colorize_text("x", v)):
        with pytest.raises(InputTypeError, match=type(value).__name__):
            call(value)
