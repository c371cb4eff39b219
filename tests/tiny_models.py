"""Small models with random weights and real preprocessors, for tests over the whole registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch

from golden_replay import GOLDEN
from hezar_models.prediction.engine import to_model
from hezar_registry import build_model, models_registry

IMPLEMENTED = sorted(name for name, entry in models_registry.items() if entry.implemented)
TEXTS = [
    "سلام",
    "هوای تهران صاف است",
    "کیفیت غذا عالی بود، اما پیک خیلی دیر رسید.",
    "علی و مریم در شیراز درس می\u200cخوانند و می\u200cخندند",
    "خوب",
    "نه!",
]
PICTURES = [
    np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    for seed, (height, width) in enumerate([(32, 32), (40, 24), (9, 70), (64, 64)])
] + [np.zeros((20, 50, 3), dtype=np.uint8), np.tile(np.arange(48, dtype=np.uint8)[:, None, None] * 5, (1, 30, 3))]


def sound(seconds: float, pitch: float, seed: int) -> np.ndarray:
    """Return a noisy tone, float32 at 16,000 Hz."""
    samples = int(seconds * 16_000)
    noise = 1 + np.random.default_rng(seed).normal(size=samples)
    return (0.3 * np.sin(np.arange(samples) * pitch) * noise).astype(np.float32)


#: Up to the two seconds that the small Whisper hears at once.
SOUNDS = [
    sound(seconds, pitch, seed)
    for seed, (seconds, pitch) in enumerate([(1.0, 0.05), (0.3, 0.2), (1.9, 0.01), (2.0, 0.4), (0.02, 0.7), (1.4, 0.1)])
]
LABELS = {0: "منفی", 1: "خنثی", 2: "مثبت"}


def tokenizer(case: str) -> Callable[[], Any]:
    """Return what loads the tokenizer of a golden case."""

    def load() -> Any:
        from hezar_data import Tokenizer

        return Tokenizer.load(GOLDEN / case / "model")

    return load


def image_processor() -> Any:
    from hezar_data import ImageProcessor

    return ImageProcessor(size=[32, 32], rescale=1 / 255, mean=[0.5], std=[0.5])


def speech_preprocessors() -> Any:
    from hezar_data import Preprocessor

    return Preprocessor.load(GOLDEN / "model_whisper_speech_recognition" / "model")


@dataclass(frozen=True)
class Family:
    """What the models of an architecture have in common.

    Attributes:
        reads: What their inputs are.
        preprocessors: Makes what they need to read them.
        sizes: Config fields that make them small, and their weights so large that answers differ.
        wide: Config fields that make their layers large enough for kernels of their own.
        inputs: Inputs of different lengths or sizes.
        wrong_sizes: Config fields of which no model can be made.
        labels: Labels that `forward` needs besides the inputs.
        with_dropout: Config fields that set a dropout, where their names do not say so.
    """

    reads: Literal["text", "pictures", "sound"]
    preprocessors: Callable[[], Any]
    sizes: Mapping[str, Any]
    wide: Mapping[str, Any]
    inputs: Sequence[Any]
    wrong_sizes: Sequence[Mapping[str, Any]] = ()
    labels: Callable[[int], Mapping[str, torch.Tensor]] = field(default=lambda rows: {})
    with_dropout: Callable[[float], Mapping[str, Any]] | None = None


BERT = Family(
    reads="text",
    preprocessors=tokenizer("tokenizer_wordpiece"),
    sizes={
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "max_position_embeddings": 48,
        "vocab_size": 190,
        "pad_token_id": 0,
        "initializer_range": 0.5,
    },
    wide={"hidden_size": 64, "intermediate_size": 96, "initializer_range": 0.1},
    inputs=TEXTS,
    wrong_sizes=(
        {"vocab_size": 0},
        {"vocab_size": -3},
        {"max_position_embeddings": -1},
        {"type_vocab_size": -1},
        {"num_attention_heads": 0},
        {"pad_token_id": 10**6},
    ),
)
DISTILBERT = Family(
    reads="text",
    preprocessors=tokenizer("tokenizer_wordpiece"),
    sizes={
        "dim": 16,
        "n_layers": 2,
        "n_heads": 2,
        "hidden_dim": 24,
        "max_position_embeddings": 48,
        "vocab_size": 190,
        "pad_token_id": 0,
        "initializer_range": 0.5,
    },
    wide={"dim": 64, "hidden_dim": 96, "initializer_range": 0.1},
    inputs=TEXTS,
    wrong_sizes=({"vocab_size": 0}, {"max_position_embeddings": -1}, {"n_heads": -2}, {"pad_token_id": 10**6}),
)
VIT = Family(
    reads="pictures",
    preprocessors=image_processor,
    sizes={
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "image_size": 32,
        "patch_size": 8,
        "initializer_range": 0.5,
    },
    wide={"hidden_size": 64, "intermediate_size": 96, "initializer_range": 0.1},
    inputs=PICTURES,
    wrong_sizes=({"num_attention_heads": 0},),
)
GPT2 = Family(
    reads="text",
    preprocessors=tokenizer("model_gpt2_text_generation"),
    sizes={
        "n_embd": 16,
        "n_layer": 2,
        "n_head": 2,
        "n_positions": 80,
        "vocab_size": 330,
        "bos_token_id": 0,
        "eos_token_id": 2,
        "initializer_range": 0.5,
        "generation": {"max_new_tokens": 6, "num_beams": 2, "bos_token_id": 0, "eos_token_id": 2, "pad_token_id": 1},
    },
    wide={"n_embd": 64, "initializer_range": 0.1},
    inputs=TEXTS,
    wrong_sizes=({"vocab_size": 0}, {"n_positions": 0}, {"n_head": 0}, {"n_head": 3}, {"n_embd": -16}),
)
T5 = Family(
    reads="text",
    preprocessors=tokenizer("model_t5_text_generation"),
    sizes={
        "d_model": 16,
        "d_kv": 6,
        "d_ff": 24,
        "num_layers": 2,
        "num_decoder_layers": 2,
        "num_heads": 2,
        "relative_attention_num_buckets": 8,
        "relative_attention_max_distance": 20,
        "vocab_size": 143,
        "max_length": 7,
    },
    wide={"d_model": 64, "d_ff": 96},
    inputs=TEXTS,
    wrong_sizes=(
        {"vocab_size": 0},
        {"num_heads": 0},
        {"num_layers": 0},
        {"d_kv": -1},
        {"relative_attention_num_buckets": 2},
        {"relative_attention_max_distance": 3},
    ),
    labels=lambda rows: {"labels": torch.arange(5, 5 + 4 * rows).view(rows, 4)},
)
WHISPER = Family(
    reads="sound",
    preprocessors=speech_preprocessors,
    sizes={
        "d_model": 16,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 24,
        "decoder_ffn_dim": 24,
        "num_mel_bins": 16,
        "max_source_positions": 100,
        "max_target_positions": 40,
        "vocab_size": 528,
        "init_std": 0.5,
        "pad_token_id": 320,
        "decoder_start_token_id": 321,
        "generation_config": {
            "begin_suppress_tokens": [],
            "bos_token_id": 320,
            "decoder_start_token_id": 321,
            "eos_token_id": 320,
            "language": "fa",
            "lang_to_id": {"<|fa|>": 363, "<|en|>": 322, "<|ar|>": 335},
            "max_initial_timestamp_index": 10,
            "max_length": 11,
            "no_timestamps_token_id": 426,
            "pad_token_id": 320,
            "prev_sot_token_id": 424,
            "task_to_id": {"transcribe": 422, "translate": 421},
        },
    },
    wide={"d_model": 64, "encoder_ffn_dim": 96, "decoder_ffn_dim": 96, "init_std": 0.1},
    inputs=SOUNDS,
    wrong_sizes=(
        {"vocab_size": 0},
        {"d_model": 15},
        {"encoder_layers": 0},
        {"decoder_attention_heads": 3},
        {"max_source_positions": -1},
    ),
    labels=lambda rows: {"labels": torch.arange(5, 5 + 4 * rows).view(rows, 4)},
)


def image_to_text(encoder: Family, decoder: Family, **of_encoder: Any) -> Family:
    """Return what models have in common that are put together of two."""
    first, second = {**encoder.sizes, **of_encoder}, {**decoder.sizes, "vocab_size": 330}
    second.pop("generation", None)
    if "pad_token_id" in second:
        # Neither the first nor the last token of a row, as it is in some published configs.
        second |= {"pad_token_id": 3, "type_vocab_size": 1}
    dropout = "embd_pdrop" if decoder is GPT2 else "hidden_dropout_prob"
    generation = {
        "max_new_tokens": 6,
        "num_beams": 2,
        "decoder_start_token_id": 0,
        "eos_token_id": 2,
        "pad_token_id": 1,
    }

    def sizes(in_encoder: Mapping[str, Any], in_decoder: Mapping[str, Any]) -> dict[str, Any]:
        return {"encoder": {**first, **in_encoder}, "decoder": {**second, **in_decoder}}

    return Family(
        reads="pictures",
        preprocessors=lambda: [image_processor(), tokenizer("model_trocr_image2text")()],
        sizes=sizes({}, {}) | {"generation": generation},
        wide=sizes(encoder.wide, decoder.wide),
        inputs=PICTURES,
        wrong_sizes=(
            *(sizes(wrong, {}) for wrong in encoder.wrong_sizes),
            *(sizes({}, wrong) for wrong in decoder.wrong_sizes),
        ),
        labels=lambda rows: {"labels": torch.arange(5, 5 + 4 * rows).view(rows, 4)},
        with_dropout=lambda rate: sizes({}, {dropout: rate}),
    )


#: The name of a model, or its first word → its family.
FAMILIES = {
    "bert": BERT,
    "roberta": BERT,
    "distilbert": DISTILBERT,
    "vit": VIT,
    "gpt2": GPT2,
    "t5": T5,
    # A decoder that is narrower than its encoder, and one that is wider.
    "trocr": image_to_text(VIT, BERT, hidden_size=20, initializer_range=0.8),
    "vit_roberta_image2text": image_to_text(VIT, BERT),
    "vit_gpt2_image2text": image_to_text(VIT, GPT2, hidden_size=12),
    "beit": image_to_text(
        VIT,
        BERT,
        use_relative_position_bias=True,
        use_shared_relative_position_bias=True,
        layer_scale_init_value=0.7,
        use_mean_pooling=False,
    ),
    "whisper": WHISPER,
}


@dataclass(frozen=True)
class ModelCase:
    """A small model of a registered name, and what it is given.

    Attributes:
        name: The name.
    """

    name: str

    @property
    def family(self) -> Family:
        """What it has in common with other models of its architecture."""
        return FAMILIES.get(self.name) or FAMILIES[self.name.partition("_")[0]]

    @property
    def task(self) -> str:
        return models_registry[self.name].task

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of its config fields."""
        return tuple(models_registry[self.name].config_class.fields())

    @property
    def is_generative(self) -> bool:
        return models_registry[self.name].module_class.is_generative

    @property
    def inputs(self) -> list[Any]:
        """Inputs of different lengths or sizes: texts, with a mask where it needs one, pictures, or sounds."""
        inputs = list(self.family.inputs)
        return [f"{text} [MASK]" for text in inputs] if self.task == "mask_filling" else inputs

    def with_dropout(self, rate: float) -> Mapping[str, Any]:
        """Return config fields that set dropouts to a rate."""
        if self.family.with_dropout is not None:
            return self.family.with_dropout(rate)
        return {name: rate for name in self.fields if "dropout" in name or "pdrop" in name}

    def vocab_size(self, model: Any) -> int:
        """Return how many tokens the model knows."""
        return model.config.get("vocab_size") or model.config.decoder["vocab_size"]

    def build(self, seed: int = 0, **overrides: Any) -> Any:
        """Build the model, with the preprocessors it needs."""
        labels = {"id2label": LABELS} if "id2label" in self.fields else {}
        torch.manual_seed(seed)
        model = build_model(self.name, **{**self.family.sizes, **labels, **overrides})
        model.preprocessor = self.family.preprocessors()
        return model.eval()

    def batch(self, model: Any, inputs: Sequence[Any]) -> dict[str, torch.Tensor]:
        """Return inputs as `forward` takes them, with the labels that it needs."""
        return {**model.preprocess(inputs), **self.family.labels(len(inputs))}

    def numbers(self, model: Any, inputs: Sequence[Any]) -> torch.Tensor:
        """Return what the network computes of inputs, one flat float32 tensor."""
        if self.is_generative:
            with torch.inference_mode():
                outputs = model(**to_model(self.batch(model, inputs), model))
        else:
            outputs = model.predict(inputs, post_process=False)
        return outputs.get("logits", outputs.get("last_hidden_state")).float().flatten()


CASES = {name: ModelCase(name) for name in IMPLEMENTED}
TEXT_MODELS = [name for name, case in CASES.items() if case.family.reads == "text"]
VISION_MODELS = [name for name, case in CASES.items() if case.family.reads == "pictures"]
GENERATIVE_MODELS = [name for name, case in CASES.items() if case.is_generative]
#: Those of which `predict` gives the rows that are generated; models of speech make more of them, and less.
ROW_GENERATORS = [name for name in GENERATIVE_MODELS if CASES[name].family.reads != "sound"]
ENCODERS = [name for name, case in CASES.items() if not case.is_generative]


def tiny_model(name: str, seed: int = 0, **overrides: Any) -> Any:
    """Build a small model of a registered name with the preprocessors it needs."""
    return CASES[name].build(seed, **overrides)


def inputs_for(name: str) -> list[Any]:
    """Return inputs of different lengths or sizes for a model."""
    return CASES[name].inputs
