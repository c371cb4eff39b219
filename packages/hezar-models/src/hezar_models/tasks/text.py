"""What all models that read text have in common: from texts to token ids and back to batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar, Literal

from hezar_models.model import Model
from hezar_models.prediction.examples import Encoded, Example, Parts, Row
from hezar_models.prediction.rows import pad_rows, rows_of
from hezar_models.prediction.text_windows import TextWindows, cut_into_windows
from hezar_registry import HezarError, InputError, get_logger, suggest

logger = get_logger(__name__)

#: What becomes of a text with more tokens than the model can read: its beginning is read, or all of it in windows.
LongTexts = Literal["truncate", "stride"]


@dataclass(frozen=True)
class TextInfo:
    """What goes round the network for one text.

    Attributes:
        length: Number of tokens.
        columns: What the tokenizer said of each token besides its id, by name.
        text: The text as it was given, where the task needs it.
    """

    length: int
    columns: Mapping[str, Sequence[Any]] = field(default_factory=dict[str, Sequence[Any]])
    text: str | None = None

    def at(self, positions: Sequence[int]) -> TextInfo:
        """Return the same of some tokens only."""
        columns = {name: [values[i] for i in positions] for name, values in self.columns.items()}
        return TextInfo(len(positions), columns, self.text)


class TextModel(Model):
    """A model whose input is text, tokenized by its own tokenizer.

    Attributes:
        normalize_text: Whether a text normalizer of the repo is applied before the tokenizer.
        tokenizer_options: What the task asks of the tokenizer besides token ids.
        long_texts: What becomes of long texts when the caller does not say.
        sequence_outputs: Keys of the outputs whose second axis is the length of the text.
    """

    normalize_text = True
    tokenizer_options: dict[str, Any] = {}  # noqa: RUF012 - never changed in place
    long_texts: ClassVar[LongTexts] = "truncate"
    sequence_outputs: ClassVar[frozenset[str]] = frozenset({"last_hidden_state", "hidden_states"})

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of the model.

        Raises:
            HezarError: The model has none.
        """
        tokenizer = self.preprocessor.tokenizer
        if tokenizer is None:
            raise HezarError(
                f"This {type(self).__name__} has no tokenizer, so it cannot read text. Give it one: "
                'model.preprocessor = Preprocessor.load("path or Hub id"), or call predict(..., preprocess=False).'
            )
        return tokenizer

    @property
    def max_input_length(self) -> int:
        """Longest input in tokens, special ones included."""
        return self.config.max_position_embeddings

    def preprocess(self, inputs: str | list[str], **options: Any) -> dict[str, Any]:
        """Turn texts into one batch: ``token_ids`` and ``attention_mask``, (batch, length), and what the task adds.

        Args:
            inputs: A text or texts.
            **options: Keywords of `encode`. Of a text that is cut into windows, the batch has the first.
        """
        encoded = self.encode(list(self.as_list(inputs)), **options)
        return self.collate([item.parts[0] if isinstance(item, Parts) else item for item in encoded])

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        if getattr(inputs, "ndim", None) == 0:  # NumPy's text
            inputs = inputs.item()
        return [inputs] if isinstance(inputs, str) else super().as_list(inputs)

    def encode(self, inputs: list[Any], long_texts: LongTexts | None = None) -> Sequence[Encoded]:
        """Normalise and tokenize texts; one example per text.

        Args:
            inputs: The texts.
            long_texts: ``"truncate"`` reads the beginning of a text that is longer than what the model reads at once.
                ``"stride"`` reads all of it, in windows that share a quarter, and joins their outputs: those of a token
                come from the window where it has the most context, those of the text are averaged. The default is the
                task's, see `long_texts` of the class.
        """
        self.check_texts(inputs)
        return self.cut_long(self.tokenize(self.normalize(inputs), long_texts)) if inputs else []

    def check_texts(self, inputs: list[Any]) -> None:
        """Raise an `InputError` unless all inputs are texts."""
        for i, text in enumerate(inputs):
            if not isinstance(text, str):
                raise InputError(
                    f"{type(self).__name__} reads text; input {i} is {type(text).__name__} ({str(text)[:40]!r}). "
                    "Give a string or a list of strings."
                )

    def normalize(self, texts: list[str]) -> list[str]:
        """Apply the text normalizer of the repo, if it has one and the model uses it."""
        normalizer = self.preprocessor.text_normalizer
        return normalizer(texts) if self.normalize_text and normalizer is not None else texts

    def tokenize(self, texts: list[str], long_texts: LongTexts | None = None) -> list[Example]:
        """Return token ids, and what `tokenizer_options` ask for, of each text; ``"stride"`` leaves long ones long."""
        long_texts = long_texts or self.long_texts
        if long_texts not in ("truncate", "stride"):
            raise InputError(
                f"long_texts is 'truncate' or 'stride'; found {long_texts!r}."
                f"{suggest(str(long_texts), ('truncate', 'stride'))}"
            )
        options = {"return_attention_mask": False, **self.tokenizer_options}
        columns = self.tokenizer(texts, **options)
        too_long = [i for i, row in enumerate(columns["token_ids"]) if len(row) > self.max_input_length]
        if too_long and long_texts == "truncate":
            self.report_long(len(too_long), "only their beginning was used")
            cut = self.tokenizer(
                [texts[i] for i in too_long], truncation=True, max_length=self.max_input_length, **options
            )
            for key, rows in cut.items():
                for i, row in zip(too_long, rows, strict=True):
                    columns[key][i] = row
        others = [key for key in columns if key != "token_ids"]
        return [
            text_example(token_ids, TextInfo(len(token_ids), {key: columns[key][i] for key in others}))
            for i, token_ids in enumerate(columns["token_ids"])
        ]

    def cut_long(self, examples: Sequence[Example]) -> list[Encoded]:
        """Cut each text that is longer than what the model reads into windows."""
        limit = self.max_input_length
        return [
            self.parts(example, self.windows_of(example)) if example.info.length > limit else example
            for example in examples
        ]

    def windows_of(self, example: Example) -> TextWindows:
        """Return the windows into which a long text is cut."""
        affixes = self._special_affixes(example.inputs["token_ids"])
        return cut_into_windows(example.info.length, self.max_input_length, *affixes)

    def parts(self, example: Example, windows: TextWindows) -> Encoded:
        """Return a long text as its windows, with outputs that are joined token by token."""
        return Parts(
            [self.window_example(example, positions) for positions in windows.windows],
            partial(windows.join, per_token=self.sequence_outputs),
            replace(example.info, length=len(windows.sources)),
        )

    def window_example(self, example: Example, positions: Sequence[int]) -> Example:
        """Return some of the tokens of a text as a text of its own."""
        token_ids = example.inputs["token_ids"]
        return text_example([token_ids[i] for i in positions], example.info.at(positions))

    def _special_affixes(self, row: list[int]) -> tuple[int, int]:
        """Return how many special tokens the tokenizer puts at the start and the end of a text."""
        around: list[int] = self.tokenizer([""], return_attention_mask=False)["token_ids"][0]
        prefix = next((i for i, token in enumerate(around) if row[i] != token), len(around))
        suffix = len(around) - prefix
        return (prefix, suffix) if row[len(row) - suffix :] == around[prefix:] else (0, 0)

    def report_long(self, count: int, consequence: str) -> None:
        """Warn of texts that are not read whole."""
        logger.warning(
            "%d input(s) are longer than the %d tokens %s can read; %s.",
            count,
            self.max_input_length,
            type(self).__name__,
            consequence,
        )

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Pad token ids to one length: ``token_ids`` and ``attention_mask``, int64 (batch, length)."""
        # A text without any token still has an answer: that of one padding token.
        rows = [example.inputs["token_ids"] or [self.config.pad_token_id] for example in examples]
        self.check_ids(rows)
        return {
            "token_ids": pad_rows(rows, self.config.pad_token_id),
            "attention_mask": pad_rows([[1] * len(row) for row in rows], 0),
        }

    def check_ids(self, rows: Sequence[list[int]]) -> None:
        """Raise an `InputError` unless the model knows the tokens that its tokenizer gave."""
        highest = max((max(row) for row in rows if row), default=0)
        if highest >= self.config.vocab_size:
            raise InputError(
                f"The tokenizer gives token id {highest}, but the model knows only {self.config.vocab_size} tokens: "
                "tokenizer and model do not belong together."
            )

    def split(self, outputs: Mapping[str, Any], infos: Sequence[TextInfo]) -> list[Row]:
        return rows_of(outputs, [info.length for info in infos], self.sequence_outputs)


def text_example(token_ids: list[int], info: TextInfo) -> Example:
    """Return the example of a tokenized text; it costs its tokens."""
    return Example({"token_ids": token_ids}, info, cost=len(token_ids))
