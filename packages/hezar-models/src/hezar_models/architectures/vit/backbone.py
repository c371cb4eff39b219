"""Vision transformer encoder; see `hezar_models.architectures.vit.config`."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from hezar_models.architectures.vit.config import ViTConfig
from hezar_models.architectures.vit.weights import NEWER_NAMES
from hezar_models.layers.context import Collector
from hezar_models.layers.vit import ViTBackbone, init_vit_weights
from hezar_models.tasks.backbone import join_backbone_rows
from hezar_models.tasks.checks import check_tensor
from hezar_models.tasks.vision import VisionModel
from hezar_models.weights.table import aliases


class ViT(VisionModel):
    """Vision transformer encoder with pooler.

    Published weights: ``vit.embeddings.*``, ``vit.encoder.layer.N.*``, ``vit.layernorm``, ``vit.pooler.dense``.

    Args:
        config: The config.
        use_mask_token: Have an embedding for masked patches, for `bool_masked_pos`; published models have none.
        **kwargs: Config fields.

    Example:
        >>> model = ViT(ViTConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=32))
        >>> model(torch.zeros(1, 3, 32, 32))["last_hidden_state"].shape
        torch.Size([1, 5, 32])
    """

    backbone = "vit"
    weight_table = aliases(NEWER_NAMES)

    def __init__(self, config: ViTConfig, use_mask_token: bool = False, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        self.vit = ViTBackbone(config, use_mask_token=use_mask_token)
        init_vit_weights(self, config.initializer_range)

    def forward(
        self,
        pixel_values: Tensor,
        bool_masked_pos: Tensor | None = None,
        output_attentions: bool = False,
        output_hidden_states: bool = False,
        interpolate_pos_encoding: bool = False,
    ) -> dict[str, Any]:
        """Encode a batch of images.

        Args:
            pixel_values: (batch, channels, height, width), float.
            bool_masked_pos: (batch, patches), true where the mask token replaces the patch.
            output_attentions: Return attention maps; needs ``attn_implementation="eager"``.
            output_hidden_states: Return the hidden states of all layers.
            interpolate_pos_encoding: Read images of another size than the model's by stretching the positions.

        Returns:
            ``last_hidden_state`` (batch, patches + 1, hidden), ``pooler_output`` (batch, hidden), ``hidden_states``, a
            tuple of layers + 1, and ``attentions``, a tuple of layers, both ``None`` unless asked for.
        """
        check_tensor("pixel_values", pixel_values)
        collect = Collector.asked(output_hidden_states, output_attentions, self.attn_implementation)
        hidden = self.vit(pixel_values, bool_masked_pos, interpolate_pos_encoding, collect)
        pooled = self.vit.pooler(hidden) if self.vit.pooler is not None else None
        return {"last_hidden_state": hidden, "pooler_output": pooled, **collect.outputs()}

    def post_process(self, model_outputs: dict[str, Any]) -> dict[str, Any]:
        """Keep ``last_hidden_state``, ``pooler_output``, ``hidden_states`` and ``attentions``."""
        keys = ("last_hidden_state", "pooler_output", "hidden_states", "attentions")
        return {key: model_outputs[key] for key in keys}

    def cost_of(self, image: Tensor) -> int:
        height, width = image.shape[-2:]
        return (height // self.config.patch_size) * (width // self.config.patch_size) + 1

    def join_results(self, results: list[Any]) -> dict[str, Any]:
        return join_backbone_rows(self, results)
