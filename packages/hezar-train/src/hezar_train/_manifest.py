"""What hezar-train registers. Read without importing torch."""

from hezar_registry import Entry

_METRICS = "hezar_train.metrics"
_CONFIGS = f"{_METRICS}.configs"
_CLASSIFICATION = f"{_METRICS}.classification"

MANIFEST = [
    Entry("metric", "accuracy", f"{_CONFIGS}:AccuracyConfig", f"{_CLASSIFICATION}:Accuracy",
          "Share of rows whose label is right"),
    Entry("metric", "f1", f"{_CONFIGS}:F1Config", f"{_CLASSIFICATION}:F1",
          "Harmonic mean of precision and recall"),
    Entry("metric", "precision", f"{_CONFIGS}:PrecisionConfig", f"{_CLASSIFICATION}:Precision",
          "Share of the predictions of a label that are right"),
    Entry("metric", "recall", f"{_CONFIGS}:RecallConfig", f"{_CLASSIFICATION}:Recall",
          "Share of the rows of a label that are found"),
    Entry("metric", "seqeval", f"{_CONFIGS}:SeqevalConfig", f"{_METRICS}.entities:Seqeval",
          "Entity-level scores of sequence labeling"),
    Entry("metric", "wer", f"{_CONFIGS}:WERConfig", f"{_METRICS}.error_rates:WER",
          "Word error rate"),
    Entry("metric", "cer", f"{_CONFIGS}:CERConfig", f"{_METRICS}.error_rates:CER",
          "Character error rate"),
    Entry("metric", "bleu", f"{_CONFIGS}:BLEUConfig", f"{_METRICS}.bleu:BLEU",
          "BLEU of generated text"),
    Entry("metric", "rouge", f"{_CONFIGS}:ROUGEConfig", f"{_METRICS}.rouge:ROUGE",
          "ROUGE of summaries"),
    Entry("trainer", "trainer", "hezar_config:TrainerConfig", "hezar_train.trainer:Trainer",
          "Trains and evaluates models"),
]  # fmt: skip
