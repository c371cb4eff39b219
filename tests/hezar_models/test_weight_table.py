"""What lies between names on disk and names of a model: steps that are walked in both directions, and aliases."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from hezar_models import Model, WeightsMismatchError
from hezar_models.weights.matching import match_backbone, match_by_name
from hezar_models.weights.table import Drop, Rename, Split, Transpose, WeightTable, aliases, former_attributes
from tiny_models import TEXTS, tiny_model

#: Steps that can be walked back, whatever their order: each has words of its own.
REVERSIBLE = [
    Rename(r"^net\.", "model.", back=(r"^model\.", "net.")),
    Rename(r"\.ln\.", ".norm.", back=(r"\.norm\.", ".ln.")),
    Rename(r"\.(\d+)\.mlp\.", r".\1.ffn.", back=(r"\.(\d+)\.ffn\.", r".\1.mlp.")),
    Transpose(r"fc\.weight$"),
    Transpose(r"(up|down)\.weight$"),
    Split("c_attn.weight", ("q.weight", "k.weight", "v.weight"), axis=1),
    Split("c_attn.bias", ("q.bias", "k.bias", "v.bias")),
    Split("kv.weight", ("key.weight", "value.weight")),
]
names = st.from_regex(
    r"\A(net\.|h\.)\d\.(ln|mlp|attn|other)\.(fc|up|down|c_attn|kv|free)\.(weight|bias)\Z", fullmatch=True
)


def tensor_for(name: str) -> torch.Tensor:
    """Return a tensor that is like no other, in a shape that its name allows."""
    torch.manual_seed(sum(map(ord, name)) * 31 + len(name))
    return torch.randn(6) if name.endswith("bias") else torch.randn(4, 6)


def read(table: WeightTable, weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Read a file whose names all have one meaning."""
    model: dict[str, torch.Tensor] = {}
    for name, tensor in weights.items():
        [named] = table.read(name, tensor)
        model |= dict(named)
    return model


def assert_equal(got: dict[str, torch.Tensor], want: dict[str, torch.Tensor]) -> None:
    assert got.keys() == want.keys()
    for name, tensor in want.items():
        assert torch.equal(got[name], tensor), name


@settings(max_examples=100, deadline=None)
@given(st.permutations(REVERSIBLE), st.integers(0, len(REVERSIBLE)), st.sets(names, max_size=8))
def test_a_table_is_walked_in_both_directions(steps, count, published):
    table = WeightTable(tuple(steps[:count]))
    on_disk = {name: tensor_for(name) for name in published}
    of_model = read(table, on_disk)
    assert_equal(table.write(of_model), on_disk)
    assert_equal(read(table, table.write(of_model)), of_model)


@settings(max_examples=60, deadline=None)
@given(st.permutations(REVERSIBLE), st.sets(names, max_size=8))
def test_a_file_is_matched_through_a_table(steps, published):
    """What is written through a table is read through it again, every tensor by its name."""
    table = WeightTable(tuple(steps))
    on_disk = {name: tensor_for(name) for name in published}
    expected = {name: torch.empty_like(tensor) for name, tensor in read(table, on_disk).items()}
    matched, report = match_by_name(on_disk, expected, table)
    assert_equal(matched, read(table, on_disk))
    assert not report.missing
    assert not report.unexpected
    assert set(report.renamed) <= on_disk.keys()


def test_the_steps_do_what_they_say():
    table = WeightTable(
        (
            Rename(r"^net\.", "model.", back=(r"^model\.", "net.")),
            Split("c_attn.weight", ("q.weight", "k.weight"), axis=1),
            Transpose(r"[qk]\.weight$"),
        )
    )
    joined = torch.arange(24.0).view(4, 6)
    on_disk = {"net.c_attn.weight": joined, "net.x.bias": torch.ones(2)}
    model = read(table, on_disk)
    assert list(model) == ["model.q.weight", "model.k.weight", "model.x.bias"]
    assert torch.equal(model["model.q.weight"], joined[:, :3].t())
    assert torch.equal(model["model.k.weight"], joined[:, 3:].t())
    assert_equal(table.write(model), on_disk)  # the last step is the first one back


def test_what_cannot_be_split_stays_whole():
    split = WeightTable((Split("kv.weight", ("key.weight", "value.weight")),))
    odd = {"kv.weight": torch.ones(3, 2)}
    assert_equal(read(split, odd), odd)
    alone = {"key.weight": torch.ones(2)}
    assert_equal(split.write(alone), alone)


# Aliases ------------------------------------------------------------------------------------------------------------


def expected_of(*names: str) -> dict[str, torch.Tensor]:
    return {name: torch.zeros(2) for name in names}


def test_aliases_of_one_name_chain():
    """``model.`` was in front of old files, and ``gamma`` at the end of older ones; some have both."""
    table = aliases([(r"^model\.", ""), (r"\.gamma$", ".weight"), (r"\.beta$", ".bias")])
    for name in ("model.norm.gamma", "norm.gamma", "model.norm.weight", "norm.weight"):
        matched, report = match_by_name({name: torch.ones(2)}, expected_of("norm.weight"), table)
        assert_equal(matched, {"norm.weight": torch.ones(2)})
        assert report.renamed == ({} if name == "norm.weight" else {name: "norm.weight"})


def test_aliases_are_never_written():
    table = aliases([(r"^model\.", "")])
    weights = {"norm.weight": torch.ones(2), "model.x": torch.ones(1)}
    assert_equal(table.write(weights), weights)


def test_the_most_literal_reading_is_taken():
    table = aliases([(r"^model\.", "")])
    both = expected_of("model.x", "x")
    matched, _ = match_by_name({"model.x": torch.ones(2), "x": torch.full((2,), 2.0)}, both, table)
    assert_equal(matched, {"model.x": torch.ones(2), "x": torch.full((2,), 2.0)})


def test_a_name_with_two_meanings_is_an_error():
    table = aliases([(r"^old\.", "one."), (r"^old\.", "two.")])
    with pytest.raises(WeightsMismatchError, match=r"old\.x may be .*'one\.x'"):
        match_by_name({"old.x": torch.ones(2)}, expected_of("one.x", "two.x"), table)
    matched, _ = match_by_name({"old.x": torch.ones(2)}, expected_of("one.x"), table)
    assert list(matched) == ["one.x"]


def test_a_tensor_whose_place_is_taken_is_unexpected():
    table = former_attributes("bert", "bert_mlm")
    weights = {"bert.x": torch.ones(2), "bert_mlm.x": torch.zeros(2), "model.bert.x": torch.zeros(2)}
    matched, report = match_by_name(weights, expected_of("bert.x"), table)
    assert_equal(matched, {"bert.x": torch.ones(2)})
    assert sorted(report.unexpected) == ["bert_mlm.x", "model.bert.x"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["model", "bert_mlm", "bert", "model.bert", "bert_mlm.bert", ""]), st.sets(st.integers(0, 9)))
def test_a_network_that_had_another_name_is_found(prefix, layers):
    expected = expected_of(*(f"bert.layer.{i}.weight" for i in layers))
    weights = {f"{prefix}.layer.{i}.weight".lstrip("."): torch.full((2,), float(i)) for i in layers}
    matched, report = match_by_name(weights, expected, former_attributes("bert", "bert_mlm"))
    if prefix == "":  # nothing says whose layer it is
        assert not matched
        assert sorted(report.missing) == sorted(expected)
    else:
        assert matched.keys() == expected.keys()
        assert all(float(tensor[0]) == int(name.split(".")[2]) for name, tensor in matched.items())


def test_what_a_model_does_not_have_is_left_out():
    table = WeightTable((Drop(r"\.mask$"),))
    weights = {"a.mask": torch.ones(2), "a.weight": torch.ones(2), "embeddings.position_ids": torch.arange(3)}
    matched, report = match_by_name(weights, expected_of("a.weight"), table)
    assert list(matched) == ["a.weight"]
    assert sorted(report.ignored) == ["a.mask", "embeddings.position_ids"]
    kept, report = match_by_name(weights, expected_of("a.weight", "a.mask"), table)
    assert sorted(kept) == ["a.mask", "a.weight"]


# A backbone that a file holds twice ---------------------------------------------------------------------------------


def test_a_backbone_that_is_there_twice_has_to_be_named():
    weights = {f"trocr.{side}.roberta.x": torch.full((2,), float(i)) for i, side in enumerate(("encoder", "decoder"))}
    expected = expected_of("roberta.x", "classifier.weight")
    with pytest.raises(WeightsMismatchError, match=r"several backbones: .*prefix='trocr\.decoder\.roberta'"):
        match_backbone(weights, expected, "roberta")
    matched, report = match_backbone(weights, expected, "roberta", prefix="trocr.decoder.roberta")
    assert_equal(matched, {"roberta.x": torch.ones(2)})
    assert report.missing == ["classifier.weight"]
    assert report.ignored == ["trocr.encoder.roberta.x"]
    nothing, report = match_backbone(weights, expected, "roberta", prefix="trocr.other")
    assert not nothing
    assert "roberta.x" in report.missing


def test_a_model_starts_from_one_of_two_backbones_of_a_file(tmp_path):
    source = tiny_model("roberta", seed=5)
    source.save(tmp_path)
    own = load_file(tmp_path / "model.safetensors")
    twice = {f"x.decoder.{name}": tensor + 1 for name, tensor in own.items()} | {
        f"x.encoder.{name}": tensor for name, tensor in own.items()
    }
    save_file(twice, tmp_path / "model.safetensors")
    model = tiny_model("roberta_text_classification")
    with pytest.raises(WeightsMismatchError, match="several backbones"):
        model.init_from_backbone(tmp_path)
    report = model.init_from_backbone(tmp_path, prefix="x.decoder.roberta")
    assert report.loaded
    for name in report.loaded:
        assert torch.equal(model.state_dict()[name], own[name] + 1)


# Decoders -----------------------------------------------------------------------------------------------------------


def saved(model: Any, folder: Any) -> dict[str, torch.Tensor]:
    model.save(folder)
    return load_file(folder / "model.safetensors")


@pytest.mark.parametrize("tied", [True, False])
def test_the_head_of_t5_is_tied_only_where_the_config_says_so(tied, tmp_path):
    model = tiny_model("t5_text_generation", tie_word_embeddings=tied)
    assert (model.t5.lm_head.weight is model.t5.shared.weight) == tied
    assert model.t5.encoder.embed_tokens.weight is model.t5.decoder.embed_tokens.weight is model.t5.shared.weight
    weights = saved(model, tmp_path)
    assert torch.equal(weights["t5.lm_head.weight"], weights["t5.shared.weight"]) == tied
    for name in [f"t5.{part}.embed_tokens.weight" for part in ("encoder", "decoder")] + ["t5.lm_head.weight"] * tied:
        del weights[name]  # newer libraries write tied weights once
    save_file(weights, tmp_path / "model.safetensors")
    again = Model.load(tmp_path)
    assert again.predict(TEXTS) == model.predict(TEXTS)
    assert again.num_parameters == model.num_parameters


def test_the_head_of_a_file_is_the_head(tmp_path):
    """Whatever libraries tie when they build the network: it has its own values in published files."""
    model = tiny_model("t5_text_generation")
    weights = saved(model, tmp_path)
    weights["t5.lm_head.weight"] += 1
    save_file(weights, tmp_path / "model.safetensors")
    again = Model.load(tmp_path)
    assert torch.equal(again.t5.lm_head.weight, model.t5.lm_head.weight + 1)
    assert torch.equal(again.t5.shared.weight, model.t5.shared.weight)
    del weights["t5.lm_head.weight"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(WeightsMismatchError, match=r"missing in the file: t5\.lm_head\.weight"):
        Model.load(tmp_path)


def test_causal_masks_of_older_files_are_left_out(tmp_path):
    model = tiny_model("gpt2_text_generation")
    weights = saved(model, tmp_path)
    for layer in range(2):
        weights[f"gpt2.transformer.h.{layer}.attn.bias"] = torch.ones(1, 1, 80, 80).tril().bool()
        weights[f"gpt2.transformer.h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
    del weights["gpt2.lm_head.weight"]
    save_file(weights, tmp_path / "model.safetensors")
    again = Model.load(tmp_path)
    assert again.predict(TEXTS) == model.predict(TEXTS)
    assert again.state_dict().keys() == model.state_dict().keys()
