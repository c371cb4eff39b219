"""Image to text: what is read, what training computes, and what is put together of what."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from golden_replay import GOLDEN
from hezar_config import ConfigValidationError
from hezar_data import ImageProcessor
from hezar_models import Image2TextOutput, Model, ViTConfig, WeightsMismatchError, build_model
from hezar_models.layers.beit import DropPath, relative_places
from hezar_models.layers.cache import KVCache
from hezar_models.layers.context import AttentionContext
from hezar_models.layers.masks import CausalMask
from hezar_registry import InputError
from tiny_models import CASES, PICTURES, image_processor, tiny_model

MODELS = [name for name, case in CASES.items() if case.task == "image2text" and case.is_generative]
every_model = pytest.mark.parametrize("name", MODELS)
RGB = PICTURES[1]


def encode(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


# What is read -------------------------------------------------------------------------------------------------------


@every_model
def test_every_kind_of_image_gives_the_same_text(name: str, tmp_path: Path) -> None:
    model, path = tiny_model(name), tmp_path / "\u062a\u0635\u0648\u06cc\u0631.png"
    data = encode(Image.fromarray(RGB))
    path.write_bytes(data)
    [want] = model.predict(RGB)
    assert type(want) is Image2TextOutput
    assert want.text
    kinds = [str(path), path, data, Image.fromarray(RGB), RGB.transpose(2, 0, 1), torch.from_numpy(RGB)]
    assert model.predict(kinds) == [want] * len(kinds)
    assert model.predict(np.stack([RGB, RGB])) == [want, want]
    assert [model.predict(kind) for kind in kinds] == [[want]] * len(kinds)


ODD: dict[str, Callable[[], Any]] = {
    "CMYK": lambda: encode(Image.fromarray(RGB).convert("CMYK"), "JPEG"),
    "one pixel": lambda: Image.new("RGB", (1, 1), "red"),
    "20,000 pixels wide": lambda: encode(Image.linear_gradient("L").resize((20_000, 30))),
    "20,000 pixels high": lambda: encode(Image.linear_gradient("L").resize((30, 20_000))),
    "animated": lambda: encode(Image.fromarray(RGB), save_all=True, append_images=[Image.fromarray(255 - RGB)]),
    "see-through": lambda: encode(Image.new("RGBA", (9, 9), (9, 9, 9, 0))),
    "gray": lambda: encode(Image.fromarray(RGB).convert("L")),
    "16 bits": lambda: encode(Image.fromarray(RGB[..., 0].astype(np.uint16) * 256)),
    "palette": lambda: encode(Image.fromarray(RGB).convert("P"), "GIF"),
}


@every_model
def test_odd_images_have_a_text_each(name: str) -> None:
    model, images = tiny_model(name), [make() for make in ODD.values()]
    together = model.predict(images)
    assert together == [model.predict(image)[0] for image in images]
    assert all(isinstance(result.text, str) for result in together)


@every_model
def test_the_first_frame_of_an_animation_is_read(name: str) -> None:
    model = tiny_model(name)
    assert model.predict(ODD["animated"]()) == model.predict(RGB)


PNG = encode(Image.fromarray(np.kron(RGB, np.ones((8, 8, 1), np.uint8))))
BROKEN = {
    "text.png": "این تصویر نیست".encode(),
    "empty.png": b"",
    "half.png": PNG[: len(PNG) // 2],
    "half.jpg": (jpeg := encode(Image.fromarray(np.kron(RGB, np.ones((8, 8, 1), np.uint8))), "JPEG"))[: len(jpeg) // 2],
    "absent.png": None,
}


@pytest.fixture
def broken(tmp_path: Path) -> list[str]:
    """Names of files that are no images."""
    for file, data in BROKEN.items():
        if data is not None:
            (tmp_path / file).write_bytes(data)
    return [str(tmp_path / file) for file in BROKEN]


@every_model
def test_a_broken_image_is_named(name: str, broken: list[str]) -> None:
    model = tiny_model(name)
    for path in broken:
        with pytest.raises(InputError, match=rf"The image \(.*{Path(path).name}.*\) cannot be read"):
            model.predict(path)
        with pytest.raises(InputError, match=rf"Image 1 \(.*{Path(path).name}"):
            model.predict([RGB, path])


@every_model
@pytest.mark.parametrize("stream", [False, True])
def test_a_broken_image_does_not_end_the_rest(name: str, stream: bool, broken: list[str]) -> None:
    model = tiny_model(name)
    model.window = 3
    inputs = [PICTURES[0], *broken, PICTURES[1], *broken[:2], PICTURES[2]]
    results = list(model.predict(inputs, return_errors=True, stream=stream))
    for one, result in zip(inputs, results, strict=True):
        if isinstance(one, str):
            assert isinstance(result, InputError)
            assert Path(one).name in str(result)
        else:
            assert [result] == model.predict(one)


def test_images_of_another_size_than_the_model_reads_are_a_clear_error() -> None:
    model = tiny_model("trocr_image2text")
    with pytest.raises(InputError, match=r"40x24 pixels, the model reads 32x32"):
        model.generate(torch.zeros(1, 3, 24, 40))
    with pytest.raises(InputError, match="pixel_values is a tensor; found ndarray"):
        model.generate(np.zeros((1, 3, 32, 32)))
    model.preprocessor = [ImageProcessor(), model.preprocessor.tokenizer]
    with pytest.raises(InputError, match="pixels, the model reads 32x32"):
        model.predict(PICTURES[1])


def test_a_model_without_its_preprocessors_says_what_is_missing() -> None:
    model = tiny_model("trocr_image2text")
    model.preprocessor = image_processor()
    with pytest.raises(Exception, match="no tokenizer, so it cannot write text"):
        model.predict(RGB)
    assert model.predict(RGB, post_process=False).ndim == 2
    model.preprocessor = None
    with pytest.raises(Exception, match="no image processor"):
        model.predict(RGB)


# Generation ---------------------------------------------------------------------------------------------------------


@every_model
def test_options_given_as_one_take_the_place_of_the_configs(name: str) -> None:
    model = tiny_model(name)
    given = {"decoder_start_token_id": 5, "max_length": 4, "eos_token_id": 2, "pad_token_id": 1}
    ids = model.generate(**model.preprocess(PICTURES), generation_config=given)
    assert ids[:, 0].tolist() == [5] * len(PICTURES)
    assert ids.shape[1] <= 4
    one_by_one = {"num_beams": 1, "no_repeat_ngram_size": 0, **given}
    assert torch.equal(ids, model.generate(**model.preprocess(PICTURES), **one_by_one))
    assert torch.equal(ids, model.predict(PICTURES, generation_config=given, post_process=False))
    assert model.generate(**model.preprocess(PICTURES), generation_config=given, max_length=2).shape[1] == 2
    published = {**model.config.generation, "name": "", "config_type": "model", "return_dict_in_generate": False}
    published |= {"decoder_start_token_id": model.generation_config.decoder_start_token_id}
    assert model.predict(PICTURES, generation_config=published) == model.predict(PICTURES)
    with pytest.raises(InputError, match="generation_config is a mapping"):
        model.predict(PICTURES, generation_config=3)


def test_rows_of_vit_roberta_begin_with_the_padding_token_of_the_tokenizer() -> None:
    model = tiny_model("vit_roberta_image2text")
    pad = model.preprocessor.tokenizer.pad_token_id
    assert model.config.generation["decoder_start_token_id"] != pad
    assert model.generate(**model.preprocess(RGB))[0, 0] == pad
    assert model.generate(**model.preprocess(RGB), decoder_start_token_id=7)[0, 0] == 7
    model.preprocessor = image_processor()
    assert model.generate(**model.preprocess(RGB))[0, 0] == model.config.generation["decoder_start_token_id"]


@every_model
def test_a_decoder_needs_a_token_to_begin_with(name: str) -> None:
    model = tiny_model(name, generation={"max_new_tokens": 3})
    model.preprocessor = image_processor()
    batch = model.preprocess(RGB)
    with pytest.raises(InputError, match="decoder_start_token_id"):
        model.generate(**batch)
    assert model.generate(**batch, bos_token_id=9)[0, 0] == 9


@every_model
def test_rows_end_where_positions_do(name: str, caplog: pytest.LogCaptureFixture) -> None:
    model = tiny_model(name)
    ids = model.generate(**model.preprocess(RGB), max_new_tokens=500, min_new_tokens=500, num_beams=1)
    # The last token needs no position.
    assert ids.shape[1] == model.max_positions + 1
    assert "positions for" in caplog.text


def test_beams_look_at_one_image_that_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model, encoded = tiny_model("trocr_image2text"), []
    encode = model.network.encoder.forward
    monkeypatch.setattr(
        model.network.encoder,
        "forward",
        lambda pixels, **options: encoded.append(len(pixels)) or encode(pixels, **options),
    )
    model.predict(PICTURES, num_beams=5)
    assert encoded == [len(PICTURES)]


def test_in_generation_padding_tokens_take_up_places() -> None:
    """As in 1.0.0, which trains otherwise; it matters to rows that begin with padding."""
    layers = tiny_model("trocr_image2text").network.decoder.roberta
    pad = layers.embeddings.pad_token_id
    table = layers.embeddings.position_embeddings.weight

    def positions(token_ids: list[int], context: AttentionContext) -> list[int]:
        seen: list[torch.Tensor] = []
        handle = layers.embeddings.position_embeddings.register_forward_hook(lambda *call: seen.append(call[1][0]))
        context.memory = tiny_memory()
        layers(torch.tensor([token_ids]), context, None)
        handle.remove()
        return seen[0].broadcast_to(1, len(token_ids))[0].tolist()

    def tiny_memory() -> Any:
        network = tiny_model("trocr_image2text").network
        return network.memory_of(network.encode(torch.zeros(1, 3, 32, 32)))

    cache = KVCache(2, 1, 2, 40, 8)
    row = [pad, 7, pad, 9]
    assert positions(row, AttentionContext(CausalMask())) == [pad, pad + 1, pad, pad + 2]
    assert positions(row, AttentionContext(CausalMask(0), cache=cache)) == [pad, pad + 2, pad, pad + 4]
    cache.advance(4)
    assert positions([8], AttentionContext(CausalMask(4), cache=cache)) == [pad + 5]
    assert len(table) > pad + 5


# Training -----------------------------------------------------------------------------------------------------------


@every_model
def test_what_the_decoder_reads_is_given_in_several_ways(name: str) -> None:
    model = tiny_model(name)
    pixel_values = model.preprocess(PICTURES[:2])["pixel_values"]
    labels = torch.tensor([[5, 6, 7, 2], [8, 9, 2, -100]])
    start = model.generation_config.decoder_start_token_id
    read = torch.tensor([[start, 5, 6, 7], [start, 8, 9, 2]])
    with torch.inference_mode():
        want = model(pixel_values, labels=labels)
        states = want["encoder_last_hidden_state"]
        assert want.keys() == {"logits", "encoder_last_hidden_state"}
        for inputs in (
            {"pixel_values": pixel_values, "decoder_input_ids": read},
            {"encoder_outputs": states, "decoder_input_ids": read},
            {"encoder_outputs": (states,), "decoder_input_ids": read, "decoder_attention_mask": torch.ones(2, 4)},
            {"pixel_values": pixel_values, "labels": labels * 0, "decoder_input_ids": read},
        ):
            torch.testing.assert_close(model(**inputs)["logits"], want["logits"])
        cut = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
        masked = model(pixel_values, read, cut)["logits"]
        torch.testing.assert_close(masked[0], want["logits"][0])
        torch.testing.assert_close(masked[1, :2], want["logits"][1, :2])
    for wrong in (
        {},
        {"decoder_input_ids": read.float()},
        {"decoder_input_ids": read, "decoder_attention_mask": cut[:, 1:]},
    ):
        with pytest.raises(InputError):
            model(pixel_values, **wrong)


def test_embeddings_in_place_of_ids_give_the_same() -> None:
    for name, table in (
        ("trocr_image2text", "roberta.embeddings.word_embeddings"),
        ("vit_gpt2_image2text", "transformer.wte"),
    ):
        model = tiny_model(name)
        pixel_values = model.preprocess(RGB)["pixel_values"]
        read = torch.tensor([[0, 5, 6, 7]])
        embeddings = model.network.decoder.get_submodule(table)(read)
        want = model(pixel_values, read)["logits"]
        torch.testing.assert_close(model(pixel_values, decoder_inputs_embeds=embeddings)["logits"], want)


def test_what_is_left_out_of_the_loss() -> None:
    logits = torch.randn(1, 4, 330)
    labels = torch.tensor([[5, 3, -100, 9]])
    for name in MODELS:
        model = tiny_model(name)
        counted = [0, 3] if name.startswith("vit_roberta") else [0, 1, 3]  # its padding token is 3
        want = torch.nn.functional.cross_entropy(logits[0, counted], labels[0, counted])
        torch.testing.assert_close(model.compute_loss(logits, labels), want)


# Parts --------------------------------------------------------------------------------------------------------------


def test_encoder_and_decoder_start_from_models_of_their_own(tmp_path: Path) -> None:
    model = tiny_model("vit_roberta_image2text", seed=1)
    sources = {"encoder": ("vit", "vit"), "decoder.roberta": ("roberta_mask_filling", "roberta_mask_filling.roberta")}
    for part, (name, attribute) in sources.items():
        sizes = model.config.encoder if part == "encoder" else model.config.decoder
        source = tiny_model(name, seed=2, **{key: value for key, value in sizes.items() if key in CASES[name].fields})
        source.save(tmp_path / name)
        report = model.init_from_backbone(tmp_path / name, into=f"vit_roberta.{part}")
        loaded = {key.removeprefix(f"vit_roberta.{part}.") for key in report.loaded}
        theirs = source.get_submodule(attribute).state_dict()
        assert loaded == theirs.keys()
        for key, tensor in theirs.items():
            assert torch.equal(model.get_parameter(f"vit_roberta.{part}.{key}"), tensor)
    for tied, source_name in model.tied_weights.items():
        assert model.get_parameter(tied) is model.get_parameter(source_name)
    with pytest.raises(InputError, match=r"no part 'vit_roberta.encodr'. Did you mean 'vit_roberta.encoder'"):
        model.init_from_backbone(tmp_path / "vit", into="vit_roberta.encodr")
    with pytest.raises(WeightsMismatchError):
        model.init_from_backbone(tmp_path / "vit", into="vit_roberta.decoder.lm_head")


def test_the_parts_of_published_files_are_found_in_older_ones(tmp_path: Path) -> None:
    """Buffers that older versions of transformers wrote, and names that newer ones do."""
    model = tiny_model("vit_gpt2_image2text")
    weights = model.state_dict()
    block = "vit_gpt2.decoder.transformer.h.0"
    masks = {
        f"{block}.{part}.{kind}": torch.ones(1)
        for part in ("attn", "crossattention")
        for kind in ("bias", "masked_bias")
    }
    assert_loads(model, {**weights, **masks}, tmp_path / "gpt2")

    model = tiny_model("beit_roberta_image2text")
    weights = model.state_dict()
    layer = "beit_roberta.encoder.encoder.layer.0"
    indices = {f"{layer}.attention.attention.relative_position_bias.relative_position_index": torch.zeros(2, 2)}
    assert_loads(model, {**weights, **indices}, tmp_path / "beit")
    newer = {newer_name(key): tensor for key, tensor in weights.items()}
    assert len(newer.keys() - weights.keys()) > 20
    assert_loads(model, newer, tmp_path / "newer")


def newer_name(key: str) -> str:
    """Return the name that transformers 5.24 gives to a weight."""
    if not key.startswith("beit_roberta.encoder."):
        return key
    for published, newer in (
        ("encoder.layer.", "layers."),
        ("encoder.relative_position_bias.", "shared_position_bias."),
        ("attention.attention.query.", "attention.q_proj."),
        ("attention.attention.key.", "attention.k_proj."),
        ("attention.attention.value.", "attention.v_proj."),
        ("attention.attention.relative_position_bias.", "relative_position_bias."),
        ("attention.output.dense.", "attention.o_proj."),
        ("intermediate.dense.", "mlp.fc1."),
        ("output.dense.", "mlp.fc2."),
    ):
        key = key.replace(published, newer)
    return key


def assert_loads(model: Any, weights: dict[str, torch.Tensor], folder: Path) -> None:
    model.save(folder, filename="model.pt")
    torch.save(weights, folder / "model.pt")
    again = Model.load(folder).state_dict()
    assert again.keys() == model.state_dict().keys()
    for key, tensor in model.state_dict().items():
        assert torch.equal(again[key], tensor), key


def test_hidden_sizes_that_differ_have_a_projection_between_them() -> None:
    for name in MODELS:
        network = tiny_model(name).network
        sizes = network.encoder.embeddings.cls_token.shape[-1], network.decoder.hidden_size
        projection = network.enc_to_dec_proj
        assert (projection is None) == (sizes[0] == sizes[1])
        assert projection is None or (projection.in_features, projection.out_features) == sizes


def test_parts_have_the_defaults_that_their_mappings_leave_out(caplog: pytest.LogCaptureFixture) -> None:
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 24}
    decoder = {**small, "vocab_size": 40, "max_position_embeddings": 20}
    model = build_model("beit_roberta_image2text", encoder=small, decoder=decoder)
    keys = model.state_dict().keys()
    assert "beit_roberta.encoder.encoder.layer.0.lambda_1" in keys
    assert "beit_roberta.encoder.pooler.layernorm.weight" in keys
    assert "beit_roberta.encoder.embeddings.position_embeddings" not in keys
    assert model.network.encoder.embeddings.grid == 14
    assert model.config.decoder["is_decoder"]  # as a file needs it that Hezar 1.0.0 reads
    assert model.config.decoder["vocab_size"] == 40
    assert not caplog.text
    build_model("trocr_image2text", encoder={**small, "hiden_size": 3}, decoder=decoder)
    assert "hiden_size" in caplog.text


def test_the_config_of_another_model_is_a_part(tmp_path: Path) -> None:
    case = CASES["trocr_image2text"].family
    encoder = ViTConfig(**case.sizes["encoder"])
    model = tiny_model("trocr_image2text", encoder=encoder)
    assert model.predict(RGB) == tiny_model("trocr_image2text").predict(RGB)
    model.save(tmp_path)
    assert Model.load(tmp_path).predict(RGB) == model.predict(RGB)


def test_a_wrong_type_in_a_part_names_it() -> None:
    with pytest.raises(ConfigValidationError, match=r"`encoder` of the model's config.*hidden_size"):
        build_model("trocr_image2text", encoder={"hidden_size": "wide"})


def test_published_models_stay_what_they_are_when_saved_again(tmp_path: Path) -> None:
    for name in MODELS:
        folder = GOLDEN / f"model_{name}/model"
        model = Model.load(folder)
        model.save(tmp_path / name, filename="model.pt")
        for file in ("model_config.yaml", "preprocessor/image_processor_config.yaml"):
            assert (tmp_path / name / file).read_bytes() == (folder / file).read_bytes()
        ours, theirs = (torch.load(path / "model.pt", weights_only=True) for path in (tmp_path / name, folder))
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


# BEiT ---------------------------------------------------------------------------------------------------------------


def test_distances_of_patches_have_a_row_each() -> None:
    for grid in (1, 2, 3, 5):
        places, count = relative_places(grid), grid**2
        rows: dict[tuple[int, int], set[int]] = {}
        for query in range(count):
            for key in range(count):
                step = (query // grid - key // grid, query % grid - key % grid)
                rows.setdefault(step, set()).add(int(places[query + 1, key + 1]))
        assert all(len(of_step) == 1 for of_step in rows.values())
        among = {row for of_step in rows.values() for row in of_step}
        assert among == set(range((2 * grid - 1) ** 2))
        assert sorted(rows, key=lambda step: min(rows[step])) == sorted(rows)
        first = (2 * grid - 1) ** 2
        assert set(places[0, 1:].tolist()) == {first}
        assert set(places[1:, 0].tolist()) == {first + 1}
        assert places[0, 0] == first + 2


def test_relative_positions_count() -> None:
    model = tiny_model("beit_roberta_image2text")
    encoder = model.network.encoder
    pixel_values = model.preprocess(PICTURES)["pixel_values"]
    tables = [parameter for key, parameter in encoder.named_parameters() if "relative_position_bias_table" in key]
    assert len(tables) == 3  # one per layer, and the one that they share
    states = encoder(pixel_values)
    for table in tables:
        with torch.no_grad():
            table.normal_()
        other = encoder(pixel_values)
        assert not torch.allclose(states, other)
        states = other


def test_branches_are_left_out_in_training_only() -> None:
    branch = torch.ones(4000, 1, 1)
    drop = DropPath(0.25)
    assert torch.equal(drop.eval()(branch), branch)
    torch.manual_seed(0)
    left = drop.train()(branch)
    assert left.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float(left.mean()) == pytest.approx(1, abs=0.05)
    assert torch.equal(DropPath(0.0).train()(branch), branch)
