"""Names of the weights of ViT."""

from __future__ import annotations

#: Names that newer versions of `transformers` gave to the parts of a layer, and the published ones.
NEWER_NAMES: tuple[tuple[str, str], ...] = tuple(
    (rf"\.layers\.(\d+)\.{newer}\.", rf".encoder.layer.\1.{published}.")
    for newer, published in (
        ("attention.q_proj", "attention.attention.query"),
        ("attention.k_proj", "attention.attention.key"),
        ("attention.v_proj", "attention.attention.value"),
        ("attention.o_proj", "attention.output.dense"),
        ("mlp.fc1", "intermediate.dense"),
        ("mlp.fc2", "output.dense"),
        ("layernorm_before", "layernorm_before"),
        ("layernorm_after", "layernorm_after"),
    )
)
