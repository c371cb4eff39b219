"""What every model must do: one set of checks over the registry, so that a new model is tested by existing."""

from __future__ import annotations

import copy
import io
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from hezar_config import ConfigError, UnknownFieldError
from hezar_hub import FileMissingError, HubError, RepoNotFoundError
from hezar_models import (
    Model,
    UnsafeWeightsError,
    WeightsFileError,
    WeightsMismatchError,
)
from hezar_models.prediction.rows import rows_of
from hezar_registry import (
    HezarError,
    ImplementationMissingError,
    InputError,
    UnknownKeywordError,
    build_model,
    models_registry,
)
from tiny_models import (
    CASES,
    ENCODERS,
    GENERATIVE_MODELS,
    IMPLEMENTED,
    PICTURES,
    TEXT_MODELS,
    VISION_MODELS,
    inputs_for,
    tiny_model,
)

every_model = pytest.mark.parametrize("name", IMPLEMENTED)
every_encoder = pytest.mark.parametrize("name", ENCODERS)
every_text_encoder = pytest.mark.parametrize("name", [name for name in ENCODERS if name in TEXT_MODELS])
every_generative_model = pytest.mark.parametrize("name", GENERATIVE_MODELS)
every_text_model = pytest.mark.parametrize("name", TEXT_MODELS)
every_vision_model = pytest.mark.parametrize("name", VISION_MODELS)


def assert_same(got, want, atol: float = 1e-5):
    """Compare predictions: records by field, mappings of tensors by key; padding at the end does not count."""
    if isinstance(want, torch.Tensor):
        torch.testing.assert_close(got[tuple(slice(n) for n in want.shape)], want, atol=atol, rtol=1e-4)
        assert not got[want.shape[0] :].any()
    elif isinstance(want, float):
        assert got == pytest.approx(want, abs=atol)
    elif hasattr(want, "items"):
        assert got.keys() == want.keys()
        for key, value in want.items():
            assert_same(got[key], value, atol)
    elif isinstance(want, (list, tuple)):
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            assert_same(one, other, atol)
    else:
        assert got == want


def per_input(predictions, count: int):
    """Return predictions as a list with one element per input."""
    if isinstance(predictions, list):
        return predictions
    return rows_of(predictions, [0] * count, frozenset())


@every_model
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_saving_and_loading_keeps_everything(name, filename, tmp_path):
    model = tiny_model(name)
    model.save(tmp_path / "m", filename=filename)
    again = Model.load(tmp_path / "m")
    assert type(again) is type(model)
    assert not again.training
    assert again.config == model.config
    assert list(again.preprocessor) == list(model.preprocessor)
    assert again.state_dict().keys() == model.state_dict().keys()
    for key, tensor in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[key], tensor, rtol=0, atol=0)
    assert again.num_parameters == model.num_parameters
    assert again.num_trainable_parameters == model.num_trainable_parameters
    assert_same(again.predict(inputs_for(name)), model.predict(inputs_for(name)), atol=1e-6)
    assert (tmp_path / "m" / filename).exists()
    assert len([p for p in (tmp_path / "m").iterdir() if p.stem == "model"]) == 1


@every_model
def test_saving_again_replaces_the_other_weights_format(name, tmp_path):
    tiny_model(name, seed=1).save(tmp_path, filename="model.safetensors")
    new = tiny_model(name, seed=2)
    new.save(tmp_path, filename="model.pt")
    key = next(iter(new.state_dict()))
    torch.testing.assert_close(Model.load(tmp_path).state_dict()[key], new.state_dict()[key], rtol=0, atol=0)
    assert not (tmp_path / "model.safetensors").exists()


@every_model
def test_answers_do_not_depend_on_company_or_order(name):
    model, inputs = tiny_model(name), inputs_for(name)
    model.window = 7
    alone = [per_input(model.predict([one]), 1)[0] for one in inputs]
    for options in ({}, {"batch_size": 1}, {"batch_size": 2}, {"token_budget": 20}, {"token_budget": 1}):
        together = per_input(model.predict(inputs, **options), len(inputs))
        for got, want in zip(together, alone, strict=True):
            assert_same(got, want)
    for got, want in zip(per_input(model.predict(inputs[::-1]), len(inputs)), alone[::-1], strict=True):
        assert_same(got, want)
    for got, want in zip(model.predict((one for one in inputs), stream=True), alone, strict=True):
        assert_same(got, want)
    many = inputs[:2] * 10  # more than one window
    for got, want in zip(per_input(model.predict(many), len(many)), alone[:2] * 10, strict=True):
        assert_same(got, want)


@every_model
def test_a_stream_reads_only_as_far_as_it_must(name):
    model, read = tiny_model(name), 0

    def source():
        nonlocal read
        while True:
            read += 1
            yield inputs_for(name)[0]

    stream = model.predict(source(), stream=True)
    assert read == 0
    next(stream)
    assert 0 < read < 10_000
    stream.close()


@every_model
def test_training_changes_the_weights_and_keeps_ties(name):
    model = tiny_model(name).train()
    outputs = model(**CASES[name].batch(model, inputs_for(name)))
    logits = outputs.get("logits", outputs.get("last_hidden_state"))
    if models_registry[name].task == "backbone":
        logits.sum().backward()
    else:
        model.compute_loss(logits, torch.ones(logits.shape[:-1], dtype=torch.long)).backward()
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    assert any(not torch.equal(tensor, before[key]) for key, tensor in model.state_dict().items())
    for tied, source in model.tied_weights.items():
        assert model.get_parameter(tied) is model.get_parameter(source)


@every_model
def test_weights_stay_tied(name, tmp_path):
    model = tiny_model(name)
    for filename in ("model.safetensors", "model.pt"):
        model.save(tmp_path, filename=filename)
        loaded = Model.load(tmp_path)
        for other in (model, loaded, loaded.to(torch.float64), copy.deepcopy(loaded), Model.load(tmp_path).half()):
            for tied, source in model.tied_weights.items():
                assert other.get_parameter(tied) is other.get_parameter(source)


@pytest.mark.parametrize("name", [name for name in IMPLEMENTED if tiny_model(name).tied_weights])
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_weights_that_grew_apart_are_two(name, filename, tmp_path):
    """Hezar 1.0.0 unties what it loads, and trains it further as two; so its files mean both."""
    model = tiny_model(name)
    model.save(tmp_path / "tied", filename=filename)
    read = load_file if filename.endswith("safetensors") else lambda path: torch.load(path, weights_only=True)
    write = save_file if filename.endswith("safetensors") else torch.save
    weights = read(tmp_path / "tied" / filename)
    for tied in model.tied_weights:
        weights[tied] = weights[tied] + 0.5
    write(weights, tmp_path / "tied" / filename)

    loaded = Model.load(tmp_path / "tied")
    loaded.save(tmp_path / "again")
    for other in (loaded, copy.deepcopy(loaded), Model.load(tmp_path / "again"), loaded.to(torch.float64)):
        assert not other.tied_weights
        for key, tensor in other.state_dict().items():
            assert torch.equal(tensor, weights[key].to(tensor.dtype)), key
    assert tiny_model(name).tied_weights  # those of other models stay


@every_model
def test_the_stages_by_hand_give_what_predict_gives(name):
    model, inputs = tiny_model(name), inputs_for(name)[1:2] * 2
    batch = model.preprocess(inputs)
    with torch.inference_mode():
        outputs = (model.generate if model.is_generative else model)(**batch)
    want = model.predict(inputs)
    assert_same(model.post_process(outputs), want)
    assert_same(model.predict(batch, preprocess=False), want)
    raw = model.predict(inputs, post_process=False)
    assert type(raw) is type(outputs)
    assert_same(raw, outputs)


@every_encoder
def test_eager_attention_gives_the_same_and_its_maps(name, tmp_path):
    model, inputs = tiny_model(name), inputs_for(name)
    model.save(tmp_path)
    eager = Model.load(tmp_path, attn_implementation="eager")
    options = {"post_process": False, "output_hidden_states": True}
    want = model.predict(inputs, **options)
    got = eager.predict(inputs, **options, output_attentions=True)
    assert got.keys() == want.keys()
    for key in want.keys() - {"attentions"}:
        assert_same(got[key], want[key])
    for weights in got["attentions"]:
        sums = weights.sum(-1)
        torch.testing.assert_close(sums[sums > 0.5], torch.ones_like(sums[sums > 0.5]))
    for i, one in enumerate(inputs):
        alone = eager.predict([one], **options, output_attentions=True)
        for key in ("hidden_states", "attentions"):
            assert len(alone[key]) == len(got[key])
            for layer, of_all in zip(alone[key], got[key], strict=True):
                part = of_all[i][tuple(slice(n) for n in layer.shape[1:])]
                torch.testing.assert_close(part, layer[0], atol=1e-5, rtol=1e-4)


@every_generative_model
def test_eager_attention_of_decoders_gives_the_same_and_its_maps(name, tmp_path):
    model = tiny_model(name)
    model.save(tmp_path)
    eager = Model.load(tmp_path, attn_implementation="eager")
    batch = CASES[name].batch(model, inputs_for(name))
    with torch.inference_mode():
        want = model(**batch, output_hidden_states=True)
        got = eager(**batch, output_hidden_states=True, output_attentions=True)
    for key in want.keys() & got.keys() - {"attentions"}:
        assert_same(got[key], want[key], atol=1e-4)
    maps = [key for key in got if key.endswith("attentions")]
    assert maps
    for key in maps:
        for weights in got[key]:
            torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))
            if not key.startswith(("cross", "encoder")):
                assert not weights.triu(1).any()  # nobody looks ahead
    assert eager.predict(inputs_for(name)) == model.predict(inputs_for(name))


@every_model
def test_dropout_acts_in_training_only(name):
    model = tiny_model(name, **CASES[name].with_dropout(0.4))
    batch = CASES[name].batch(model, inputs_for(name)[:2])
    key = "logits" if "logits" in model(**batch) else "last_hidden_state"
    torch.testing.assert_close(model(**batch)[key], model(**batch)[key], rtol=0, atol=0)
    model.train()
    assert not torch.allclose(model(**batch)[key], model(**batch)[key])


@every_model
def test_backbones_start_other_models(name, tmp_path):
    """Every model takes the backbone of every other model of its architecture; the report is exact."""
    model = tiny_model(name, seed=1)
    prefix = model.backbone.rpartition(".")[2]
    for other_name in IMPLEMENTED:
        source = tiny_model(other_name, seed=2)
        if source.backbone.rpartition(".")[2] != prefix or "hidden_dim" in {*vars(source.config)} ^ {
            *vars(model.config)
        }:
            continue
        source.save(tmp_path / other_name)
        before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
        report = model.init_from_backbone(tmp_path / other_name)
        theirs = {key.partition(f"{source.backbone}.")[2]: key for key in source.state_dict() if source.backbone in key}
        shared = {
            key
            for key in before
            if key.startswith(f"{model.backbone}.") and key.removeprefix(f"{model.backbone}.") in theirs
        }
        assert set(report.loaded) == shared
        assert set(report.missing) == before.keys() - shared
        taken = {theirs[key.removeprefix(f"{model.backbone}.")] for key in shared}
        assert set(report.ignored) == source.state_dict().keys() - taken
        tied = {key for key, origin in model.tied_weights.items() if origin in shared}
        for key, tensor in model.state_dict().items():
            inner = model.tied_weights.get(key, key).removeprefix(f"{model.backbone}.")
            want = source.state_dict()[theirs[inner]] if key in shared | tied else before[key]
            torch.testing.assert_close(tensor, want, rtol=0, atol=0)


@every_model
def test_predicting_leaves_the_mode_and_gradients_alone(name):
    model = tiny_model(name).train()
    trained = [p.requires_grad for p in model.parameters()]
    model.predict(inputs_for(name)[:2])
    assert model.training
    assert [p.requires_grad for p in model.parameters()] == trained


@every_text_encoder
def test_long_and_empty_texts_have_answers(name, caplog):
    model = tiny_model(name)
    mask = " [MASK]" if models_registry[name].task == "mask_filling" else ""
    long = ("[MASK] " if mask else "") + "کتاب " * 20_000
    results = per_input(model.predict([f"{mask}", long, " \n\u200c"[: None if not mask else 0] + mask]), 3)
    assert len(results) == 3
    reads_all = models_registry[name].task == "sequence_labeling"
    assert ("longer than the" in caplog.text) != reads_all


@every_text_model
@pytest.mark.parametrize("bad", [None, 3, b"x", {"text": "x"}, [None], ["x [MASK]", 3], [["x"]], [float("nan")]])
def test_inputs_of_the_wrong_type_are_clear_errors(name, bad):
    with pytest.raises(InputError, match=r"text|list of inputs"):
        tiny_model(name).predict(bad)


@every_text_encoder
def test_ids_that_are_none_of_the_models_are_clear_errors(name):
    model = tiny_model(name)
    last = model.config.vocab_size - 1
    model(torch.tensor([[0, last]]))
    for wrong in (last + 1, -1):
        with pytest.raises(InputError, match=rf"token_ids of this model are 0 to {last}; found .*{wrong}"):
            model(torch.tensor([[0, wrong]]))
    for keyword in ["position_ids", *["token_type_ids"] * model.uses_token_types]:
        with pytest.raises(InputError, match=f"{keyword} of this model are 0 to|has no token types"):
            model(torch.tensor([[0, last]]), **{keyword: torch.tensor([[0, 10**6]])})


@every_vision_model
@pytest.mark.parametrize("bad", [None, 3, b"x", "", "no.png", {"x": 1}, [None], [PICTURES[0], 3], np.zeros((2, 2, 7))])
def test_what_is_no_picture_is_a_clear_error(name, bad):
    with pytest.raises(InputError, match=r"picture|image|Image|pixel"):
        tiny_model(name).predict(bad)


@every_model
def test_an_empty_list_has_no_answers(name):
    model = tiny_model(name)
    if models_registry[name].task == "backbone":
        with pytest.raises(InputError, match="empty list"):
            model.predict([])
    else:
        assert model.predict([]) == []
    assert list(model.predict([], stream=True)) == []
    raw = model.predict([], post_process=False)
    assert raw.shape == (0, 0) if model.is_generative else raw == {}


@every_text_model
def test_lone_surrogates_and_odd_characters_do_not_crash(name):
    model = tiny_model(name)
    for text in ("\ud800 [MASK]", "\x00\u202e\ufeff [MASK]", "😀" * 5 + " [MASK]"):
        try:
            model.predict(text)
        except HezarError as error:
            assert str(error)


@every_model
def test_unknown_keywords_are_errors(name, tmp_path):
    model = tiny_model(name)
    model.save(tmp_path)
    for call in (
        lambda: model.predict(inputs_for(name), nonsense=1),
        lambda: model.predict(model.preprocess(inputs_for(name)), preprocess=False, nonsense=1),
        lambda: build_model(name, nonsense=1),
        lambda: type(model)(model.config, nonsense=1),
        lambda: Model.load(tmp_path, nonsense=1),
    ):
        with pytest.raises(UnknownKeywordError, match="'nonsense'"):
            call()
    with pytest.raises(InputError, match="batch_size"):
        model.predict(inputs_for(name), batch_size=0)


@every_text_model
def test_what_predict_makes_of_inputs_cannot_be_given(name):
    model = tiny_model(name)
    assert "attention_mask" in model.batch_inputs
    for keyword in model.batch_inputs:
        with pytest.raises(UnknownKeywordError, match=keyword) as caught:
            model.predict(inputs_for(name), **{keyword: None})
        offered = str(caught.value).partition("It takes: ")[2].rstrip(".").split(", ")
        assert model.batch_inputs.isdisjoint(offered)
        assert ("max_new_tokens" if model.is_generative else "output_hidden_states") in offered


@every_text_model
def test_an_array_of_one_text_is_a_text(name):
    model, (text, *_) = tiny_model(name), inputs_for(name)
    assert str(model.predict(np.array(text))) == str(model.predict(text))


@every_model
def test_keywords_override_the_loaded_config_but_not_the_callers(name, tmp_path):
    model = tiny_model(name)
    model.save(tmp_path)
    loaded, given, kept = (CASES[name].with_dropout(rate) for rate in (0.33, 0.3, 0.2))
    assert holds(Model.load(tmp_path, **loaded).config.to_dict(), loaded)
    config = model.config.replace(**kept)
    other = build_model(name, config, **given)
    assert holds(other.config.to_dict(), given)
    assert holds(config.to_dict(), kept)


def holds(values, wanted):
    """Whether a mapping has all values of another one, however deep."""
    if not isinstance(wanted, dict):
        return values == wanted
    return all(key in values and holds(values[key], value) for key, value in wanted.items())


@every_model
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_truncated_weights_are_clear_errors(name, filename, share, tmp_path):
    tiny_model(name).save(tmp_path, filename=filename)
    path = tmp_path / filename
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(WeightsFileError, match=filename):
        Model.load(tmp_path)


class Payload:
    """Writes a file when unpickled."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


@pytest.mark.parametrize("form", ["zip", "legacy", "pickle"])
def test_pickled_code_is_never_executed(form, tmp_path):
    tiny_model("bert").save(tmp_path / "m", filename="model.pt")
    weights = {**torch.load(tmp_path / "m/model.pt", weights_only=True), "evil": Payload(tmp_path / "executed")}
    if form == "pickle":
        (tmp_path / "m/model.pt").write_bytes(pickle.dumps(weights))
    else:
        torch.save(weights, tmp_path / "m/model.pt", _use_new_zipfile_serialization=form == "zip")
    with pytest.raises(UnsafeWeightsError, match="Nothing was executed"):
        Model.load(tmp_path / "m")
    assert not (tmp_path / "executed").exists()


def test_old_torch_files_load(tmp_path):
    model = tiny_model("bert")
    model.save(tmp_path, filename="model.pt")
    torch.save(model.state_dict(), tmp_path / "model.pt", _use_new_zipfile_serialization=False)
    assert Model.load(tmp_path).num_parameters == model.num_parameters


def test_a_weights_file_must_hold_named_tensors(tmp_path):
    tiny_model("bert").save(tmp_path, filename="model.pt")
    torch.save([torch.zeros(1)], tmp_path / "model.pt")
    with pytest.raises(WeightsFileError, match="mapping of names"):
        Model.load(tmp_path)
    (tmp_path / "model.pt").write_bytes(b"<html>not found</html>")
    with pytest.raises(WeightsFileError, match=r"model\.pt"):
        Model.load(tmp_path)


def test_every_wrong_tensor_is_named(tmp_path):
    tiny_model("bert_text_classification").save(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["classifier.weight"] = torch.zeros(9, 16)
    weights["somebody.else"] = torch.zeros(1)
    del weights["classifier.bias"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(WeightsMismatchError) as caught:
        Model.load(tmp_path)
    message = str(caught.value)
    assert "missing in the file: classifier.bias" in message
    assert "unknown to the model: somebody.else" in message
    assert "wrong shape: classifier.weight is (9, 16), the model has (3, 16)" in message


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool])
def test_whole_numbers_are_no_weights(dtype, tmp_path):
    tiny_model("bert_text_classification").save(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    save_file(weights | {"classifier.weight": weights["classifier.weight"].to(dtype)}, tmp_path / "model.safetensors")
    message = f"wrong dtype: classifier.weight is {dtype}, the model has torch.float32"
    with pytest.raises(WeightsMismatchError, match=message):
        Model.load(tmp_path)


def test_frozen_weights_stay_frozen(tmp_path):
    model = tiny_model("bert")
    model.save(tmp_path)
    model.bert.embeddings.requires_grad_(False)
    model.load_weights(tmp_path)
    assert not any(p.requires_grad for p in model.bert.embeddings.parameters())
    assert all(p.requires_grad for p in model.bert.encoder.parameters())


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
@pytest.mark.parametrize("filename", ["model.safetensors", "model.pt"])
def test_who_may_read_a_saved_model_is_up_to_the_umask(filename, tmp_path):
    before = os.umask(0o027)
    try:
        tiny_model("bert").save(tmp_path / "model", filename=filename)
    finally:
        os.umask(before)
    assert (tmp_path / "model" / filename).stat().st_mode & 0o777 == 0o640


def test_equal_shapes_never_change_places(tmp_path):
    """1.0.0 paired tensors by position when a name was unknown."""
    tiny_model("bert").save(tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    weights["x.query.weight"] = weights.pop("bert.encoder.layer.0.attention.self.query.weight")
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(
        WeightsMismatchError, match=r"missing in the file: bert\.encoder\.layer\.0\.attention\.self\.query"
    ):
        Model.load(tmp_path)


def test_missing_files_and_repos(tmp_path):
    with pytest.raises(RepoNotFoundError):
        Model.load(tmp_path / "nothing")
    with pytest.raises(FileMissingError, match=r"model_config\.yaml"):
        Model.load(tmp_path)
    tiny_model("bert").save(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(FileMissingError, match=r"model\.safetensors and model\.pt"):
        Model.load(tmp_path)
    with pytest.raises(FileMissingError, match=r"other\.bin"):
        Model.load(tmp_path, model_filename="other.bin")


def test_models_this_version_does_not_have(tmp_path):
    name = next(name for name, entry in models_registry.items() if not entry.implemented)
    models_registry[name].config_class().save(tmp_path)
    with pytest.raises(ImplementationMissingError, match=name):
        Model.load(tmp_path)
    with pytest.raises(ImplementationMissingError, match=name):
        build_model(name)
    (tmp_path / "model_config.yaml").write_text("name: nobodys\nconfig_type: model\n")
    with pytest.raises(KeyError, match="nobodys"):
        Model.load(tmp_path)


def test_bad_options(tmp_path):
    tiny_model("bert").save(tmp_path)
    with pytest.raises(InputError, match="dtype"):
        Model.load(tmp_path, dtype="float31")
    with pytest.raises(InputError, match="device"):
        Model.load(tmp_path, device="gpu")
    with pytest.raises(InputError, match="attn_implementation"):
        Model.load(tmp_path, attn_implementation="flash")
    with pytest.raises(ConfigError, match="multiple"):
        tiny_model("bert", num_attention_heads=3)
    with pytest.raises(ConfigError, match="num_labels"):
        build_model("bert_text_classification")
    with pytest.raises(UnknownFieldError):
        models_registry["bert"].config_class(vocab=3)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        (name, wrong)
        for name in IMPLEMENTED
        for wrong in CASES[name].family.wrong_sizes
        if wrong.keys() <= {*CASES[name].fields}
    ],
    ids=str,
)
def test_sizes_that_make_no_model(name, wrong):
    with pytest.raises(ConfigError):
        tiny_model(name, **wrong)


def test_positions_that_begin_behind_the_padding_have_room():
    tiny_model("roberta", pad_token_id=1, max_position_embeddings=3)
    with pytest.raises(ConfigError, match="`max_position_embeddings` is at least 3; found 2"):
        tiny_model("roberta", pad_token_id=1, max_position_embeddings=2)


def test_dtype_and_eager_attention(tmp_path):
    model = tiny_model("bert_text_classification")
    model.save(tmp_path)
    half = Model.load(tmp_path, dtype="bfloat16")
    assert next(half.parameters()).dtype is torch.bfloat16
    assert_same(half.predict(inputs_for("bert")), model.predict(inputs_for("bert")), atol=0.1)
    eager = Model.load(tmp_path, attn_implementation="eager")
    assert_same(eager.predict(inputs_for("bert")), model.predict(inputs_for("bert")))
    raw = eager.predict("سلام", post_process=False, output_attentions=True)
    assert raw["attentions"][0].shape[:2] == (1, 2)
    torch.testing.assert_close(raw["attentions"][0].sum(-1), torch.ones(raw["attentions"][0].shape[:-1]))


def test_half_precision_files_stay_half(tmp_path):
    tiny_model("bert").half().save(tmp_path)
    assert next(Model.load(tmp_path).parameters()).dtype is torch.float16


def test_no_tokenizer_and_foreign_tokenizer(tmp_path):
    model = tiny_model("bert_text_classification", vocab_size=20)
    with pytest.raises(InputError, match="do not belong together"):
        model.predict("سلام دوست")
    model.preprocessor = None
    with pytest.raises(HezarError, match="no tokenizer"):
        model.predict("سلام")
    with pytest.raises(InputError, match="preprocessor"):
        model.preprocessor = 3
    model.save(tmp_path)
    assert not Model.load(tmp_path).preprocessor


def test_a_failed_save_leaves_the_old_model(tmp_path, monkeypatch):
    old = tiny_model("bert", seed=1)
    old.save(tmp_path)
    before = sorted((p.relative_to(tmp_path), p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hezar_models.weights.files.save_file", fail)
    with pytest.raises(HubError):
        tiny_model("bert", seed=2).save(tmp_path)
    assert before == sorted((p.relative_to(tmp_path), p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file())


def test_saving_where_it_was_loaded_from(tmp_path):
    """Loaded weights are views of the file that the save replaces."""
    tiny_model("bert").save(tmp_path)
    model = Model.load(tmp_path)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    model.save(tmp_path)
    again = Model.load(tmp_path)
    for key, tensor in model.state_dict().items():
        torch.testing.assert_close(again.state_dict()[key], tensor, rtol=0, atol=0)


def test_outputs_behave_like_mappings():
    [[answer]] = tiny_model("bert_text_classification").predict("سلام")
    assert dict(answer.items()) == answer.to_dict() == {"label": answer.label, "score": answer["score"]}
    assert (len(answer), list(answer), list(answer.keys())) == (2, ["label", "score"], ["label", "score"])
    assert str(answer) == repr(answer) == str({"label": answer.label, "score": answer.score})
    with pytest.raises(AttributeError, match="Did you mean 'score'"):
        answer["scores"]


def test_printing_a_model_is_quiet_about_its_loss():
    model = tiny_model("bert_text_classification")
    model.loss_func  # noqa: B018
    assert "CrossEntropy" not in repr(model)
    model.loss_func = "mse"
    assert isinstance(model.loss_func, torch.nn.MSELoss)
    with pytest.raises(KeyError, match="cross_entropy"):
        model.loss_func = "cross_entropi"


def test_models_pickle_by_state_not_by_file(tmp_path):
    tiny_model("bert").save(tmp_path)
    buffer = io.BytesIO()
    torch.save(Model.load(tmp_path).state_dict(), buffer)
    assert buffer.tell() > 1000
