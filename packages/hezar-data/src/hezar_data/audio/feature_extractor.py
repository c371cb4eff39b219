"""`AudioFeatureExtractor`: from audio to features, in the published layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from hezar_data.configs.audio import AudioFeatureExtractorConfig
from hezar_data.padding import resolve, round_up
from hezar_data.preprocessors.base import Preprocessor
from hezar_data.tensors import as_tensors, check_return_tensors, to_numpy
from hezar_registry import InputError
from hezar_registry.checks import whole_number

ATTENTION_MASK = "attention_mask"


class AudioFeatureExtractor(Preprocessor):
    """Base class of what turns audio into features.

    One of your own defines ``__call__`` and is registered with ``@register_preprocessor``; `pad` makes a batch of what
    it gives.

    Example:
        >>> extractor = AudioFeatureExtractor.load("hezarai/whisper-small-fa")  # doctest: +SKIP
        >>> extractor("speech.mp3", return_tensors="numpy")["input_features"].shape  # doctest: +SKIP
        (1, 80, 3000)
    """

    role = "audio_feature_extractor"
    config_class = AudioFeatureExtractorConfig
    upload_message = "Hezar: Upload feature extractor"
    model_input_name = "input_features"

    def __init__(self, config: AudioFeatureExtractorConfig | None = None, **kwargs: Any) -> None:
        super().__init__(config, **kwargs)
        if self.config.padding_side not in ("right", "left"):
            raise InputError(f"padding_side is 'right' or 'left'; found {self.config.padding_side!r}.")

    def pad(
        self,
        processed_features: Mapping[str, Any] | Iterable[Mapping[str, Any]],
        padding: bool | str | None = True,
        max_length: int | None = None,
        truncation: bool | None = None,
        pad_to_multiple_of: int | None = None,
        return_attention_mask: bool | None = None,
        return_tensors: str | None = None,
    ) -> dict[str, Any]:
        """Pad features to one length with the config's ``padding_value``, on its ``padding_side``.

        Args:
            processed_features: Items, each a mapping with ``input_features`` of shape ``(time,)`` or
                ``(time, values)``; or one mapping from ``input_features`` to a sequence of these. An ``attention_mask``
                is padded with zeros; whatever else there is stays as it is.
            padding: ``True`` or ``"longest"``; ``"max_length"``; ``False`` or ``"no_padding"``.
            max_length: Length to pad or truncate to, in steps of time.
            truncation: Truncate what is longer than `max_length`.
            pad_to_multiple_of: Round the length up, `max_length` too.
            return_attention_mask: Also give an ``attention_mask``: int32, 1 for features and 0 for padding. Default is
                the config's.
            return_tensors: ``"numpy"`` (also where ``None``), ``"torch"`` or ``"list"``. Without padding, ``None``
                gives lists of arrays.

        Returns:
            ``input_features``, float32 of shape ``(batch, length, ...)``, and, if requested, ``attention_mask`` of
            shape ``(batch, length)``.

        Raises:
            InputError: There are no ``input_features``, a length is missing, or the items do not make a tensor.
            MissingExtraError: Torch is requested and not installed.
        """
        columns = self._columns(processed_features)
        features = [self._features(item, i) for i, item in enumerate(columns[self.model_input_name])]
        lengths = [len(item) for item in features]
        cut, fill = resolve_lengths(lengths, padding, max_length, truncation, pad_to_multiple_of)
        value, side = self.config.padding_value, self.config.padding_side

        batch = {key: values for key, values in columns.items() if key != ATTENTION_MASK}
        batch[self.model_input_name] = [fit(item, cut, fill, value, side) for item in features]
        if ATTENTION_MASK in columns:
            batch[ATTENTION_MASK] = [fit(to_numpy(mask), cut, fill, 0, side) for mask in columns[ATTENTION_MASK]]
        elif self.wants_mask(return_attention_mask):
            batch[ATTENTION_MASK] = [fit(np.ones(n, dtype=np.int32), cut, fill, 0, side) for n in lengths]
        if fill is None and return_tensors is None:
            return batch
        kind = "numpy" if return_tensors is None else check_return_tensors(return_tensors)
        return {
            key: as_batch(values, kind) if key in (self.model_input_name, ATTENTION_MASK) else values
            for key, values in batch.items()
        }

    def extract(self, recording: Any, **options: Any) -> np.ndarray:
        """Return the features of one recording, as the model takes them: recording in, array out.

        Args:
            recording: Samples, or what to read them from, such as a path.
            **options: Those of a call.

        Returns:
            What a call gives of it as ``input_features``; of Whisper float32 ``(feature_size, frames)``.

        Raises:
            InputError: It is no recording that can be used.
            AudioFileError: A file cannot be read.
        """
        call: Any = self  # whoever derives from this class defines `__call__`
        return call([recording], return_tensors="numpy", **options)[self.model_input_name][0]

    def wants_mask(self, return_attention_mask: bool | None) -> bool:
        """Say whether a call returns an attention mask; the config decides where the call does not."""
        if return_attention_mask is None:
            return bool(self.config.get("return_attention_mask"))
        return return_attention_mask

    def check_sampling_rate(self, sampling_rate: int | None) -> None:
        """Check that the sampling rate the audio is said to have is the config's.

        Raises:
            InputError: It is not.
        """
        wanted = self.config.sampling_rate
        if sampling_rate is not None and sampling_rate != wanted:
            raise InputError(
                f"{type(self).__name__} takes audio of {wanted} Hz; found sampling_rate={sampling_rate}. Give a file, "
                f"which is resampled, or resample the array: resample_audio(audio, {sampling_rate}, {wanted})."
            )

    def _columns(self, items: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Turn a batch into lists by key."""
        name = self.model_input_name
        columns: dict[str, Any]
        if isinstance(items, Mapping):
            columns = {str(key): values for key, values in items.items()}
        else:
            rows = list(items)
            if not all(isinstance(row, Mapping) and row.keys() == rows[0].keys() for row in rows) or not rows:
                raise InputError(
                    f"pad takes mappings that all have the same keys, {name!r} among them; found {rows!r:.200}."
                )
            columns = {key: [row[key] for row in rows] for key in rows[0]}
        if name not in columns or not len(columns[name]):
            raise InputError(f"There are no {name!r} to pad; found: {', '.join(map(str, columns)) or 'nothing'}.")
        return columns

    @staticmethod
    def _features(item: Any, index: int) -> np.ndarray:
        try:
            array = to_numpy(item).astype(np.float32, copy=False)
        except (TypeError, ValueError) as error:
            raise InputError(f"Item {index} is not an array of numbers: {error}.") from error
        if array.ndim not in (1, 2):
            raise InputError(f"Features have the shape (time,) or (time, values); item {index} has {array.shape}.")
        return array


def resolve_lengths(
    lengths: Sequence[int],
    padding: bool | str | None,
    max_length: int | None,
    truncation: bool | None,
    pad_to_multiple_of: int | None = None,
) -> tuple[int | None, int | None]:
    """Return the lengths that items of `lengths` are truncated to and then padded to; ``None`` leaves them as they are.

    Raises:
        InputError: A length is missing or out of range, or there is no such padding.
    """
    mode = resolve(padding)
    for name, value in (("max_length", max_length), ("pad_to_multiple_of", pad_to_multiple_of)):
        if value is not None:
            whole_number(name, value, at_least=0)
    if max_length is None and (truncation or mode == "max_length"):
        what = "truncation=True" if truncation else "padding='max_length'"
        raise InputError(f"{what} needs max_length; give it in the call.")

    limit = None if max_length is None else round_up(max_length, pad_to_multiple_of)
    cut = limit if truncation else None
    longest = max(lengths, default=0)
    fill = {
        "no_padding": None,
        "max_length": limit,
        "longest": round_up(longest if cut is None else min(longest, cut), pad_to_multiple_of),
    }[mode]
    return cut, fill


def fit(array: np.ndarray, cut: int | None, fill: int | None, value: float, side: str) -> np.ndarray:
    """Truncate an array to `cut` steps of its first axis and pad it to `fill` with `value`."""
    array = array[:cut]
    missing = 0 if fill is None else max(fill - len(array), 0)
    if not missing:
        return array
    ends = (missing, 0) if side == "left" else (0, missing)
    return np.pad(array, (ends, *[(0, 0)] * (array.ndim - 1)), constant_values=value)


def as_batch(items: Sequence[np.ndarray] | np.ndarray, return_tensors: str, device: Any = None) -> Any:
    """Stack arrays: ``"numpy"``, ``"torch"`` (on `device`), or ``"list"`` for lists of numbers.

    Raises:
        InputError: The shapes differ.
        MissingExtraError: Torch is requested and not installed.
    """
    if return_tensors == "list":
        return [item.tolist() for item in items]
    if len({item.shape for item in items}) > 1:
        raise InputError(
            f"Items of the shapes {', '.join(sorted({str(item.shape) for item in items}))} do not make a tensor; "
            "pass padding=True, and truncation=True with a max_length."
        )
    return as_tensors(items if isinstance(items, np.ndarray) else np.stack(items), return_tensors, device)
