"""Train a small Whisper, have it write down a recording of any length, and make subtitles of it.

It learns a language of ten words, each of which is a chord, so that it is ready in a minute. Run: python transcribe_speech.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from hezar.builders import build_model
from hezar.models import Model
from hezar.preprocessors import WhisperBPETokenizer, WhisperFeatureExtractor
from hezar_data.subtitles import make_cues, write_subtitles

RATE = 16_000
WORDS = ["صفر", "یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه"]
chance = np.random.default_rng(0)
torch.manual_seed(0)


def say(word: str) -> np.ndarray:
    """Return the chord of a word, a third of a second, as loud and as long as it happens to be."""
    times = np.arange(int(chance.uniform(0.28, 0.36) * RATE)) / RATE
    number = WORDS.index(word)
    tones = np.sin(2 * np.pi * (300 + 90 * number) * times) + np.sin(2 * np.pi * (2_200 + 240 * number) * times)
    return chance.uniform(0.1, 0.3) * tones * np.sin(np.pi * times / times[-1])


def speak(words: list[str]) -> np.ndarray:
    """Return words with short pauses in between, and some noise."""
    parts = [part for word in words for part in (say(word), np.zeros(int(chance.uniform(0.04, 0.12) * RATE)))]
    samples = np.concatenate([np.zeros(int(chance.uniform(0.02, 0.25) * RATE)), *parts])
    return (samples + chance.normal(0, 2e-4, len(samples))).astype(np.float32)


tokenizer = WhisperBPETokenizer(language="fa", task="transcribe")
tokenizer.train_from_iterator([" " + " ".join(WORDS)] * 4, vocab_size=300, show_progress=False)
ears = WhisperFeatureExtractor(chunk_length=2, feature_size=32)
ids = {name: tokenizer.token_to_id(f"<|{name}|>") for name in ("endoftext", "startoftranscript", "fa", "notimestamps")}
model = build_model(
    "whisper_speech_recognition",
    vocab_size=len(tokenizer),
    d_model=96,
    encoder_layers=2,
    decoder_layers=2,
    encoder_ffn_dim=192,
    decoder_ffn_dim=192,
    num_mel_bins=32,
    max_source_positions=100,
    max_target_positions=48,
    decoder_start_token_id=ids["startoftranscript"],
    pad_token_id=ids["endoftext"],
    generation_config={
        "decoder_start_token_id": ids["startoftranscript"],
        "bos_token_id": ids["endoftext"],
        "eos_token_id": ids["endoftext"],
        "pad_token_id": ids["endoftext"],
        "begin_suppress_tokens": [],
        "no_timestamps_token_id": ids["notimestamps"],
        "prev_sot_token_id": tokenizer.token_to_id("<|startofprev|>"),
        "language": "fa",
        "task_to_id": {"transcribe": tokenizer.task_id("transcribe")},
        "max_length": 48,
    },
)
model.preprocessor = [tokenizer, ears]


def batch(size: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return features, labels and their mask; labels begin after the start token, which the decoder reads first."""
    lines = [[WORDS[i] for i in chance.integers(0, 10, chance.integers(1, 5))] for _ in range(size)]
    features = ears([speak(line) for line in lines], return_tensors="torch")["input_features"]
    prefix = tokenizer.prefix_ids()[1:]
    rows = [
        [*prefix, *tokenizer([" " + " ".join(line)], add_special_tokens=False)["token_ids"][0], ids["endoftext"]]
        for line in lines
    ]
    longest = max(map(len, rows))
    labels = torch.tensor([row + [ids["endoftext"]] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return features, labels, mask


STEPS = 250
trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = torch.optim.AdamW(trained, lr=2e-3)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, STEPS)
model.train()
for step in range(STEPS):
    features, labels, mask = batch(16)
    loss = model.compute_loss(model(features, labels=labels)["logits"], labels, mask)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if step % 50 == 0:
        print(f"step {step}: loss {loss.item():.3f}")
model.eval()
model.save("small-whisper")

# Half a minute, said in sentences, and never in memory as a whole.
model = Model.load("small-whisper")
sentences = [[WORDS[i] for i in chance.integers(0, 10, chance.integers(2, 5))] for _ in range(14)]


def recording() -> Iterator[np.ndarray]:
    for sentence in sentences:
        yield speak(sentence)
        yield np.zeros(RATE // 2, dtype=np.float32)


segments = []
for segment in model.transcribe(recording(), stream=True, word_times=True, window_seconds=2):
    print(f"{segment.start:6.2f} {segment.end:6.2f} {segment.text}")
    segments.append(segment.to_dict())

said = [word for sentence in sentences for word in sentence]
written = "".join(segment["text"] for segment in segments).split()
print(f"said {len(said)} words; right are {sum(a == b for a, b in zip(said, written, strict=False))}")
Path("recording.srt").write_text(write_subtitles(make_cues(segments)), encoding="utf-8")
