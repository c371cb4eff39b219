"""Sides that classify with a BERT-base, for several benchmarks."""

from __future__ import annotations

from typing import Any

from benchmarks.harness import Inputs


def load_ours(inputs: Inputs, **options: Any) -> Any:
    """Return our model, loaded with options such as ``dtype``."""
    from hezar.models import Model

    return Model.load(inputs.path("bert_base") / "safetensors", **options)


def load_published(inputs: Inputs) -> Any:
    """Return the model of Hezar 1.0.0, in its own environment."""
    from hezar.models import Model

    return Model.load(str(inputs.path("bert_base") / "pt"), load_locally=True)


def load_pipeline(inputs: Inputs) -> Any:
    """Return a text classification pipeline of transformers with the same weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, pipeline

    weights = torch.load(inputs.path("bert_base") / "pt" / "model.pt", weights_only=True)
    words = weights["bert.embeddings.word_embeddings.weight"].shape[0]
    labels = {0: "negative", 1: "neutral", 2: "positive"}
    model = BertForSequenceClassification(BertConfig(vocab_size=words, id2label=labels, num_labels=len(labels)))
    model.load_state_dict(weights, strict=False)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(inputs.path("bert_base") / "pt" / "preprocessor" / "tokenizer.json"),
        **{f"{role}_token": f"[{role.upper()}]" for role in ("pad", "unk", "cls", "sep", "mask")},
    )
    return pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, top_k=None, device="cpu")


def scores(results: list[list[Any]]) -> list[dict[str, float]]:
    """Turn the results of `predict` into plain label → score."""
    return [{str(item["label"]): float(item["score"]) for item in result} for result in results]
