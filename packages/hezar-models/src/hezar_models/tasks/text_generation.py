"""Text generation: from a text to a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from hezar_models.outputs import TextGenerationOutput
from hezar_models.prediction.examples import Encoded
from hezar_models.tasks.generative import GenerativeModel
from hezar_models.tasks.text import TextInfo, TextModel


class TextGenerationModel(GenerativeModel, TextModel):
    """A model that generates a text from a text."""

    normalize_text = False
    computes_rows = True
    batch_inputs = frozenset({"token_ids", "attention_mask"})

    def encode(self, inputs: list[Any]) -> Sequence[Encoded]:  # pyright: ignore[reportIncompatibleMethodOverride]  # nothing is cut
        """Tokenize texts. A prompt that is too long is an error of `generate`: what follows depends on its end."""
        self.check_texts(inputs)
        return self.tokenize(self.normalize(inputs), "stride") if inputs else []

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

    def post_process(
        self, model_outputs: Tensor | Sequence[Sequence[int]], skip_special_tokens: bool = True
    ) -> list[TextGenerationOutput]:
        """Turn generated ids into texts.

        Args:
            model_outputs: Ids (rows, length), or a list of rows.
            skip_special_tokens: Leave out special tokens.
        """
        return [TextGenerationOutput(text) for text in self.tokenizer.decode(model_outputs, skip_special_tokens)]

    def decode(self, outputs: Any, infos: Sequence[TextInfo], **options: Any) -> Sequence[Any]:
        """Return one result per input: a `TextGenerationOutput`, or a list with those of `num_return_sequences`."""
        if not self.computes_rows:
            return super().decode(outputs, infos, **options)
        results = iter(self.post_process([ids for rows in outputs["generated_ids"] for ids in rows], **options))
        decoded: list[Any] = []
        for scores in outputs["scores"]:
            of_input = [next(results) for _ in scores]
            for result, score in zip(of_input, scores, strict=True):
                result.score = score
            decoded.append(of_input if outputs["several"] else of_input[0])
        return decoded
