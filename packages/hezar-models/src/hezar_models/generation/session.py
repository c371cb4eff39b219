"""The loop of generation: read the prompts, then token after token until no row runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from hezar_models.generation.beams import BeamSearch
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.processors import LogitsProcessor, build_processors
from hezar_models.generation.rows import Finished, Rows
from hezar_models.generation.search import Decode, Ends, Greedy, Sampling, Search, StopStrings, seeds_of
from hezar_models.generation.state import Decodable, DecoderState
from hezar_models.logits import check_logits
from hezar_registry import InputError, get_logger

logger = get_logger(__name__)

#: Rows that have ended leave the batch when they are this share of it: leaving copies what the others remember.
DROPPED_SHARE = 0.25


class Session:
    """Generates for the inputs of one batch.

    Args:
        model: What is asked for the next token.
        inputs: The tensors of the batch.
        config: The options.
        decode: From token ids to text, for `stop_strings`.
        scored: Rows are wanted with their scores.
        rules: Rules besides those of the options, which see what those leave.
    """

    def __init__(
        self,
        model: Decodable,
        inputs: Mapping[str, Any],
        config: GenerationConfig,
        decode: Decode | None = None,
        *,
        scored: bool = False,
        rules: Sequence[LogitsProcessor] = (),
    ) -> None:
        self.model, self.config = model, config
        self.state = model.begin(inputs, config.most_new_tokens, config)
        self.rows = self._rows(self.state)
        self.logits = model.step(self.state, self.state.prompt_ids, self.state.prompt_lengths)
        config.check_tokens(self.logits.shape[-1])
        self._repeat(config.num_beams if config.num_beams > 1 else config.num_return_sequences)
        self.search = self._search(decode)
        self.processors = build_processors(config, self.logits.shape[-1], self.logits.device, rules)
        # Tokens at the start of all rows of an input, which beams share.
        self._shared = int(self.rows.prompts.min()) if len(self.rows) else 0
        self._scores: Tensor | None = None
        if scored and config.num_beams == 1:  # beams have scores anyway
            self._scores = torch.zeros(len(self.rows), device=self.logits.device)
        self._running = [True] * len(self.rows)

    def _rows(self, state: DecoderState) -> Rows:
        prompts, most = state.prompt_lengths, self.model.max_positions
        lengths = prompts.tolist()
        if most is not None and max(lengths, default=0) > most:
            raise InputError(
                f"The prompt is {max(lengths)} tokens long; the model has positions for {most}, and the tokens that follow "
                "need some of them. Shorten it."
            )
        limits = [length + self.config.new_tokens(length) for length in lengths]
        if most is not None and max(limits, default=0) > most + 1:
            # The last token needs no position, for nobody asks what follows it.
            limits = [min(limit, most + 1) for limit in limits]
            logger.warning(
                "The model has positions for %d tokens, prompt included: some rows end there, before %s.",
                most,
                "max_new_tokens" if self.config.max_new_tokens is not None else "max_length",
            )
        return Rows(state.prompt_ids, prompts, torch.tensor(limits, dtype=torch.int64, device=prompts.device))

    def _repeat(self, times: int) -> None:
        """Have several rows for each input."""
        if times > 1:
            repeated = torch.arange(len(self.rows), device=self.logits.device).repeat_interleave(times)
            self._select_rows(repeated)
            self.logits = self.logits.index_select(0, repeated)

    def _search(self, decode: Decode | None) -> Search:
        config, device = self.config, self.logits.device
        if config.stop_strings and decode is None:
            raise InputError("stop_strings needs a tokenizer, and this model has none. Give it one, or leave them out.")
        stops = StopStrings(config.stop_strings, decode) if config.stop_strings and decode is not None else None
        ends = Ends(config, device, stops)
        if config.num_beams > 1:
            return BeamSearch(config, ends, len(self.rows) // config.num_beams, device)
        return Sampling(ends, seeds_of(config, len(self.rows))) if config.do_sample else Greedy(ends)

    @property
    def runs(self) -> bool:
        """Whether a row still runs."""
        return any(self._running)

    def step(self) -> list[Finished]:
        """Choose the next token of all rows; return those that have ended."""
        choice, finished = self._choose()
        if not self.runs:
            return finished
        if choice is not None:
            self.state.reorder(choice, self._shared)
        if self._drops():
            self._drop()
        last = self.rows.ids.gather(1, self.rows.lengths[:, None] - 1)
        self.logits = self.model.step(self.state, last)
        return finished

    def _choose(self) -> tuple[Tensor | None, list[Finished]]:
        """Extend the rows; return what each continues, and what has ended."""
        check_logits(self.logits, self.model, torch.tensor(self._running))
        scores = self.search.prepare(self.logits)
        log_p = scores.log_softmax(-1) if self._scores is not None else None
        for processor in self.processors:
            processor(scores, self.rows)
        choice = self.search.choose(scores, self.rows)
        if any(self._running[i] for i in choice.stuck):
            raise InputError(
                "The options of generation forbid every token of the vocabulary. Look at suppress_tokens, bad_words_ids, "
                "min_length and no_repeat_ngram_size."
            )
        if self._scores is not None and log_p is not None:
            self._scores += log_p.gather(1, choice.tokens[:, None]).squeeze(1)
        if choice.parents is not None:
            self.rows.reorder(choice.parents)
        self.rows.append(choice.tokens)
        finished = choice.finished
        for i in choice.ended:
            if self._running[i]:
                self._running[i] = False
                if choice.parents is None:
                    finished.append(self._finished(i))
        return choice.parents, finished

    def _finished(self, i: int) -> Finished:
        prompt = int(self.rows.prompts[i])
        score = None
        if self._scores is not None:
            score = float(self._scores[i]) / self.rows.new**self.config.length_penalty
        return Finished(self.rows.numbers[i], self.rows.row(i), prompt, score)

    def _drops(self) -> bool:
        """Whether rows that have ended leave the batch now: there are many, or one of them has no room to go on."""
        ended = len(self._running) - sum(self._running)
        if not ended:
            return False
        if ended >= DROPPED_SHARE * len(self._running):
            return True
        running = torch.tensor(self._running, device=self.logits.device)
        return bool((~running & (self.rows.lengths >= self.rows.limits)).any())

    def _drop(self) -> None:
        """Leave out rows that have ended."""
        kept = [i for i, running in enumerate(self._running) if running]
        self._running = [True] * len(kept)
        rows = torch.tensor(kept, device=self.logits.device)
        self._select_rows(rows)
        self.search.select(kept)
        if self._scores is not None:
            self._scores = self._scores.index_select(0, rows)

    def _select_rows(self, rows: Tensor) -> None:
        self.rows.select(rows)
        self.state.select(rows)


def generate(session: Session) -> list[list[Finished]]:
    """Step until no row runs; return the rows of each input, the best first where they are searched."""
    finished: dict[int, list[Finished]] = {number: [] for number in session.rows.numbers}
    for row in run(session):
        finished[row.number].append(row)
    return list(finished.values())


def run(session: Session) -> Iterator[Finished]:
    """Yield rows as they end."""
    while session.runs:
        yield from session.step()
