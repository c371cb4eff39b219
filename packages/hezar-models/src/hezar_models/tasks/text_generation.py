"""Text generation: from a text to a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from hezar_models.generation.rows import Finished
from hezar_models.outputs import TextGenerationOutput
from hezar_models.prediction.examples import Encoded
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.generative import GenerativeModel
from hezar_models.tasks.text import TextInfo, TextModel, text_example


class TextGenerationModel(GenerativeModel, TextModel):
    """A model that generates a text from a text."""

    normalize_text = False
    computes_rows = True
    batch_inputs = frozenset({"token_ids", "attention_mask"})

    def generate(self, token_ids: Tensor, attention_mask: Tensor | None = None, **options: Any) -> Tensor:
        """Generate from token ids.

        Args:
            token_ids: int64 (batch, length).
            attention_mask: (batch, length), 1 for tokens and 0 for padding, on whichever side; by default all are
                tokens but the padding tokens at the end of a row.
            **options: Fields of `hezar_models.generation.config.GenerationConfig`; they win over the model's config.

        Returns:
            int64 (batch · num_return_sequences, longest row), filled up with the padding token.

        Raises:
            InputError: An option, or a combination of options, is none that can be; or a prompt is too long.
            UnknownKeywordError: There is no such option.
            LogitsError: The model computes NaN or infinite numbers, as large models do in float16.
        """
        options.pop("return_scores", None)
        inputs = {"token_ids": token_ids, "attention_mask": attention_mask}
        finished = self.generate_rows(inputs, **options)
        return self.padded([row.ids for rows in finished for row in rows], **options).to(token_ids.device)

    def generate_rows(
        self, inputs: Mapping[str, Any], *, return_scores: bool = False, **options: Any
    ) -> list[list[Finished]]:
        token_ids: Any = inputs.get("token_ids")
        check_token_ids(token_ids, inputs.get("attention_mask"))
        if not len(token_ids):
            return []
        return super().generate_rows(inputs, return_scores=return_scores, **options)

    def encode(self, inputs: list[Any], max_new_tokens: int | None = None) -> Sequence[Encoded]:  # pyright: ignore[reportIncompatibleMethodOverride]  # there is no other way to cut
        """Tokenize prompts. Of one that is longer than the model can read, the end is read: that is what goes on.

        Args:
            inputs: The prompts.
            max_new_tokens: New tokens for which a prompt that is cut leaves room; the default is the config's.
        """
        self.check_texts(inputs)
        examples = self.tokenize(self.normalize(inputs), "stride") if inputs else []
        limit = self.max_input_length
        too_long = [i for i, example in enumerate(examples) if example.cost > limit]
        if too_long:
            self.report_long(len(too_long), "only their end was used")
            new = self.generation_config.merged(max_new_tokens=max_new_tokens).most_new_tokens
            # The last new token needs no position.
            kept = max(limit + 1 - new, limit // 2, 1)
            for i in too_long:
                examples[i] = text_example(examples[i].inputs["token_ids"][-kept:], TextInfo(kept))
        return examples

    def post_process(
        self,
        model_outputs: Tensor | Sequence[Sequence[int]] | Mapping[str, Any],
        skip_special_tokens: bool = True,
    ) -> list[Any]:
        """Turn generated ids into texts.

        Args:
            model_outputs: Ids (rows, length), a list of rows, or what `compute` gives.
            skip_special_tokens: Leave out special tokens.

        Returns:
            A `TextGenerationOutput` per row. Of what `compute` gives one per input, or a list of them where several rows
            per input were asked for.
        """
        if not isinstance(model_outputs, Mapping):
            return [TextGenerationOutput(text) for text in self.tokenizer.decode(model_outputs, skip_special_tokens)]
        texts = iter(
            self.post_process([ids for rows in model_outputs["generated_ids"] for ids in rows], skip_special_tokens)
        )
        results: list[Any] = []
        for scores in model_outputs["scores"]:
            of_input = [next(texts) for _ in scores]
            for result, score in zip(of_input, scores, strict=True):
                result.score = score
            results.append(of_input if model_outputs["several"] else of_input[0])
        return results
