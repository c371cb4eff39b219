"""One function per input; each fills an empty folder. They run in our own environment."""

from __future__ import annotations

import json
import math
import wave
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs.text import sentences

VOCABULARY = 8000
LABELS = {0: "negative", 1: "neutral", 2: "positive"}
PICTURES = 1000
SAMPLING_RATE = 16000


def main(name: str, folder: str) -> None:
    """Make an input by name."""
    globals()[name](Path(folder))


def tokenizer(folder: Path) -> None:
    """A WordPiece tokenizer in published layout, trained on 4,000 sentences that no benchmark uses."""
    _tokenizer().save(folder)


def word_vectors(folder: Path) -> None:
    """500,000 random vectors of 300 numbers, as gensim saves those of Word2Vec."""
    from gensim.models import KeyedVectors, Word2Vec

    from hezar.embeddings import Word2VecConfig

    count, size = 500_000, 300
    vectors = KeyedVectors(size)
    words = [f"w{number}" for number in range(count)]
    vectors.add_vectors(words, _numbers(count, size))
    for word in words:
        vectors.set_vecattr(word, "count", 5)  # which gensim looks for as it loads
    model = Word2Vec(vector_size=size)
    model.wv = vectors
    (folder / "embedding").mkdir()
    model.save(str(folder / "embedding" / "embedding.bin"), sep_limit=0)
    Word2VecConfig(vector_size=size).save(folder)


def _numbers(count: int, size: int) -> np.ndarray:
    return np.random.default_rng(5).standard_normal((count, size), np.float32)


def bert_base(folder: Path) -> None:
    """A text classifier of BERT-base size with random weights: as ``safetensors/`` and as ``pt/`` for Hezar 1.0.0."""
    import torch

    from hezar.models import build_model

    torch.manual_seed(0)
    model = build_model("bert_text_classification", id2label=LABELS)
    # A random head answers nearly the same to every text; larger weights spread the scores, not so far that they are
    # all 0 or 1, so that deviations can be seen in them.
    torch.nn.init.normal_(model.classifier.weight, std=0.1)
    model.preprocessor = _tokenizer()
    model.eval()
    model.save(folder / "safetensors")
    model.save(folder / "pt", filename="model.pt")


def gpt2_small(folder: Path) -> None:
    """A GPT-2 small with random weights: as ``safetensors/``, as ``pt/`` for Hezar 1.0.0, and as ``transformers/``."""
    _generator(
        folder,
        "gpt2_text_generation",
        {
            "model_type": "gpt2",
            "architectures": ["GPT2LMHeadModel"],
            "activation_function": "gelu_new",
            "bos_token_id": 0,
            "eos_token_id": 2,
        },
    )


def t5_base(folder: Path) -> None:
    """A T5-base (1.1) with random weights, as `gpt2_small` has them."""
    _generator(folder, "t5_text_generation", {"model_type": "t5", "architectures": ["T5ForConditionalGeneration"]})


def captioner(folder: Path) -> None:
    """A ViT-base with a RoBERTa-base that looks at it, random weights, as `gpt2_small` has them; rows of 24 new tokens."""
    import torch

    from hezar.models import build_model
    from hezar.preprocessors import ImageProcessor

    # The options of published models, but a limit that all rows reach.
    generation = {
        "bos_token_id": 0,
        "decoder_start_token_id": 0,
        "early_stopping": True,
        "eos_token_id": 2,
        "length_penalty": 2.0,
        "max_length": 25,
        "min_length": 25,
        "no_repeat_ngram_size": 3,
        "num_beams": 4,
        "pad_token_id": 1,
    }
    torch.manual_seed(0)
    model = build_model("trocr_image2text", generation=generation)
    model.preprocessor = ImageProcessor(size=[224, 224], resample=2, rescale=1 / 255, mean=[0.5] * 3, std=[0.5] * 3)
    model.eval()
    model.save(folder / "safetensors")
    model.save(folder / "pt", filename="model.pt")

    encoder, decoder = (
        {key: value for key, value in part.items() if key not in ("name", "config_type")}
        for part in (model.config.encoder, model.config.decoder)
    )
    config = {"encoder": encoder | {"model_type": "vit"}, "decoder": decoder | {"model_type": "roberta"}}
    _as_transformers(
        folder / "transformers",
        model,
        "trocr.",
        config | {"model_type": "vision-encoder-decoder", "architectures": ["VisionEncoderDecoderModel"]},
    )
    (folder / "transformers" / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    processing = {"size": {"height": 224, "width": 224}, "resample": 2, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    (folder / "transformers" / "preprocessor_config.json").write_text(json.dumps(processing), encoding="utf-8")


def _as_transformers(folder: Path, model: Any, network: str, config: dict[str, Any]) -> None:
    """Save weights as transformers names them, and a config of it."""
    from safetensors.torch import save_file

    folder.mkdir()
    # Tied tables are written once, as transformers does.
    tensors = {
        key.removeprefix(network): tensor.contiguous()
        for key, tensor in model.state_dict().items()
        if key not in model.tied_weights
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def whisper_small(folder: Path) -> None:
    """A Whisper-small with random weights, as `gpt2_small` has them; times are never written, so that all sides write text."""
    import torch
    from safetensors.torch import save_file

    from hezar.models import build_model
    from hezar_data.configs.whisper_tokens import WHISPER_LANGUAGES, WHISPER_SPECIAL_TOKENS

    languages = {f"<|{code}|>": number for number, code in enumerate(WHISPER_LANGUAGES, 50259)}
    sizes = {
        "d_model": 768,
        "encoder_layers": 12,
        "decoder_layers": 12,
        "encoder_attention_heads": 12,
        "decoder_attention_heads": 12,
        "encoder_ffn_dim": 3072,
        "decoder_ffn_dim": 3072,
        "pad_token_id": 50257,
        "bos_token_id": 50257,
        "eos_token_id": 50257,
        "decoder_start_token_id": 50258,
    }
    generation = {
        "language": "fa",
        "lang_to_id": languages,
        "begin_suppress_tokens": [],
        "suppress_tokens": list(range(50258, 51865)),
    }
    torch.manual_seed(0)
    model = build_model("whisper_speech_recognition", **sizes, generation_config=generation)
    model.eval()
    model.save(folder / "safetensors")
    model.save(folder / "pt", filename="model.pt")

    peer = folder / "transformers"
    peer.mkdir()
    tensors = {
        key.removeprefix("whisper."): tensor.contiguous()
        for key, tensor in model.state_dict().items()
        if key not in model.tied_weights
    }
    save_file(tensors, peer / "model.safetensors", metadata={"format": "pt"})
    named = {"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "vocab_size": 51865}
    common = {key: model.config.get(key) for key in ("num_mel_bins", "max_source_positions", "max_target_positions")}
    (peer / "config.json").write_text(json.dumps(named | common | sizes), encoding="utf-8")
    published = model.config.generation_config.to_dict()
    kept = {key: value for key, value in published.items() if value is not None}
    (peer / "generation_config.json").write_text(json.dumps(kept), encoding="utf-8")
    # Twice the end token comes first.
    names = {f"<|{index * 0.02:.2f}|>": 50364 + index for index in range(1501)}
    names |= {token: 50256 + index for index, token in enumerate(WHISPER_SPECIAL_TOKENS)}
    _numbered_tokens(peer, model.config.vocab_size, names)


def _generator(folder: Path, name: str, published: dict[str, Any]) -> None:
    """Save a model that generates.

    Args:
        folder: Where to.
        name: Of the model, built with its default sizes.
        published: What the config of transformers has besides.
    """
    import torch

    from hezar.models import build_model

    torch.manual_seed(0)
    model = build_model(name)
    model.eval()
    model.save(folder / "safetensors")
    model.save(folder / "pt", filename="model.pt")

    ours = {"name", "config_type", "generation"}
    config = {key: value for key, value in model.config.to_dict().items() if key not in ours} | published
    _as_transformers(folder / "transformers", model, name.partition("_")[0] + ".", config)
    _numbered_tokens(folder / "transformers", model.config.vocab_size)


def _numbered_tokens(folder: Path, count: int, names: dict[str, int] | None = None) -> None:
    """Save a tokenizer whose tokens are their own numbers: converters ask for one, and nothing here reads text.

    Args:
        folder: Where to.
        count: Number of tokens.
        names: Tokens that have a name, and their ids.
    """
    from tokenizers import Tokenizer, models

    named = {token_id: name for name, token_id in (names or {}).items()}
    vocabulary = {named.get(i, str(i)): i for i in range(count)}
    Tokenizer(models.WordLevel(vocabulary, unk_token="3")).save(str(folder / "tokenizer.json"))
    special = {"bos_token": "0", "pad_token": "0", "eos_token": "1", "unk_token": "3"}
    config = {"tokenizer_class": "PreTrainedTokenizerFast"} | special
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")


def sentiment(folder: Path) -> None:
    """The classifier of ``hezar demo``, trained on its Persian sentiment sentences."""
    from hezar.cli.demo.run import run_demo

    run_demo(folder, 0, quick=False)


def pictures(folder: Path) -> None:
    """1,000 JPEG pictures of 384 × 384 points: smooth colours with some grain, as photographs have."""
    from PIL import Image

    chance = np.random.default_rng(0)
    y, x = np.mgrid[0:384, 0:384] / 384
    for number in range(PICTURES):
        waves = chance.uniform(1, 9, (3, 2)), chance.uniform(0, 2 * math.pi, 3)
        channels = [np.sin(a * x + b * y + shift) for (a, b), shift in zip(*waves, strict=True)]
        grain = chance.normal(0, 6, (384, 384, 1))
        pixels = 127.5 + 100 * np.stack(channels, axis=-1) + grain
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{number:04}.jpg", quality=90)


def sound(folder: Path) -> None:
    """30 s of sound, 16 kHz, mono: gliding tones with noise, some of it silent."""
    chance = np.random.default_rng(0)
    time = np.arange(30 * SAMPLING_RATE) / SAMPLING_RATE
    tones = sum(
        np.sin(2 * math.pi * (f * time + 9 * np.sin(time / f * 20))) / (i + 1) for i, f in enumerate((140, 420, 1300))
    )
    loudness = np.clip(np.sin(time * 1.7), 0, None)
    samples = np.asarray(0.25 * tones * loudness + 0.005 * chance.normal(size=time.size), dtype=np.float32)
    with wave.open(str(folder / "sound.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLING_RATE)
        file.writeframes((samples.clip(-1, 1) * 32767).astype("<i2").tobytes())


def _tokenizer():
    from hezar.preprocessors import WordPieceTokenizer

    tokenizer = WordPieceTokenizer(vocab_size=VOCABULARY)
    tokenizer.train_from_iterator(sentences(4000, seed=1), vocab_size=VOCABULARY)
    return tokenizer
