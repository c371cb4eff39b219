"""The model."""

import torch
from torch import Tensor, nn

from hezar_models import Model, TextClassificationOutput
from hezar_plugin_example.config import LetterCounterConfig


class LetterCounter(Model):
    """Labels a text by the share of its letters that are in a list; the threshold can be learnt."""

    def __init__(self, config: LetterCounterConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.classifier = nn.Linear(1, 2)
        with torch.no_grad():
            self.classifier.weight.copy_(torch.tensor([[-40.0], [40.0]]))
            self.classifier.bias.copy_(torch.tensor([2.0, -2.0]))

    def preprocess(self, inputs: str | list[str]) -> dict[str, Tensor]:
        texts = [inputs] if isinstance(inputs, str) else inputs
        shares = [sum(letter in self.config.letters for letter in text) / max(len(text), 1) for text in texts]
        return {"share": torch.tensor(shares)[:, None]}

    def forward(self, share: Tensor) -> dict[str, Tensor]:
        return {"logits": self.classifier(share)}

    def post_process(self, model_outputs: dict[str, Tensor]) -> list[TextClassificationOutput]:
        scores, ids = model_outputs["logits"].softmax(-1).max(-1)
        labels = [self.config.id2label[index] for index in ids.tolist()]
        return [
            TextClassificationOutput(label=label, score=score)
            for label, score in zip(labels, scores.tolist(), strict=True)
        ]
