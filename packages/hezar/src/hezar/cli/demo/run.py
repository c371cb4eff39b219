"""The steps of ``hezar demo``. Results go to stdout, what is going on to stderr."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import torch

from hezar.cli.demo.baselines import bag_of_words_accuracy, majority_accuracy
from hezar.cli.demo.data import LABELS, Example, read_clauses, read_opinions, read_sentences, read_words
from hezar.cli.demo.grammar import Grammar
from hezar.data import TextClassificationDataset
from hezar.models import Model, build_model
from hezar.preprocessors import PreprocessorsContainer, TextNormalizer, WordPieceTokenizer
from hezar.trainer import Trainer, TrainerConfig

HALF_SPACE = "\u200c"
NEW_SENTENCES = (
    "خیلی خوب بود.",
    "اصلاً خوب نبود.",
    "این هتل تمیز و آرام است و کارکنان مؤدبی دارد.",
    "غذا سرد بود و پیک هم خیلی دیر رسید.",
    "عجب فیلم قشنگی بود، کلی خندیدیم!",
    "پولمو دور ریختم، دو روزه خراب شد.",
    "هیچ ایرادی ندارد، با خیال راحت بخرید.",
)


@dataclass(frozen=True)
class Settings:
    """What the model and its training are made of.

    Chosen by three-fold cross-validation on the training sentences, pairs kept together, and of equals the fastest; the
    test had no part in it.

    Attributes:
        vocab_size: Word pieces of the tokenizer.
        joined: How many texts each sentence is joined in; it is seen in many surroundings, and less learnt by heart.
        made: How many texts each rule of the `Grammar` makes.
        epochs: Passes over the training texts.
        batch_size: Texts per step.
        learning_rate: Its highest value; it rises in the first tenth of the steps and falls to zero.
        model: Fields of the model's config.
    """

    vocab_size: int
    joined: int
    made: dict[str, int]
    epochs: int
    batch_size: int
    learning_rate: float
    model: dict[str, Any]


FULL = Settings(
    vocab_size=4000,
    joined=5,
    made={"clause": 2000, "joined": 2000, "contrast": 1000, "denial": 500, "assertion": 300},
    epochs=3,
    batch_size=32,
    learning_rate=1e-3,
    model={
        "hidden_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "intermediate_size": 128,
        "max_position_embeddings": 128,
        "initializer_range": 0.1,
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
    },
)
QUICK = Settings(
    vocab_size=300,
    joined=0,
    made={},
    epochs=1,
    batch_size=64,
    learning_rate=1e-3,
    model={
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 128,
    },
)


@contextmanager
def _one_thread() -> Generator[None]:
    """Keep torch to one thread: so small a model gains nothing by a second one, and loses much on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@_one_thread()
def run_demo(output: Path, seed: int, quick: bool) -> None:
    """Run all steps; `output` gets ``model/`` and ``run/``."""
    started = time.perf_counter()
    settings = QUICK if quick else FULL

    sentences, test = read_sentences("train"), read_sentences("test")
    held_out = sentences[::10]
    train = texts_to_learn([sentence for sentence in sentences if sentence not in held_out], settings, seed)
    _step(1, f"{len(train)} texts to learn from, {len(held_out)} to watch the training, {len(test)} for the test")

    preprocessor = train_tokenizer([example.text for example in train], settings.vocab_size)
    vocab_size: int = preprocessor["wordpiece_tokenizer"].config.vocab_size
    _step(2, f"a WordPiece tokenizer is trained: {vocab_size} pieces")

    model = train_model(train, held_out, preprocessor, output / "run", settings, seed)

    model.save(output / "model")
    _step(4, f"the model is saved: {output / 'model'}")
    model = Model.load(output / "model")

    _step(5, "the test, which neither the model nor its settings have seen")
    truth = [sentence.label for sentence in test]
    answers = [best[0].label for best in model.predict([sentence.text for sentence in test])]
    accuracy = sum(map(str.__eq__, answers, truth)) / len(test)
    click.echo(f"accuracy on {len(test)} test sentences")
    click.echo(f"  {majority_accuracy(train, test):.3f}  always the same answer")
    words = bag_of_words_accuracy(train, test, held_out)
    click.echo(f"  {words:.3f}  bag of words: logistic regression on words and word pairs of the same texts")
    click.echo(f"  {accuracy:.3f}  this model: BERT with {model.num_parameters:,} parameters, from random weights")

    click.echo("\nsentences it has never seen")
    for sentence, (answer,) in zip(NEW_SENTENCES, model.predict(list(NEW_SENTENCES)), strict=True):
        click.echo(f"  {answer.label:<8}  {answer.score:.2f}  {sentence}")

    _step(6, f"done in {time.perf_counter() - started:.0f} s")
    plots = sorted((output / "run").rglob("training_plot.png"))
    click.echo(NEXT_STEPS.format(model=output / "model", plot=plots[-1] if plots else output / "run"))


NEXT_STEPS = """
what is where
  the model        {model}
  the loss curve   {plot}

what next
  hezar predict {model} "این گوشی عالیه"
  your own data: a CSV with the columns text and label, see examples/train_own_csv.py
  a model of the Hub, far better than this one:
      hezar predict hezarai/bert-fa-sentiment-dksf "این گوشی عالیه"\
"""


def texts_to_learn(sentences: Sequence[Example], settings: Settings, seed: int) -> list[Example]:
    """Return the sentences, the opinions and words that come with Hezar, and what the grammar makes of them."""
    opinions, words = read_opinions(), read_words()
    grammar = Grammar(sentences, opinions, read_clauses(), words, seed)
    joined = [grammar.joined(example.label, example.text) for example in sentences for _ in range(settings.joined)]
    return [*sentences, *opinions, *words, *joined, *grammar.texts(settings.made)]


def train_tokenizer(texts: list[str], vocab_size: int) -> PreprocessorsContainer:
    """Train a tokenizer; before it goes a normalizer that turns half-spaces to spaces, as few texts have few words."""
    normalizer = TextNormalizer(replace_patterns=[[HALF_SPACE, " "]])
    tokenizer = WordPieceTokenizer(show_progress=False)
    tokenizer.train_from_iterator(normalizer(texts), vocab_size=vocab_size)
    return PreprocessorsContainer(text_normalizer=normalizer, wordpiece_tokenizer=tokenizer)


def train_model(
    train: Sequence[Example],
    held_out: Sequence[Example],
    preprocessor: PreprocessorsContainer,
    folder: Path,
    settings: Settings,
    seed: int,
) -> Any:
    """Build and train the model; `held_out` shows how it goes, and which epoch is kept."""
    config = TrainerConfig(
        output_dir=str(folder),
        task="text_classification",
        num_epochs=settings.epochs,
        batch_size=settings.batch_size,
        optimizer="adamw",
        learning_rate=settings.learning_rate,
        weight_decay=0.01,
        lr_scheduler="one_cycle",
        lr_scheduler_kwargs={"pct_start": 0.1, "anneal_strategy": "linear"},
        lr_scheduling_steps=1,
        max_grad_norm=1.0,
        metrics=["accuracy"],
        metric_for_best_model="accuracy",
        seed=seed,
        use_cpu=True,
    )
    torch.manual_seed(seed)  # pyright: ignore[reportUnknownMemberType] - torch is partly typed
    model = build_model(
        "bert_text_classification",
        vocab_size=preprocessor["wordpiece_tokenizer"].config.vocab_size,
        id2label=dict(enumerate(LABELS)),
        **settings.model,
    )
    _step(3, f"training: {settings.epochs} epochs of {len(train)} texts, {model.num_parameters:,} parameters")
    trainer = Trainer(
        model, config, _dataset(train, preprocessor), _dataset(held_out, preprocessor), group_by_length=True
    )
    trainer.train()
    for epoch, (loss, accuracy) in enumerate(_history(trainer), 1):
        click.echo(f"      epoch {epoch}: loss {loss:.3f}, accuracy {accuracy:.3f} on held-out sentences", err=True)
    trainer.load_best()
    return model


def _dataset(examples: Sequence[Example], preprocessor: PreprocessorsContainer) -> TextClassificationDataset:
    return TextClassificationDataset.from_records(
        [{"text": example.text, "label": example.label} for example in examples],
        preprocessor=preprocessor,
        id2label=dict(enumerate(LABELS)),
    )


def _history(trainer: Trainer) -> list[tuple[float, float]]:
    logs = trainer.load_csv_logs()
    pairs = zip(logs["train.loss"], logs["evaluation.accuracy"], strict=True)
    return [(loss, accuracy) for loss, accuracy in pairs if loss is not None and accuracy is not None]


def _step(number: int, text: str) -> None:
    click.echo(f"[{number}/6] {text}", err=True)
