"""Text generation: from a text to a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from hezar_models.generation.rows import Finished
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
                `generation_config`, a mapping of them, takes its place.

        Returns:
            int64 (batch · num_return_sequences, longest row), filled up with the padding token.

        Raises:
            InputError: An option, or a combination of options, is none that can be; or a prompt is too long.
            UnknownKeywordError: There is no such option.
            LogitsError: The model computes NaN or infinite numbers, as large models do in float16.
        """
        return self.generate_ids({"token_ids": token_ids, "attention_mask": attention_mask}, **options)

    def generate_rows(
        self, inputs: Mapping[str, Any], *, return_scores: bool = False, **options: Any
    ) -> list[list[Finished]]:
        token_ids: Any = inputs.get("token_ids")
        check_token_ids(token_ids, inputs.get("attention_mask"))
        if not len(token_ids):
            return []
        return super().generate_rows(inputs, return_scores=return_scores, **options)

    def encode(  # pyright: ignore[reportIncompatibleMethodOverride]  # there is no other way to cut
        self, inputs: list[Any], max_new_tokens: int | None = None, generation_config: Any = None
    ) -> Sequence[Encoded]:
        """Tokenize prompts. Of one that is longer than the model can read, the end is read: that is what goes on.

        Args:
            inputs: The prompts.
            max_new_tokens: New tokens for which a prompt that is cut leaves room; the default is the config's.
            generation_config: Options in place of the config's.
        """
        self.check_texts(inputs)
        examples = self.tokenize(self.normalize(inputs), "stride") if inputs else []
        limit = self.max_input_length
        too_long = [i for i, example in enumerate(examples) if example.cost > limit]
        if too_long:
            self.report_long(len(too_long), "only their end was used")
            new = self.options_for(generation_config, max_new_tokens=max_new_tokens).most_new_tokens
            # The last new token needs no position.
            kept = max(limit + 1 - new, limit // 2, 1)
            for i in too_long:
                examples[i] = text_example(examples[i].inputs["token_ids"][-kept:], TextInfo(kept))
        return examples
