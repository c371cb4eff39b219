"""What every model that generates must do: one set of checks over the registry, and over a model that can be looked up."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import torch
from torch import Tensor

from hezar_models.generation import session as session_module
from hezar_models.generation.beams import BeamSearch
from hezar_models.generation.config import GenerationConfig
from hezar_models.generation.rows import Finished
from hezar_models.generation.search import Ends
from hezar_models.generation.session import Session, generate
from hezar_models.prediction.rows import pad_rows
from table_model import TableModel, batch_of
from tiny_models import CASES, GENERATIVE_MODELS, ROW_GENERATORS, tiny_model

CONFIG = GenerationConfig(decoder_start_token_id=0)
PROMPTS = [[3, 1, 4], [1], [5, 2, 2, 5, 4, 3, 1], [2, 3], [4, 4, 4, 4], [1, 2]]
#: Name → what makes a model, its inputs, and the batch of some of them.
DECODABLES: dict[str, tuple[Callable[[], Any], list[Any], Callable[[Any, list[Any]], Mapping[str, Tensor]]]] = {
    name: (lambda name=name: tiny_model(name), CASES[name].inputs, lambda model, inputs: model.preprocess(inputs))
    for name in GENERATIVE_MODELS
} | {
    "table": (lambda: TableModel(7), PROMPTS, lambda model, prompts: batch_of(prompts)),
    "table with source": (lambda: TableModel(7, reads_source=True), PROMPTS, lambda model, prompts: batch_of(prompts)),
}
every_decodable = pytest.mark.parametrize("name", DECODABLES)
SEARCHES: dict[str, dict[str, Any]] = {
    "greedy": {},
    "beams": {"num_beams": 3, "early_stopping": True},
    "patient beams": {"num_beams": 4, "num_return_sequences": 4, "early_stopping": "never", "length_penalty": 0.5},
    "drawn": {"do_sample": True, "seed": 7, "temperature": 1.3},
    "drawn thrice": {"do_sample": True, "seed": 3, "num_return_sequences": 3, "top_k": 5},
    "ruled": {"repetition_penalty": 1.5, "no_repeat_ngram_size": 2, "min_new_tokens": 2},
    "ruled beams": {"num_beams": 3, "no_repeat_ngram_size": 2, "repetition_penalty": 1.2, "length_penalty": -0.5},
}
every_search = pytest.mark.parametrize("search", SEARCHES)


class Decoded:
    """A model, its inputs, and what is generated for them."""

    def __init__(self, name: str) -> None:
        make, self.inputs, self._batch = DECODABLES[name]
        self._vocab_size = CASES[name].vocab_size if name in CASES else lambda model: model.vocab_size
        self.model = make()

    def batch(self, inputs: list[Any] | None = None) -> Mapping[str, Tensor]:
        return self._batch(self.model, self.inputs if inputs is None else inputs)

    def config(self, **options: Any) -> GenerationConfig:
        own = getattr(self.model, "generation_config", GenerationConfig(eos_token_id=6, pad_token_id=0))
        # Many tokens end a row, so that rows end at all times.
        ends = {"eos_token_id": list(range(6, self.vocab_size, 9))} if self.vocab_size > 7 else {}
        return own.merged(**({"num_beams": 1, "max_new_tokens": 9} | ends | options))

    def session(self, inputs: list[Any] | None = None, **options: Any) -> Session:
        return Session(self.model, self.batch(inputs), self.config(**options), scored=True)

    def rows(self, inputs: list[Any] | None = None, **options: Any) -> list[list[Finished]]:
        with torch.inference_mode():
            return generate(self.session(inputs, **options))

    @property
    def vocab_size(self) -> int:
        return self._vocab_size(self.model)


def assert_same(got: list[list[Finished]], want: list[list[Finished]]) -> None:
    """Compare ids and scores; the numbers of inputs may differ."""
    assert [[row.ids for row in rows] for rows in got] == [[row.ids for row in rows] for rows in want]
    for one, other in zip(got, want, strict=True):
        assert [row.score for row in one] == pytest.approx([row.score for row in other], abs=1e-4, rel=1e-4)


@every_decodable
def test_the_rows_of_these_tests_differ(name):
    """Otherwise the other tests would show nothing."""
    rows = [row for rows in Decoded(name).rows() for row in rows]
    lengths = {len(row.ids) - row.prompt for row in rows}
    assert len(lengths) > 1
    assert len({tuple(row.ids[row.prompt :]) for row in rows}) > len(rows) / 2


@every_decodable
@every_search
def test_a_row_is_the_same_alone_and_in_company(name, search):
    decoded, options = Decoded(name), SEARCHES[search]
    together = decoded.rows(**options)
    assert all(len(rows) == options.get("num_return_sequences", 1) for rows in together)
    assert_same([decoded.rows([one], **options)[0] for one in decoded.inputs], together)
    assert_same(decoded.rows(decoded.inputs[::-1], **options)[::-1], together)
    assert_same(decoded.rows(decoded.inputs[1:4], **options), together[1:4])


@every_decodable
@every_search
@pytest.mark.parametrize("share", [0.0, 0.5, 2.0])
def test_dropping_rows_changes_nothing(name, search, share, monkeypatch):
    """Rows that have ended leave at once (0), when they are half of all, or not before they have no room to go on (2)."""
    decoded, options = Decoded(name), SEARCHES[search]
    want = decoded.rows(**options)
    monkeypatch.setattr(session_module, "DROPPED_SHARE", share)
    assert_same(decoded.rows(**options), want)


@every_decodable
def test_a_cache_changes_nothing(name):
    """Token by token, all tokens at once, and the network as it is trained give the same logits."""
    decoded = Decoded(name)
    model, batch = decoded.model, decoded.batch()
    with torch.inference_mode():
        state = model.begin(batch, 8, CONFIG)
        logits = [model.step(state, state.prompt_ids, state.prompt_lengths)]
        rows = [row[:length].tolist() for row, length in zip(state.prompt_ids, state.prompt_lengths, strict=True)]
        for _ in range(8):
            tokens = logits[-1].argmax(-1)
            for row, token in zip(rows, tokens.tolist(), strict=True):
                row.append(token)
            logits.append(model.step(state, tokens[:, None]))
        assert state.cache.lengths.tolist() == [len(row) for row in rows]

        whole = model.begin(batch, 8, CONFIG)
        lengths = torch.tensor([len(row) for row in rows])
        at_once = model.step(whole, pad_rows(rows, 0), lengths)
        torch.testing.assert_close(at_once, logits[-1], atol=1e-4, rtol=1e-4)
        if isinstance(model, TableModel):
            return
        trained = without_cache(model, batch, pad_rows(rows, 0))
        for back in range(9):
            places = lengths - 1 - back
            torch.testing.assert_close(
                trained[torch.arange(len(rows)), places], logits[-1 - back], atol=1e-4, rtol=1e-4
            )


def without_cache(model: Any, batch: Mapping[str, Tensor], rows: Tensor) -> Tensor:
    """Return the logits of `forward` at every place of some rows."""
    if "decoder_input_ids" in inspect.signature(model.forward).parameters:
        return model(**batch, decoder_input_ids=rows)["logits"]
    return model(rows)["logits"]


@every_decodable
def test_rows_may_get_different_numbers_of_tokens_at_any_time(name):
    """What refilling a freed row needs: each row goes on from its own length, however many tokens the others get."""
    decoded = Decoded(name)
    model, batch = decoded.model, decoded.batch()
    count = len(decoded.inputs)
    generator = torch.Generator().manual_seed(0)
    tokens = torch.randint(1, 6, (count, 6), generator=generator)
    counts = torch.tensor([1 + i % 3 for i in range(count)])
    with torch.inference_mode():
        ragged = model.begin(batch, 9, CONFIG)
        model.step(ragged, ragged.prompt_ids, ragged.prompt_lengths)
        first = model.step(ragged, tokens[:, :3], counts)
        second = model.step(ragged, tokens[:, 3:], counts)
        for i, (one, length) in enumerate(zip(decoded.inputs, counts.tolist(), strict=True)):
            alone = model.begin(decoded.batch([one]), 9, CONFIG)
            model.step(alone, alone.prompt_ids, alone.prompt_lengths)
            for got, upto in ((first, tokens[i, :3]), (second, tokens[i, 3:])):
                for token in upto[:length]:
                    want = model.step(alone, token.view(1, 1))
                torch.testing.assert_close(got[i], want[0], atol=1e-4, rtol=1e-4)


@every_decodable
def test_one_beam_is_greedy(name):
    decoded = Decoded(name)
    greedy = decoded.rows()
    with torch.inference_mode():
        session = decoded.session()
        session.search = BeamSearch(
            session.config, Ends(session.config, session.logits.device), len(decoded.inputs), session.logits.device
        )
        assert_same(generate(session), greedy)


@every_decodable
@every_search
def test_finished_rows_cost_nothing_for_long(name, search, monkeypatch):
    """So many rows are asked for the next token as still run, and a share of them more, never those that began."""
    decoded, asked = Decoded(name), []
    step = decoded.model.step

    def counted(state: Any, token_ids: Tensor, counts: Tensor | None = None) -> Tensor:
        asked.append(len(token_ids))
        return step(state, token_ids, counts)

    monkeypatch.setattr(decoded.model, "step", counted)
    with torch.inference_mode():
        session = decoded.session(**SEARCHES[search])
        running = []
        while session.runs:
            session.step()
            running.append(sum(session._running))
    assert asked[0] == len(decoded.inputs)  # beams and several rows read their prompt together
    assert len(asked) == len(running)
    for rows, still in zip(asked[1:], running, strict=False):
        assert still <= rows
        assert rows - still < session_module.DROPPED_SHARE * rows or rows == still
    if "beams" not in search:  # all beams of an input end together, often late
        assert min(asked[1:]) < max(asked[1:])


@every_decodable
def test_an_end_token_is_there_exactly_where_the_model_gave_it(name):
    decoded = Decoded(name)
    for options in (SEARCHES["greedy"], SEARCHES["drawn thrice"], SEARCHES["patient beams"]):
        session = decoded.session(**options)
        with torch.inference_mode():
            rows = [row for rows in generate(session) for row in rows]
        ended = 0
        for row in rows:
            new = row.ids[row.prompt :]
            assert not set(new[:-1]) & set(session.config.end_tokens)
            assert new[-1] in session.config.end_tokens or len(new) == 9
            ended += new[-1] in session.config.end_tokens
        assert ended


@every_decodable
def test_scores_are_what_the_logits_say(name):
    """Σ log p of the new tokens / number ** penalty, read off the logits again."""
    decoded = Decoded(name)
    model = decoded.model
    for penalty, options in ((1.0, {}), (0.5, {"num_beams": 3, "num_return_sequences": 3}), (-1.0, {"num_beams": 2})):
        for one, rows in zip(decoded.inputs, decoded.rows(length_penalty=penalty, **options), strict=True):
            for row in rows:
                with torch.inference_mode():
                    state = model.begin(decoded.batch([one]), 9, decoded.config())
                    logits = model.step(state, state.prompt_ids, state.prompt_lengths)
                    total = 0.0
                    for token in row.ids[row.prompt :]:
                        total += float(logits.log_softmax(-1)[0, token])
                        logits = model.step(state, torch.tensor([[token]]))
                assert row.score == pytest.approx(total / (len(row.ids) - row.prompt) ** penalty, rel=1e-3, abs=1e-3)
            assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)


def test_several_rows_of_an_input_are_several():
    decoded = Decoded("table")
    for options in (SEARCHES["drawn thrice"], SEARCHES["patient beams"]):
        different = [len({tuple(row.ids) for row in rows}) for rows in decoded.rows(**options)]
        assert sum(different) > 2 * len(different)


@pytest.mark.parametrize("name", ROW_GENERATORS)
def test_what_is_learned_is_generated(name):
    """Some steps on one row: the loss falls, and the row is what the model says."""
    # Weights as small as those that training begins with.
    model = tiny_model(name, **CASES[name].family.wide).train()
    row = torch.tensor([[5, 9, 13, 20, 31, 44, model.generation_config.end_tokens[0]]])
    has_encoder = "labels" in inspect.signature(model.forward).parameters
    source = model.preprocess(CASES[name].inputs[:1]) if has_encoder else {"token_ids": row[:, :2]}
    inputs = {**source, "labels": row} if has_encoder else {"token_ids": row}
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    for _ in range(80):
        optimizer.zero_grad()
        loss = model.compute_loss(model(**inputs)["logits"], row)
        loss.backward()
        optimizer.step()
    model.eval()
    generated = model.generate(**source, num_beams=1, max_new_tokens=9)
    assert generated[:, 1 if has_encoder else 0 :].tolist() == row.tolist()
