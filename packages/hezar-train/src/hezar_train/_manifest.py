"""What hezar-train registers. Read without importing torch.

Entries without a module are metrics of the published format whose configs this version reads and writes, and which it
cannot compute yet.
"""

from hezar_registry import Entry

_CONFIGS = "hezar_train.metrics.configs"
_CLASSIFICATION = "hezar_train.metrics.classification"

MANIFEST = [
    Entry("metric", "accuracy", f"{_CONFIGS}:AccuracyConfig", f"{_CLASSIFICATION}:Accuracy",
          "Share of rows whose label is right"),
    Entry("metric", "f1", f"{_CONFIGS}:F1Config", f"{_CLASSIFICATION}:F1",
          "Harmonic mean of precision and recall"),
    Entry("metric", "precision", f"{_CONFIGS}:PrecisionConfig", f"{_CLASSIFICATION}:Precision",
          "Share of the predictions of a label that are right"),
    Entry("metric", "recall", f"{_CONFIGS}:RecallConfig", f"{_CLASSIFICATION}:Recall",
          "Share of the rows of a label that are found"),
    Entry("metric", "seqeval", f"{_CONFIGS}:SeqevalConfig", description="Entity-level scores of sequence labeling"),
    Entry("metric", "wer", f"{_CONFIGS}:WERConfig", description="Word error rate"),
    Entry("metric", "cer", f"{_CONFIGS}:CERConfig", description="Character error rate"),
    Entry("metric", "bleu", f"{_CONFIGS}:BLEUConfig", description="BLEU of generated text"),
    Entry("metric", "rouge", f"{_CONFIGS}:ROUGEConfig", description="ROUGE of summaries"),
    Entry("trainer", "trainer", "hezar_config:TrainerConfig", "hezar_train.trainer:Trainer",
          "Trains and evaluates models"),
]  # fmt: skip
