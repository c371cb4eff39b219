"""Beam search: the most probable rows, of several that are followed at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.rows import Finished, Rows
from hezar_models.generation.search import Choice, Ends


@dataclass
class Hypotheses:
    """The best finished rows of an input, best first.

    Attributes:
        rows: (score, tokens), at most `beams` of them.
        prompt: Tokens of the prompt.
        closed: Whether the search for this input is over.
    """

    rows: list[tuple[float, list[int]]] = field(default_factory=list[tuple[float, list[int]]])
    prompt: int = 0
    closed: bool = False

    def add(self, score: float, ids: list[int], beams: int) -> None:
        """Add a row, if it is among the best."""
        # After equals: the one that was found first wins.
        place = sum(other >= score for other, _ in self.rows)
        self.rows.insert(place, (score, ids))
        del self.rows[beams:]


class BeamSearch:
    """Follows the best rows of each input.

    Of the candidates for the next token of all beams of an input, the best that do not end go on, as many as there are
    beams. Those that end are finished, if they are among the best, and score Σ log p / length ** penalty.

    Args:
        config: Beams, length penalty, early stopping.
        ends: When rows end.
        inputs: Number of inputs; the rows of each lie one after the other.
    """

    def __init__(self, config: GenerationConfig, ends: Ends, inputs: int, device: torch.device) -> None:
        self.config, self.ends = config, ends
        self.beams = config.num_beams
        self.candidates = max(2, 1 + len(config.end_tokens)) * self.beams
        # All beams of an input are the same at first, so only one counts.
        self.scores = torch.full((inputs, self.beams), -float("inf"), device=device)
        self.scores[:, 0] = 0
        self.hypotheses = [Hypotheses() for _ in range(inputs)]

    def prepare(self, logits: Tensor) -> Tensor:
        return logits.float().log_softmax(-1)

    def choose(self, scores: Tensor, rows: Rows) -> Choice:
        inputs, vocabulary = len(self.hypotheses), scores.shape[-1]
        together = (self.scores[..., None] + scores.view(inputs, self.beams, vocabulary)).flatten(1)
        best, places = together.topk(min(self.candidates, together.shape[1]))
        first = torch.arange(inputs, device=scores.device)[:, None] * self.beams
        parents, tokens = first + places // vocabulary, places % vocabulary
        ended = self.ends.of(tokens.flatten(), rows, parents.flatten()).view_as(tokens)

        running = best.masked_fill(ended, -float("inf"))
        self.scores, chosen = running.topk(self.beams)
        choice = Choice(tokens.gather(1, chosen).flatten(), parents.gather(1, chosen).flatten())
        self._finish(choice, rows, best, parents, tokens, ended)
        return choice

    def _finish(self, choice: Choice, rows: Rows, best: Tensor, parents: Tensor, tokens: Tensor, ended: Tensor) -> None:
        """Take note of rows that have ended, and of inputs that need no further search."""
        ends, length = ended.tolist(), rows.new + 1
        values, sources, words = (tensor[:, : self.beams].tolist() for tensor in (best, parents, tokens))
        leading, limits = self.scores[:, 0].tolist(), (rows.limits - rows.prompts).tolist()
        for i, found in enumerate(self.hypotheses):
            if found.closed:
                continue
            for rank in range(min(self.beams, len(words[i]))):
                if ends[i][rank] and values[i][rank] > -float("inf"):
                    source = sources[i][rank]
                    ids = [*rows.row(source), words[i][rank]]
                    found.prompt = int(rows.prompts[source])
                    found.add(self._normed(values[i][rank], length), ids, self.beams)
            found.closed = self._is_done(found, leading[i], length, limits[i * self.beams])
            if found.closed:
                choice.ended += range(i * self.beams, (i + 1) * self.beams)
                choice.finished += self._results(found, rows.numbers[i * self.beams])
                if not found.rows:
                    choice.stuck.append(i * self.beams)

    def _is_done(self, found: Hypotheses, leading: float, length: int, limit: int) -> bool:
        """Whether the rows in progress cannot, or need not, become better than what is finished."""
        if leading == -float("inf"):
            return True
        if len(found.rows) < self.beams:
            return False
        if self.config.early_stopping is True:
            return True
        hopeful = self.config.early_stopping == "never" and self.config.length_penalty > 0
        return self._normed(leading, limit if hopeful else length) <= found.rows[-1][0]

    def _normed(self, score: float, length: int) -> float:
        return score / length**self.config.length_penalty

    def _results(self, found: Hypotheses, number: int) -> list[Finished]:
        return [
            Finished(number, ids, found.prompt, score) for score, ids in found.rows[: self.config.num_return_sequences]
        ]

    def select(self, kept: Sequence[int]) -> None:
        inputs = [row // self.beams for row in kept[:: self.beams]]
        self.scores = self.scores[inputs]
        self.hypotheses = [self.hypotheses[i] for i in inputs]
