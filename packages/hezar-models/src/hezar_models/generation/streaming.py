"""From token ids to text as they come, without ever breaking a character."""

from __future__ import annotations

from hezar_models.generation.search import Decode

#: What a tokenizer gives for bytes that are no whole character yet.
REPLACEMENT = "\ufffd"
#: Joins the character before it to what follows: half a word when it comes last.
ZWNJ = "\u200c"


class TextStream:
    """Turns tokens into pieces of text; put together, the pieces are the text of all tokens.

    A piece never ends within a character, nor with a zero width non-joiner whose word goes on.

    Args:
        decode: From token ids to text.
        prompt: Tokens before the first new one: a tokenizer may write the first token of a text in another way.

    Attributes:
        prompt: Their text, which the first piece follows.
    """

    def __init__(self, decode: Decode, prompt: list[int] | None = None) -> None:
        self._decode = decode
        self._ids = list(prompt or [])
        self.prompt = decode(self._ids).rstrip(REPLACEMENT) if self._ids else ""
        #: How much of the text of `_ids` was given.
        self._given = len(self.prompt)

    def add(self, token: int) -> str:
        """Return the text that a further token makes certain; empty while a character is not whole."""
        self._ids.append(token)
        return self._take(hold_back=True)

    def end(self) -> str:
        """Return what is left, when no more tokens come."""
        return self._take(hold_back=False)

    def _take(self, *, hold_back: bool) -> str:
        text = self._decode(self._ids)
        end = len(text)
        if hold_back:
            end = len(text.rstrip(REPLACEMENT + ZWNJ))
        piece = text[self._given : end]
        self._given = max(self._given, end)
        return piece
