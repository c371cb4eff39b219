"""A model of your own: a config, a class, and the decorator that joins them under a name."""

import tempfile
from dataclasses import dataclass

import torch
from torch import nn

from hezar.builders import build_model
from hezar.models import Model, ModelConfig, register_model


@dataclass
class MyBertConfig(ModelConfig):
    name = "my_bert"  # unannotated, exactly so
    vocab_size: int = 1000


@register_model("my_bert", config_class=MyBertConfig, description="A BERT of my own")
class MyBert(Model):
    def __init__(self, config: MyBertConfig, **kwargs):
        super().__init__(config, **kwargs)
        self.embeddings = nn.Embedding(config.vocab_size, 8)

    def forward(self, token_ids, **kwargs):
        return {"hidden_states": self.embeddings(token_ids)}


model = build_model("my_bert", vocab_size=7)
with tempfile.TemporaryDirectory() as folder:
    model.save(folder)
    again = Model.load(folder)

print(type(again).__name__, "with", again.config.vocab_size, "tokens")
print("same weights:", torch.equal(again.embeddings.weight, model.embeddings.weight))
print("output:", tuple(again(torch.tensor([[1, 2, 3]]))["hidden_states"].shape))
