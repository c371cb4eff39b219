"""Speech recognition: from sound to what was said, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from hezar_data.audio.inputs import as_waveforms
from hezar_data.audio.reading import is_source, read_audio_blocks
from hezar_models.generation.config import GenerationConfig
from hezar_models.layers.cache import CrossMemory
from hezar_models.outputs import SpeechRecognitionOutput
from hezar_models.prediction.engine import PredictOptions
from hezar_models.prediction.examples import Example, Row
from hezar_models.prediction.flow import Flow
from hezar_models.prediction.keywords import Stage, deal_keywords
from hezar_models.speech.decoding import WindowDecoder
from hezar_models.speech.options import SpeechOptions
from hezar_models.speech.rules import SpeechTokens
from hezar_models.speech.segments import Segment, joined
from hezar_models.speech.windows import Window, cut_windows
from hezar_models.tasks.checks import check_tensor
from hezar_models.tasks.generative import GenerativeModel
from hezar_registry import HezarError, InputError

#: Seconds of the longest window that is cut of a recording. Models hear 30, but what is said in Persian within 30 seconds
#: may be more tokens than a transcript has room for.
WINDOW_SECONDS = 24.0
#: Options of generation that `temperature` stands for.
_DRAWING = frozenset({"do_sample", "temperature", "top_k", "top_p", "min_p", "typical_p", "num_return_sequences"})


class SpeechRecognitionModel(GenerativeModel):
    """A model that writes down what it hears.

    A recording that it hears at once is transcribed as published: one transcript, greedily or as the options say. A longer one
    is cut at pauses while it is read; the windows are decoded in batches, those that went wrong again, and joined on the clock
    of the recording.
    """

    engine = Flow
    batches_inputs = True
    computes_rows = False
    batch_inputs = frozenset({"input_features", "attention_mask"})

    # What an architecture knows -------------------------------------------------------------------------------------

    @property
    def speech_tokens(self) -> SpeechTokens:
        """The tokens of the model that are no text."""
        raise InputError(f"{type(self).__name__} does not say which of its tokens are no text.")

    @property
    def speech_options(self) -> SpeechOptions:
        """The options of speech that the model's config holds."""
        return SpeechOptions()

    @property
    def max_initial_time(self) -> int | None:
        """Number of the latest time token that may come first; ``None`` is any."""
        return None

    @property
    def alignment_heads(self) -> Sequence[tuple[int, int]]:
        """The (layer, head) of the decoder that look at where the next token is said."""
        return ()

    @property
    def vocab_size(self) -> int:
        """Number of tokens."""
        return self.config.vocab_size

    def listen(self, input_features: Tensor) -> CrossMemory:
        """Run the encoder; return what the decoder sees of its states."""
        raise InputError(f"{type(self).__name__} has no encoder.")

    def looked_at(self, memory: CrossMemory, token_ids: Tensor) -> tuple[Tensor, Tensor]:
        """Return where the alignment heads look while some tokens are read, and the logits after each of them.

        Args:
            memory: What the decoder sees of the windows, one per row.
            token_ids: int64 (rows, length).

        Returns:
            Weights (rows, heads, length, source) and logits (rows, length, vocabulary).
        """
        raise InputError(f"{type(self).__name__} does not say where it looks, so it has no times of words.")

    # Preprocessors --------------------------------------------------------------------------------------------------

    @property
    def feature_extractor(self) -> Any:
        """The feature extractor of the model.

        Raises:
            HezarError: The model has none.
        """
        return self._needed("audio_feature_extractor", "feature extractor, so it cannot hear audio")

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of the model.

        Raises:
            HezarError: The model has none.
        """
        return self._needed("tokenizer", "tokenizer, so it cannot write text")

    def _needed(self, role: str, what: str) -> Any:
        found = getattr(self.preprocessor, role)
        if found is None:
            raise HezarError(
                f"This {type(self).__name__} has no {what}. Give it one: "
                'model.preprocessor = Preprocessor.load("path or Hub id").'
            )
        return found

    @property
    def sampling_rate(self) -> int:
        """Samples per second that the model hears."""
        return self.feature_extractor.config.sampling_rate

    # From audio to windows ------------------------------------------------------------------------------------------

    @classmethod
    def as_list(cls, inputs: Any) -> Iterable[Any]:
        if is_source(inputs) or isinstance(inputs, Mapping) or getattr(inputs, "ndim", None) == 1:
            return [inputs]
        if isinstance(inputs, (list, tuple)) and inputs and isinstance(inputs[0], (int, float)):
            return [np.asarray(inputs, dtype=np.float32)]
        return super().as_list(inputs)

    def preprocess(self, inputs: Any, language: str | None = None) -> dict[str, Any]:  # pyright: ignore[reportIncompatibleMethodOverride]  # the published signature
        """Turn recordings into one batch; of what is longer than the model hears at once, the beginning.

        Args:
            inputs: A recording or recordings: paths, bytes, files, or samples at the model's rate.
            language: Is a matter of `generate`; accepted here as published.

        Returns:
            ``input_features``, float32 (batch, mel bins, frames), and ``attention_mask``, int32 (batch, frames).
        """
        recordings = list(self.as_list(inputs))
        return self.feature_extractor(recordings, return_attention_mask=True, return_tensors="torch")

    def features(self, waveforms: Sequence[np.ndarray]) -> Tensor:
        """Return ``input_features`` of some windows, where the model is."""
        features = self.feature_extractor(list(waveforms), return_tensors="torch")["input_features"]
        return features.to(self.device, self.dtype)

    def cut(self, item: Any, window_seconds: float = WINDOW_SECONDS) -> Iterator[Example]:
        """Read a recording, and yield its windows as they come.

        Args:
            item: A path, bytes, a file, samples at the model's rate, an item of an audio column, or an iterable of blocks of
                samples: a recording that is not over, such as a microphone.
            window_seconds: Length of the longest window of a recording that is longer than what the model hears at once.
        """
        most = self.feature_extractor.n_samples / self.sampling_rate
        if isinstance(window_seconds, bool) or not isinstance(window_seconds, (int, float)) or window_seconds < 1:
            raise InputError(f"window_seconds is a number from 1 to {most:g}; found {window_seconds!r}.")
        blocks = self._blocks(item)
        longest = min(float(window_seconds), most)
        for window in cut_windows(blocks, self.sampling_rate, longest, self.feature_extractor.n_samples):
            yield Example({"window": window}, cost=self.window_cost)

    def _blocks(self, item: Any) -> Iterator[np.ndarray]:
        if is_source(item):
            yield from read_audio_blocks(item, self.sampling_rate)
        elif isinstance(item, Iterator):
            for block in item:
                yield from as_waveforms([block], self.sampling_rate)
        else:
            yield from as_waveforms([item], self.sampling_rate)

    @property
    def window_cost(self) -> int:
        """What a window costs: the places of encoder and decoder for which a row has keys and values."""
        return 1

    # The stages of predict ------------------------------------------------------------------------------------------

    def stages(self, *, batched: bool) -> dict[str, Stage]:
        options = ({*GenerationConfig.names()} - _DRAWING) | {*SpeechOptions.names()}
        return {
            "encode": Stage.of(self.cut if batched else self.preprocess),
            "compute": Stage(frozenset(options)),
            "decode": Stage.of(self.post_process),
        }

    def predict(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Transcribe one recording or many; see `Model.predict`.

        Options are those of `SpeechOptions`, of generation, and of `post_process`. Asking for times, by ``return_timestamps``
        or ``word_times``, asks for ``return_chunks`` too.
        """
        if kwargs.get("return_timestamps") or kwargs.get("word_times"):
            kwargs.setdefault("return_chunks", True)
        return super().predict(inputs, *args, **kwargs)

    def collate(self, examples: Sequence[Example]) -> dict[str, Any]:
        return {"windows": [example.inputs["window"] for example in examples]}

    def compute(self, batch: Mapping[str, Any], *, raw: bool = True, **options: Any) -> Any:
        """Decode the windows of a batch: their ``token_ids`` and ``segments``; of features the ids, as `generate` does."""
        if "windows" not in batch:
            return self.generate(**batch, **options)
        windows: list[Window] = batch["windows"]
        decoded = WindowDecoder(self, options).decode(windows)
        return {
            "token_ids": [one.ids for one in decoded],
            "segments": [
                [segment.shifted(window.start) for segment in one.segments]
                for one, window in zip(decoded, windows, strict=True)
            ],
            "whole": [window.whole for window in windows],
        }

    def split(self, outputs: Mapping[str, Any], infos: Sequence[Any]) -> list[Row]:
        return [{key: values[i] for key, values in outputs.items()} for i in range(len(infos))]

    def join(self, rows: Sequence[Row]) -> Row:
        """Join the windows of a recording."""
        return {
            "token_ids": [token for row in rows for token in row["token_ids"]],
            "segments": joined([segment for row in rows for segment in row["segments"]]),
            "whole": len(rows) == 1 and rows[0]["whole"],
        }

    def costs(self, examples: Sequence[Example], **options: Any) -> list[int]:
        beams = options.get("num_beams") or self.generation_config.num_beams
        return [example.cost * max(beams, 1) for example in examples]

    def join_outputs(self, rows: list[Row]) -> Any:
        """Return the ids of all recordings as `generate` does."""
        return self.padded([row["token_ids"] for row in rows])

    def post_process(
        self,
        model_outputs: Tensor | Sequence[Sequence[int]] | Mapping[str, Any],
        skip_special_tokens: bool = True,
        decode_with_timestamps: bool = False,
        output_offsets: bool = False,
        return_chunks: bool = False,
    ) -> list[SpeechRecognitionOutput]:
        """Turn ids into transcripts.

        Args:
            model_outputs: Ids (rows, length), a list of rows, or what `compute` gives.
            skip_special_tokens: Leave out special tokens.
            decode_with_timestamps: Write the times into the texts, such as ``<|1.08|>``.
            output_offsets: Give ``chunks`` by the time tokens: ``text`` and ``timestamp``.
            return_chunks: Give ``chunks``: for each segment what `hezar_models.speech.segments.Segment.to_dict` says.
        """
        options = {"skip_special_tokens": skip_special_tokens, "decode_with_timestamps": decode_with_timestamps}
        if not isinstance(model_outputs, Mapping):
            return self._outputs_of_ids(model_outputs, options, output_offsets or return_chunks)
        results: list[SpeechRecognitionOutput] = []
        for ids, segments, whole in zip(
            model_outputs["token_ids"], model_outputs["segments"], model_outputs["whole"], strict=True
        ):
            if whole and (output_offsets or not return_chunks):
                results += self._outputs_of_ids([ids], options, output_offsets)
                continue
            write = _with_times if decode_with_timestamps else _text_of
            chunks = None
            if output_offsets:
                chunks = [{"text": one.text, "timestamp": (one.start, one.end)} for one in segments]
            elif return_chunks:
                chunks = [segment.to_dict() for segment in segments]
            results.append(SpeechRecognitionOutput("".join(map(write, segments)), chunks))
        return results

    def _outputs_of_ids(self, rows: Any, options: dict[str, Any], chunks: bool) -> list[SpeechRecognitionOutput]:
        texts = self.tokenizer.decode(rows, output_offsets=chunks, **options)
        if chunks:
            return [SpeechRecognitionOutput(found["text"], found["offsets"]) for found in texts]
        return [SpeechRecognitionOutput(text) for text in texts]

    # Other faces ----------------------------------------------------------------------------------------------------

    def generate(
        self,
        input_features: Tensor,
        attention_mask: Tensor | None = None,
        *,
        language: str | None = None,
        task: str | None = None,
        return_timestamps: bool | None = None,
        is_multilingual: bool | None = None,
        prompt_ids: Any = None,
        generation_config: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Tensor:
        """Generate from features.

        Args:
            input_features: float32 (batch, mel bins, frames).
            attention_mask: (batch, frames); the model hears padding as silence, whatever it says.
            language: Code (``"fa"``), English name or token; default is the config's, and where that has none, the model
                listens for it.
            task: ``"transcribe"`` or ``"translate"``; default is the config's.
            return_timestamps: Let the model write time tokens; default is the config's.
            is_multilingual: ``False`` begins transcripts without language and task.
            prompt_ids: Tokens of what was said before, as the tokenizer's `get_prompt_ids` gives them.
            generation_config: Further options; those that are given by name win.
            **options: Fields of `hezar_models.generation.config.GenerationConfig`; they win over the model's config.

        Returns:
            int64 (batch · num_return_sequences, longest), without the tokens that begin and end a transcript, filled up with
            the padding token.

        Raises:
            InputError: An option, or a combination of options, is none that can be; or the features are not the model's.
            UnknownKeywordError: There is no such option.
        """
        named = {
            "language": language,
            "task": task,
            "return_timestamps": return_timestamps,
            "prompt_ids": prompt_ids,
        }
        check_tensor("input_features", input_features)
        given = {name: value for name, value in named.items() if value is not None}
        options = {**(generation_config or {}), **options}
        tokens = self.speech_tokens
        if is_multilingual is False:
            tokens = tokens.of_one_language()
        if not len(input_features):
            return self.padded([])
        decoder = WindowDecoder(self, given, tokens)
        with torch.inference_mode():
            heard = decoder.hear(input_features.to(self.device, self.dtype), looks=False)
            rows = decoder.rows(heard, range(len(input_features)), scored=False, **options)
        ids = [decoder.written(row) for found in rows for row in found]
        return self.padded(ids, **options).to(input_features.device)

    def transcribe(self, recording: Any, *, stream: bool = False, **kwargs: Any) -> Any:
        """Transcribe one recording of any length into segments.

        Unlike `predict`, which answers for a recording of up to 30 seconds as published, this looks at every window that it
        decoded, and decodes it again when something is wrong with it; see `SpeechOptions`.

        Args:
            recording: What `cut` takes; a generator of blocks of samples is one recording.
            stream: Return an iterator that yields segments as they come, and reads no further than it must.
            **kwargs: Options, as of `predict`, and ``batch_size``, ``token_budget`` and ``num_threads``.

        Returns:
            A list of `Segment`, or an iterator of them.

        Raises:
            AudioFileError: The file cannot be read.
            UnknownKeywordError: There is no such option.
        """
        running = {name: kwargs.pop(name, None) for name in ("batch_size", "token_budget", "num_threads")}
        stages = self.stages(batched=True)
        dealt = deal_keywords(
            kwargs, {name: stages[name] for name in ("encode", "compute")}, f"{type(self).__name__}.transcribe"
        )
        # To say what is the default asks for windows to be looked at.
        compute = {"on_bad": self.speech_options.on_bad, **dealt["compute"]}
        if compute.get("temperature") is None:
            compute["temperature"] = SpeechOptions().temperatures(whole=False)
        WindowDecoder(self, compute)  # so that a wrong option is an error here, and not with the first segment
        options = PredictOptions(encode=dealt["encode"], compute=compute, stream=stream, **running)
        segments = self._segments(recording, options)
        return segments if stream else list(segments)

    def _segments(self, recording: Any, options: PredictOptions) -> Iterator[Segment]:
        said = False
        for row in Flow(self, options).rows([recording]):
            for segment in joined(row["segments"] if isinstance(row, Mapping) else [], said):
                said = True
                yield segment

    def generate_stream(self, inputs: Any, *, include_prompt: bool = False, **kwargs: Any) -> Iterator[str]:
        """Transcribe one recording, and yield the texts of its segments as they come; see `transcribe`."""
        for segment in self.transcribe(inputs, stream=True, **kwargs):
            yield segment.text


def _text_of(segment: Segment) -> str:
    return segment.text


def _with_times(segment: Segment) -> str:
    return f"<|{segment.start:.2f}|>{segment.text}<|{segment.end:.2f}|>"
