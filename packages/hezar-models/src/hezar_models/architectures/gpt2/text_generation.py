"""GPT-2 that continues text; see `hezar_models.architectures.gpt2.config`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from hezar_models.architectures.gpt2.config import GPT2TextGenerationConfig
from hezar_models.architectures.gpt2.network import CAUSAL_MASKS, GPT2Network
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.prompts import prompts_of
from hezar_models.generation.state import DecoderState
from hezar_models.layers.context import AttentionContext, Collector
from hezar_models.layers.decoder import last_tokens
from hezar_models.layers.masks import CausalMask
from hezar_models.prediction.examples import Example
from hezar_models.prediction.rows import pad_rows
from hezar_models.tasks.checks import check_token_ids
from hezar_models.tasks.text_generation import TextGenerationModel
from hezar_models.weights.table import WeightTable


class GPT2TextGeneration(TextGenerationModel):
    """GPT-2 that continues text.

    Published weights: ``gpt2.transformer.*``, with the weights of linear layers as (in, out); ``gpt2.lm_head.weight``.

    Example:
        >>> model = GPT2TextGeneration(GPT2TextGenerationConfig(vocab_size=50, n_embd=16, n_head=2, n_layer=2))
        >>> model.generate(torch.tensor([[7, 8, 9]]), max_new_tokens=4, min_new_tokens=4).shape
        torch.Size([1, 7])
    """

    backbone = "gpt2.transformer"
    tied_weights: Mapping[str, str] = {"gpt2.lm_head.weight": "gpt2.transformer.wte.weight"}
    weight_table = WeightTable((CAUSAL_MASKS,))

    def __init__(self, config: GPT2TextGenerationConfig, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.gpt2 = GPT2Network(config)
        self.tie_weights()

    def forward(
        self,
        token_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        inputs_embeds: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
    ) -> dict[str, Any]:
        """Score every token of the vocabulary as the next one, at every place.

        Args:
            token_ids: int64 (batch, length).
            attention_mask: (batch, length), 1 for tokens and 0 for padding; default all tokens.
            position_ids: int64 (batch, length); by default counted from the first place.
            inputs_embeds: (batch, length, hidden) word embeddings, in place of `token_ids`.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers, the last one normed.

        Returns:
            ``logits`` (batch, length, vocabulary); ``hidden_states``, a tuple of layers + 1 (batch, length, hidden), and
            ``attentions``, a tuple of layers (batch, heads, length, length), both ``None`` unless asked for.
        """
        if token_ids is not None:
            check_token_ids(token_ids, attention_mask)
        collect = Collector.asked(output_hidden_states, output_attentions, self.attn_implementation)
        padding = None if attention_mask is None or bool(attention_mask.all()) else attention_mask.bool()
        context = AttentionContext(CausalMask(padding=padding), collect=collect)
        hidden = self.gpt2.transformer(token_ids, context, position_ids, inputs_embeds)
        return {"logits": self.gpt2.lm_head(hidden), **collect.outputs()}

    def compute_loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return the mean cross-entropy of each next token, as a scalar.

        Args:
            logits: (batch, length, vocabulary).
            labels: int64 (batch, length): the tokens themselves; −100 is left out.
        """
        return F.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100)

    @property
    def compiled_parts(self) -> tuple[nn.Module, ...]:
        return (self.gpt2.transformer,)

    @property
    def max_input_length(self) -> int:
        return self.config.n_positions

    @property
    def max_positions(self) -> int:
        return self.config.n_positions

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Fill token ids up to one length, on the right; an empty text stays without any token."""
        rows = [example.inputs["token_ids"] for example in examples]
        self.check_ids(rows)
        mask = pad_rows([[1] * len(row) or [0] for row in rows], 0)
        return {
            "token_ids": pad_rows([row or [0] for row in rows], self.generation_config.fill_token),
            "attention_mask": mask,
        }

    def begin(self, inputs: Mapping[str, Any], capacity: int, config: GenerationConfig) -> DecoderState:
        prompt_ids, lengths = prompts_of(inputs["token_ids"], inputs.get("attention_mask"), config)
        rows, longest = prompt_ids.shape
        cache = self.gpt2.new_cache(rows, longest + capacity, static=self.is_compiled)
        return DecoderState(prompt_ids, lengths, cache)

    def step(self, state: DecoderState, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        context = AttentionContext(CausalMask(state.cache.offset), cache=state.cache)
        hidden = self.gpt2.transformer(token_ids, context)
        state.cache.advance(token_ids.shape[1], counts)
        return self.gpt2.lm_head(last_tokens(hidden, counts))
