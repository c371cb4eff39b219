"""Sequence labelling: from logits to labelled tokens, words or spans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from torch import Tensor

from hezar_models.logits import check_logits
from hezar_models.outputs import SequenceLabelingOutput
from hezar_models.prediction.examples import Encoded, Example, Parts, Row
from hezar_models.tasks.spans import LabeledToken, merge_spans, merge_words
from hezar_models.tasks.text import LongTexts, TextInfo
from hezar_models.tasks.text_encoder import TextEncoderModel
from hezar_registry import InputError, suggest

if TYPE_CHECKING:
    from hezar_data import TextNormalizer

Aggregation = Literal["words", "spans"]
_MERGERS = {"words": merge_words, "spans": merge_spans}


class SequenceLabelingModel(TextEncoderModel):
    """A model that gives each token one of the labels of its config."""

    tokenizer_options: dict[str, Any] = {  # noqa: RUF012
        "return_tokens": True,
        "return_offsets_mapping": True,
        "split_special_tokens": True,  # what a text spells is text
    }
    long_texts = "stride"  # every word gets its label
    sequence_outputs = TextEncoderModel.sequence_outputs | {"logits"}
    batch_inputs = TextEncoderModel.batch_inputs | {"tokens", "offsets_mapping", "texts"}

    def __init__(self, config: Any, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        # Hezar 1.0.0 reads no config of a labelling model without the number of labels, so it is saved.
        self.config = config.replace(num_labels=config.label_count())

    def encode(
        self, inputs: list[Any], long_texts: LongTexts | None = None, aggregate: Aggregation | None = None
    ) -> Sequence[Encoded]:
        check_aggregate(aggregate)
        self.check_texts(inputs)
        texts = self.normalize(inputs)
        examples: list[Example] = []
        for example, given, text in zip(self.tokenize(texts, long_texts) if texts else [], inputs, texts, strict=True):
            columns = dict(example.info.columns)
            if text != given:
                columns["offsets_mapping"] = self._in_original(columns["offsets_mapping"], given)
            examples.append(replace(example, info=replace(example.info, columns=columns, text=given)))
        return self.cut_long(examples)

    def preprocess(self, inputs: str | list[str], **options: Any) -> dict[str, Any]:
        """Turn texts into one batch: ``token_ids`` and ``attention_mask``, and with them ``tokens`` and offsets."""
        encoded = self.encode(list(self.as_list(inputs)), **options)
        examples = [item.parts[0] if isinstance(item, Parts) else item for item in encoded]
        infos = [example.info for example in examples]
        columns = {name: [info.columns[name] for info in infos] for name in ("tokens", "offsets_mapping")}
        texts = {} if options.get("aggregate") is None else {"texts": [info.text for info in infos]}
        return self.collate(examples) | columns | texts

    def _in_original(self, offsets: Iterable[tuple[int, int]], text: str) -> list[tuple[int, int]]:
        """Turn offsets into the normalised text into offsets into the text that was given."""
        normalizer = cast("TextNormalizer", self.preprocessor.text_normalizer)
        to_original = normalizer.normalize_with_alignment(text).to_original
        # Special tokens have an empty span; it stays empty.
        return [to_original(start, end) if start < end else (start, start) for start, end in offsets]

    def __call__(
        self,
        *args: Any,
        tokens: list[list[str]] | None = None,
        offsets_mapping: list[list[tuple[int, int]]] | None = None,
        texts: list[str] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Compute a batch, as `forward` does, and put beside its outputs what `post_process` needs to name the tokens.

        Args:
            *args: Inputs of `forward`.
            tokens: The tokens of each row, as the tokenizer shows them.
            offsets_mapping: (start, end) of each token, in characters of the text.
            texts: The texts.
            **kwargs: Inputs of `forward`.

        Returns:
            ``logits`` (batch, length, labels), ``hidden_states``, ``attentions``; ``tokens``, ``offsets`` and, when
            given, ``texts``.
        """
        # They go round the network: it would be compiled again for each number of rows.
        outputs = super().__call__(*args, **kwargs)
        named = {"tokens": tokens, "offsets": offsets_mapping} | ({} if texts is None else {"texts": texts})
        return {**outputs, **named}

    def split(self, outputs: Mapping[str, Any], infos: Sequence[TextInfo]) -> list[Row]:
        return super().split({**outputs, **_named(infos)}, infos)

    def decode(self, outputs: Any, infos: Sequence[TextInfo], **options: Any) -> Sequence[Any]:
        return super().decode({**outputs, **_named(infos), "texts": [info.text for info in infos]}, infos, **options)

    def post_process(
        self,
        model_outputs: dict[str, Any],
        return_offsets: bool = False,
        return_scores: bool = False,
        aggregate: Aggregation | None = None,
    ) -> list[list[SequenceLabelingOutput]]:
        """Turn logits into the labels of each text, in the order of the text.

        Special tokens, padding and the config's ``prediction_skip_tokens`` have no entry.

        Args:
            model_outputs: ``logits`` (batch, length, labels), ``tokens``, ``offsets``; to aggregate also ``texts``.
            return_offsets: Fill in ``start`` and ``end``, in characters of the text as it was given.
            return_scores: Fill in ``score``, the probability of the label.
            aggregate: ``None`` gives an entry for each token, as the tokenizer cut it. ``"words"`` gives one for each
                word or punctuation mark, with the label of its first token, which is the one that models are trained
                on. ``"spans"`` merges words: ``B-X`` and the ``I-X`` after it are one span labelled ``X``, ``O`` is
                left out, and labels of another form stay one word each.

        Raises:
            InputError: The outputs do not say which tokens and texts they belong to.

        Example:
            >>> model.predict("علی در شیراز است", aggregate="spans", return_offsets=True)  # doctest: +SKIP
            [[{'token': 'علی', 'label': 'PER', 'start': 0, 'end': 3}, …]]
        """
        check_aggregate(aggregate)
        logits: Tensor = model_outputs["logits"]
        tokens = self._required(model_outputs, "tokens")
        wants_offsets = return_offsets or aggregate is not None
        offsets = self._required(model_outputs, "offsets") if wants_offsets else model_outputs.get("offsets")
        check_logits(logits, self)
        scores, ids = logits.float().softmax(-1).max(-1)
        skipped, special = self._skipped_tokens, self._special_tokens
        rows = [
            self._labeled(*row, skipped=skipped, special=special)
            for row in zip(tokens, offsets or [None] * len(tokens), ids.tolist(), scores.tolist(), strict=True)
        ]
        if aggregate is not None:
            texts = self._required(model_outputs, "texts")
            rows = [_MERGERS[aggregate](row, text) for row, text in zip(rows, texts, strict=True)]
        return [
            [
                SequenceLabelingOutput(
                    token=item.token,
                    label=item.label,
                    start=item.start if return_offsets else None,
                    end=item.end if return_offsets else None,
                    score=item.score if return_scores else None,
                )
                for item in row
            ]
            for row in rows
        ]

    def _labeled(
        self,
        tokens: Sequence[str],
        offsets: Sequence[Sequence[int]] | None,
        ids: list[int],
        scores: list[float],
        *,
        skipped: set[str],
        special: set[str],
    ) -> list[LabeledToken]:
        """Return the tokens of one row that have an entry; logits after the tokens belong to padding."""
        labeled: list[LabeledToken] = []
        for i, token in enumerate(tokens):
            start, end = (int(n) for n in offsets[i]) if offsets is not None else (0, 0)
            # A special token that the tokenizer put there stands for no part of the text.
            if token in skipped or (token in special and offsets is not None and start == end):
                continue
            labeled.append(LabeledToken(token, self.config.label_of(ids[i]), start, end, scores[i]))
        return labeled

    @property
    def _special_tokens(self) -> set[str]:
        tokenizer = self.preprocessor.tokenizer
        return set() if tokenizer is None else set(tokenizer.special_tokens)

    @property
    def _skipped_tokens(self) -> set[str]:
        # Published RoBERTa configs hold two of the tokens in one string: "</s>, <pad>".
        return {token for entry in self.config.prediction_skip_tokens for token in entry.split(", ")}

    def _required(self, outputs: dict[str, Any], key: str) -> Any:
        if outputs.get(key) is None:
            raise InputError(
                f"{type(self).__name__} needs the {key} of its inputs to say what it labelled, and the outputs have "
                "none. Give texts to predict, or post_process=False for the logits alone."
            )
        return outputs[key]


def _named(infos: Sequence[TextInfo]) -> dict[str, list[Any]]:
    """Return the tokens of each row and their offsets."""
    return {
        "tokens": [info.columns["tokens"] for info in infos],
        "offsets": [info.columns["offsets_mapping"] for info in infos],
    }


def check_aggregate(aggregate: str | None) -> None:
    """Raise an `InputError` unless there is such an aggregation."""
    if aggregate is not None and aggregate not in _MERGERS:
        raise InputError(
            f"aggregate is None, {' or '.join(map(repr, _MERGERS))}; found {aggregate!r}."
            f"{suggest(str(aggregate), _MERGERS)}"
        )
