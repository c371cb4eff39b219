"""Models that generate: the next token, again and again, until the row is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.rows import Finished
from hezar_models.generation.search import Decode
from hezar_models.generation.session import Session, generate
from hezar_models.generation.state import DecoderState
from hezar_models.generation.streaming import TextStream
from hezar_models.layers.linear import weights_are_fixed
from hezar_models.model import Model
from hezar_models.outputs import TextGenerationOutput
from hezar_models.prediction.engine import session as prediction_session
from hezar_models.prediction.engine import to_model
from hezar_models.prediction.examples import Example, Parts, Row
from hezar_models.prediction.keywords import Stage, deal_keywords
from hezar_models.prediction.rows import pad_rows
from hezar_registry import HezarError, InputError

#: Tokens per batch, new ones included. A step reads all weights for however many rows, so batches are larger than those
#: of encoders; what bounds them is the memory for keys and values.
CPU_TOKEN_BUDGET = 16384
GPU_TOKEN_BUDGET = 131072


class GenerativeModel(Model):
    """A model that generates token ids from its inputs.

    A subclass says how the next token is computed (`begin` and `step`, see `hezar_models.generation.state.Decodable`),
    and has `preprocess`, `encode`, `collate` and a `generate` that names its inputs.

    Attributes:
        computes_rows: Whether `predict` may use `generate_rows`; a subclass with a `generate` of its own has that called.
        output_class: The record of a generated text, with ``text`` and ``score``.
    """

    is_generative = True
    computes_rows: ClassVar[bool] = True
    output_class: ClassVar[Any] = TextGenerationOutput

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "generate" in vars(cls):
            cls.computes_rows = vars(cls).get("computes_rows", False)

    @property
    def max_positions(self) -> int | None:
        """Most tokens that a row can have positions for; ``None`` is any number."""
        return None

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        """Read the inputs of a batch; see `hezar_models.generation.state.Decodable`."""
        raise InputError(f"{type(self).__name__} has no `begin` and `step`: it cannot be asked for the next token.")

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        """Return the logits of the next token; see `hezar_models.generation.state.Decodable`."""
        raise InputError(f"{type(self).__name__} has no `begin` and `step`: it cannot be asked for the next token.")

    @property
    def generation_config(self) -> GenerationConfig:
        """The options of generation that the model's config holds."""
        return GenerationConfig.from_published(self.config.to_dict(), self.config.get("generation") or {})

    def options_for(
        self, generation_config: Mapping[str, Any] | GenerationConfig | None = None, **options: Any
    ) -> GenerationConfig:
        """Return the options of a call.

        Args:
            generation_config: Options in place of those that the model's config holds.
            **options: Fields of `GenerationConfig`; they win over both.
        """
        own = self.generation_config if generation_config is None else GenerationConfig.given(generation_config)
        return own.merged(**options)

    def generate_rows(
        self, inputs: Mapping[str, Any], *, return_scores: bool = False, **options: Any
    ) -> list[list[Finished]]:
        """Generate for the tensors of a batch.

        Args:
            inputs: What `collate` gives.
            return_scores: Compute the scores of the rows.
            **options: See `options_for`.

        Returns:
            For each input its rows, `num_return_sequences` of them; of beams, the best first.
        """
        config = self.options_for(**options)
        with torch.inference_mode(), weights_are_fixed():
            return generate(Session(self, inputs, config, self._decoding, scored=return_scores))

    def padded(self, rows: Sequence[Sequence[int]], **options: Any) -> Tensor:
        """Return rows as one tensor (rows, longest), int64, filled up with the padding token."""
        return pad_rows(rows, self.options_for(**options).fill_token)

    def generate_ids(self, inputs: Mapping[str, Any], **options: Any) -> Tensor:
        """Generate for the tensors of a batch; return the ids of all rows, as `padded` gives them."""
        options.pop("return_scores", None)
        rows = [row.ids for rows in self.generate_rows(inputs, **options) for row in rows]
        return self.padded(rows, **options).to(self.device)

    # The stages of predict ------------------------------------------------------------------------------------------

    def stages(self, *, batched: bool) -> dict[str, Stage]:
        stages = super().stages(batched=batched)
        options = (*GenerationConfig.names(), "generation_config", "return_scores")
        return {**stages, "compute": stages["compute"].closed(options) if self.computes_rows else stages["compute"]}

    def compute(self, batch: Mapping[str, Any], *, raw: bool = True, **options: Any) -> Any:
        """Generate for a batch; ``generated_ids`` and ``scores`` hold the rows of each input."""
        if not self.computes_rows:
            return super().compute(batch, raw=raw, **options)
        finished = self.generate_rows(batch, **options)
        scored = options.get("return_scores", False)
        return {
            "generated_ids": [[row.ids for row in rows] for rows in finished],
            "scores": [[row.score if scored else None for row in rows] for rows in finished],
            "several": options.get("num_return_sequences") not in (None, 1),
        }

    def costs(self, examples: Sequence[Example], **options: Any) -> list[int]:
        if not self.computes_rows:
            return super().costs(examples, **options)
        config = self.options_for(**{name: value for name, value in options.items() if name != "return_scores"})
        new, rows = config.most_new_tokens, max(config.num_beams, config.num_return_sequences)
        return [self.cost_of_rows(example, new, rows) for example in examples]

    def cost_of_rows(self, example: Example, new: int, rows: int) -> int:
        """Return what it costs to generate so many new tokens in each of the rows of an input."""
        return (example.cost + new) * rows

    def default_token_budget(self) -> int:
        return CPU_TOKEN_BUDGET if self.device.type == "cpu" else GPU_TOKEN_BUDGET

    def join_outputs(self, rows: list[Row]) -> Any:
        """Return the ids of all inputs as `generate` does."""
        if not self.computes_rows:
            return super().join_outputs(rows)
        return self.padded([ids for row in rows for ids in row["generated_ids"]])

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
            A record per row. Of what `compute` gives one per input, or a list of them where several rows per input were
            asked for.
        """
        if not isinstance(model_outputs, Mapping):
            tokenizer = self.preprocessor.tokenizer
            if tokenizer is None:
                raise HezarError(
                    f"This {type(self).__name__} has no tokenizer, so it cannot write text. Give it one: "
                    'model.preprocessor = Preprocessor.load("path or Hub id"), or call predict(..., post_process=False).'
                )
            return [self.output_class(text=text) for text in tokenizer.decode(model_outputs, skip_special_tokens)]
        records = iter(
            self.post_process([ids for rows in model_outputs["generated_ids"] for ids in rows], skip_special_tokens)
        )
        results: list[Any] = []
        for scores in model_outputs["scores"]:
            of_input = [next(records) for _ in scores]
            for result, score in zip(of_input, scores, strict=True):
                result.score = score
            results.append(of_input if model_outputs["several"] else of_input[0])
        return results

    # Text as it comes -----------------------------------------------------------------------------------------------

    @property
    def _decoding(self) -> Decode | None:
        """From token ids to text without special tokens; ``None`` for a model without a tokenizer."""
        tokenizer = self.preprocessor.tokenizer
        return None if tokenizer is None else lambda ids: tokenizer.decode(ids)[0]

    def generate_stream(self, inputs: Any, *, include_prompt: bool = False, **kwargs: Any) -> Iterator[str]:
        """Generate for one input, and yield the text as it comes.

        The pieces never end within a character. Put together, they are the text that `predict` gives; where that begins
        with the prompt, what comes after it. Whoever stops reading stops the generation.

        Args:
            inputs: One input.
            include_prompt: Yield the prompt first, where the text that `predict` gives begins with it.
            **kwargs: Options, as of `predict`. Beams have no text before the end: give ``num_beams=1`` where the model's
                config has more.

        Raises:
            InputError: It is not one input, or the options give several rows, or the model has a `generate` of its own.
        """
        if not self.computes_rows:
            raise InputError(f"{type(self).__name__} has a `generate` of its own, which gives whole rows. Use predict.")
        owner = f"{type(self).__name__}.generate_stream"
        dealt = deal_keywords(kwargs, self.stages(batched=True), owner, reserved=self.batch_inputs)
        encoded = self.encode(list(self.as_list(inputs)), **dealt["encode"])
        if len(encoded) != 1 or isinstance(encoded[0], Parts):
            raise InputError(
                f"generate_stream takes one input; found {len(encoded)}. For many, use predict(stream=True)."
            )
        dealt["compute"].pop("return_scores", None)
        config = self.options_for(**dealt["compute"])
        if config.num_beams > 1 or config.num_return_sequences > 1:
            raise InputError(
                "A stream is one row that grows, and beam search knows its row at the end only. Give num_beams=1 and "
                "num_return_sequences=1, or use predict."
            )
        tokenizer = self.preprocessor.tokenizer
        if tokenizer is None:
            raise InputError(f"This {type(self).__name__} has no tokenizer, so it has no text to give.")

        def decode(ids: list[int]) -> str:
            return tokenizer.decode(ids, **dealt["decode"])[0]

        return self._stream(encoded[0], config, decode, include_prompt)

    def _stream(
        self, example: Example, config: GenerationConfig, decode: Decode, include_prompt: bool
    ) -> Iterator[str]:
        # Between two pieces, the mode of the model and the threads of torch are the caller's.
        with prediction_session(self, None), torch.inference_mode():
            session = Session(self, to_model(self.collate([example]), self), config, self._decoding)
        stream = TextStream(decode, session.rows.row(0))
        if include_prompt and stream.prompt:
            yield stream.prompt
        while session.runs:
            with prediction_session(self, None), torch.inference_mode(), weights_are_fixed():
                session.step()
            if piece := stream.add(session.rows.last_token(0)):
                yield piece
        if rest := stream.end():
            yield rest
