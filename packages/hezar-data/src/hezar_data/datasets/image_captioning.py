"""Images with a caption each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from hezar_data.collators.image_captioning import ImageCaptioningDataCollator
from hezar_data.configs.datasets import ImageCaptioningDatasetConfig
from hezar_data.datasets.media import MediaDataset


class ImageCaptioningDataset(MediaDataset):
    """Images with a caption each, as pixels and token ids.

    An item is ``{"pixel_values": tensor, "labels": [...], "decoder_input_ids": [...], "decoder_attention_mask": [...]}``: pixels as
    float32 of the shape (channels, height, width), the ids of the caption, padded to ``config.max_length``, and the same after the
    start token.

    Example:
        >>> rows = [{"image_path": "cat.jpg", "label": "گربه‌ای روی صندلی"}]
        >>> dataset = ImageCaptioningDataset.from_records(rows, preprocessor=container)  # doctest: +SKIP
    """

    media, text = "images_paths_column", "text_column"
    columns = ("images_paths_column", "text_column")
    texts = ("text_column",)
    config_class = ImageCaptioningDatasetConfig

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(config, *args, **kwargs)
        if self.tokenizer is not None:
            self.data_collator = ImageCaptioningDataCollator(
                self.tokenizer,
                padding="longest" if self.config.max_length is None else "max_length",
                max_length=self.config.max_length,
            )

    @classmethod
    def from_records(  # pyright: ignore[reportIncompatibleMethodOverride]  # each names its own options
        cls,
        records: Iterable[Mapping[str, Any]],
        preprocessor: Any = None,
        *,
        images_paths_column: str = "image_path",
        text_column: str = "label",
        max_length: int | None = None,
        split: str = "train",
        path: str | None = None,
        lines: Sequence[int] | None = None,
        folder: Any = None,
    ) -> Self:
        """Make a dataset of rows in memory.

        Args:
            records: Mappings with an image (a path, bytes, an array, a Pillow image) and its caption.
            preprocessor: A container of an image processor and a tokenizer, or a path to load them from.
            images_paths_column: Key of the image.
            text_column: Key of the caption.
            max_length: Tokens to pad a caption to; longer ones are cut in a batch.
            split: What to call the rows.
            path: Where the rows came from, for messages.
            lines: The line of each row there, for messages.
            folder: Where relative paths of images start.

        Raises:
            DatasetError: There are no rows, or a key is missing.
        """
        return cls._of(
            records, preprocessor, split=split, lines=lines, own={"folder": folder}, path=path,
            images_paths_column=images_paths_column, text_column=text_column, max_length=max_length,
        )  # fmt: skip

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        rows, process = self._rows(indices), self._processor("image_processor")
        images = self._each(indices, rows, lambda image: process(image)["pixel_values"][0])
        length = self.config.max_length
        options = {} if length is None else {"padding": "max_length", "max_length": length}
        encoded = self.tokenizer(self._texts(rows), **options)
        start = self.tokenizer.bos_token_id
        shifted = [[start, *labels][: len(labels)] for labels in encoded["token_ids"]]
        columns = (images, encoded["token_ids"], shifted, encoded["attention_mask"])
        names = ("pixel_values", "labels", "decoder_input_ids", "decoder_attention_mask")
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
