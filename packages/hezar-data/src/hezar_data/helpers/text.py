"""Small questions about texts, and small changes to them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hezar_data.patterns import numbers_reversed
from hezar_registry import InputTypeError

# Whether a whole text is an address, as Hezar 1.0.0 decided it. To find addresses in a text is another matter:
# `hezar_data.patterns`.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)+[a-z0-9-]{{2,}}\.?"
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IPV6 = r"(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}"
_HOST = rf"(?:{_DOMAIN}|localhost|{_IPV4}|{_IPV6}|\[{_IPV6}\])"
_URL = re.compile(rf"(?:https?|ftp)://{_HOST}(?::\d{{1,5}})?(?:[/?#]\S*)?", re.ASCII | re.IGNORECASE)


def reverse_string_digits(text: str) -> str:
    """Turn the numbers of a text around: dates, decimals and number plates that were read from the wrong side.

    A number is a run of digits, and further runs that one other character sets apart; digits of all scripts count.

    Args:
        text: Any text.

    Returns:
        The text with every number written backwards, its separators too.

    Raises:
        InputTypeError: `text` is not a string.

    Example:
        >>> reverse_string_digits("2041/30/21")
        '12/03/1402'
    """
    return numbers_reversed(_checked(text))


def is_text_valid(text: str, valid_characters: Iterable[str]) -> bool:
    """Whether a text is not empty and has only these characters.

    Args:
        text: Any text.
        valid_characters: The characters, as a text or one by one.

    Raises:
        InputTypeError: `text` is not a string.

    Example:
        >>> is_text_valid("1402", "0123456789")
        True
    """
    return bool(_checked(text)) and set(text) <= set("".join(valid_characters))


def is_url(text: str) -> bool:
    """Whether a text is a whole http, https or ftp address.

    The host is a domain name, ``localhost`` or an IP address; a port and a path may follow. A domain name in Persian
    counts in the form that is sent (``xn--…``).

    Raises:
        InputTypeError: `text` is not a string.

    Example:
        >>> is_url("https://huggingface.co/hezarai"), is_url("image.png")
        (True, False)
    """
    return _URL.fullmatch(_checked(text)) is not None


def colorize_text(text: str, color: str) -> str:
    r"""Wrap a text in the ANSI codes that make a terminal show it in a color.

    Args:
        text: What to show.
        color: A member of `Color` or its name, such as ``"green"``; other names stand for the normal color.

    Raises:
        InputTypeError: `color` is not a string.

    Example:
        >>> colorize_text("done", "green")
        '\x1b[92mdone\x1b[0m'
    """
    from hezar_config.enums import Color

    code = color if isinstance(color, Color) else Color.__members__.get(_checked(color).upper(), Color.NORMAL)
    return f"{code}{text}{Color.NORMAL}"


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise InputTypeError(f"Expected a text; found {type(text).__name__}.")
    return text
