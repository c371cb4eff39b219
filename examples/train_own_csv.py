"""Train a text classifier on a CSV of your own, with the columns text and label.

    python train_own_csv.py reviews.csv
    python train_own_csv.py                 writes a small reviews.csv first, to show the form

To start from a published model instead of random weights, take its tokenizer with
``Preprocessor.load("hezarai/bert-base-fa")``, give the model the sizes of its config, and set
``init_weights_from="hezarai/bert-base-fa"`` in the TrainerConfig.
"""

import csv
import random
import sys
from pathlib import Path

from hezar.builders import build_model
from hezar.data import TextClassificationDataset
from hezar.models import Model
from hezar.preprocessors import WordPieceTokenizer
from hezar.trainer import Trainer, TrainerConfig


def write_sample(path: Path) -> None:
    """Write a few rows, so that the example runs as it is."""
    things = ("فیلم", "کتاب", "غذا", "هتل", "گوشی")
    opinions = {"positive": ("عالی", "جذاب", "زیبا", "خوب"), "negative": ("بد", "ضعیف", "افتضاح", "خسته‌کننده")}
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text", "label"])
        for label, words in opinions.items():
            texts = (
                f"این {thing} {how} {word} بود." for thing in things for word in words for how in ("خیلی", "واقعاً")
            )
            rows.writerows([text, label] for text in texts)


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "reviews.csv")
    if len(sys.argv) == 1:
        write_sample(path)

    # 1. The rows. A fifth is kept to watch the training with.
    records = list(TextClassificationDataset.from_file(path).data)
    random.Random(0).shuffle(records)  # noqa: S311 - nothing secret
    held_out, train = records[: len(records) // 5], records[len(records) // 5 :]

    # 2. A tokenizer of the training texts.
    tokenizer = WordPieceTokenizer()
    tokenizer.train_from_iterator([row["text"] for row in train], vocab_size=2000)
    train_dataset = TextClassificationDataset.from_records(train, tokenizer, max_length=128)
    eval_dataset = TextClassificationDataset.from_records(
        held_out, tokenizer, max_length=128, id2label=train_dataset.id2label
    )

    # 3. A small model.
    model = build_model(
        "bert_text_classification",
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=128,
        id2label=train_dataset.id2label,
    )

    # 4. The training: checkpoints, a CSV log and a plot go to runs/reviews.
    config = TrainerConfig(
        output_dir="runs/reviews",
        task="text_classification",
        num_epochs=10,
        batch_size=8,
        learning_rate=1e-3,
        metrics=["accuracy", "f1"],
    )
    trainer = Trainer(model, config, train_dataset, eval_dataset)
    trainer.train()
    trainer.load_best()
    print("on the held-out rows:", trainer.evaluate())

    # 5. Save with the tokenizer, load, predict. model.push_to_hub("me/reviews") would publish it.
    model.save("reviews-model")
    model = Model.load("reviews-model")
    print(model.predict("این کتاب خیلی جذاب بود.")[0])


if __name__ == "__main__":
    main()
