"""``hezar transcribe``: recordings in; text, subtitles or tables out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from hezar.cli.output import write_json
from hezar.cli.prediction import given, named_values, prediction_options

DEFAULT_MODEL = "hezarai/whisper-small-fa"


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--model", "-m", default=DEFAULT_MODEL, show_default=True, help="A model of the Hub, or of a folder.")
@click.option("--srt", "form", flag_value="srt", help="Subtitles (SubRip).")
@click.option("--vtt", "form", flag_value="vtt", help="Subtitles (WebVTT).")
@click.option("--tsv", "form", flag_value="tsv", help="A table: start, end in milliseconds, text.")
@click.option("--json", "form", flag_value="json", help="One JSON object a line for each file, with its segments.")
@click.option("--words", is_flag=True, help="Find out when each word was said; SRT and VTT do without being asked.")
@click.option("--language", help="Such as fa; default is what the model's config says.")
@click.option("--output-dir", type=click.Path(file_okay=False, path_type=Path), help="Write a file here for each FILE.")
@click.option("--rtl-marks", is_flag=True, help="Mark lines of subtitles that run from right to left, for old players.")
@click.option("--progress/--no-progress", default=None, help="Show how far it is; default on a terminal.")
@prediction_options("temperature=0, on_bad=drop or num_beams=5")
def transcribe(
    files: tuple[str, ...],
    model: str,
    form: str | None,
    words: bool,
    language: str | None,
    output_dir: Path | None,
    rtl_marks: bool,
    progress: bool | None,
    batch_size: int | None,
    device: str,
    dtype: str,
    quantize: str | None,
    revision: str | None,
    further: tuple[str, ...],
) -> None:
    r"""Write down what is said in FILEs: WAV, FLAC, OGG, MP3 and others, of any length.

    Without an option for the form, each segment is a line, written as it comes. A file that cannot be read is named, and does
    not end the rest; the exit code is then 1.

    \b
    hezar transcribe meeting.mp3
    hezar transcribe interview.wav --srt > interview.srt
    hezar transcribe *.mp3 --vtt --output-dir subtitles
    hezar transcribe -m ./my-whisper *.wav --json -o on_bad=drop > transcripts.jsonl
    """
    if form in ("srt", "vtt", "tsv") and len(files) > 1 and output_dir is None:
        raise click.UsageError(f"--{form} makes a file of each FILE. Say where they go: --output-dir DIR.")
    options = given(language=language, batch_size=batch_size) | named_values(further)
    if words or form in ("srt", "vtt"):
        options = {"word_times": True} | options

    from hezar.models import Model
    from hezar_models.tasks.speech_recognition import SpeechRecognitionModel
    from hezar_registry import HezarError, InputError

    network: Any = Model.load(model, revision=revision, device=device, dtype=dtype, quantize=quantize)
    if not isinstance(network, SpeechRecognitionModel):
        raise InputError(f"{type(network).__name__} does not hear. Use: hezar predict {model} ...")
    network.transcribe(iter(()), **options)  # a wrong option is no matter of a file
    broken = 0
    for file in files:
        try:
            segments = _shown(network.transcribe(file, stream=True, **options), file, progress)
            _write(segments, file, form, output_dir, rtl_marks, several=len(files) > 1)
        except (HezarError, OSError) as error:
            broken += 1
            click.echo(f"{file}: {error}", err=True)
    if broken:
        raise click.ClickException(f"{broken} of {len(files)} files could not be transcribed.")


def _write(
    segments: Iterable[Any], file: str, form: str | None, output_dir: Path | None, marks: bool, *, several: bool
) -> None:
    """Write the transcript of a file: to stdout, or into a file of its own."""
    from hezar_data.subtitles import make_cues, write_subtitles

    if form is None and output_dir is None:
        for segment in segments:
            text = " ".join(segment.text.split())
            click.echo(f"{file}\t{text}" if several else text)
        return
    found = [segment.to_dict() for segment in segments]
    if form == "json" and output_dir is None:
        write_json({"file": file, "text": _text(found), "segments": found}, indent=None)
        return
    if form in ("srt", "vtt", "tsv"):
        cues = make_cues(found) if form != "tsv" else make_cues(found, max_line=10**9, min_seconds=0)
        written = write_subtitles(cues, form, right_to_left=marks)
    elif form == "json":
        import json

        written = (
            json.dumps({"file": file, "text": _text(found), "segments": found}, ensure_ascii=False, indent=2) + "\n"
        )
    else:
        written = "".join(f"{' '.join(segment['text'].split())}\n" for segment in found)
    if output_dir is None:
        click.echo(written, nl=False)
        return
    output_dir.mkdir(parents=True, exist_ok=True)
    path = output_dir / f"{Path(file).name}.{form or 'txt'}"
    path.write_text(written, encoding="utf-8")
    click.echo(str(path), err=True)


def _text(segments: list[dict[str, Any]]) -> str:
    return "".join(segment["text"] for segment in segments).strip()


def _shown(segments: Iterator[Any], file: str, progress: bool | None) -> Iterator[Any]:
    """Yield segments, and show how many seconds of the recording they cover."""
    from tqdm import tqdm

    from hezar_registry import progress_enabled

    wanted = progress_enabled(sys.stderr.isatty()) if progress is None else progress
    with tqdm(desc=Path(file).name, total=_seconds(file), unit="s", disable=not wanted) as bar:
        for segment in segments:
            bar.update(round(segment.end) - bar.n)
            yield segment


def _seconds(file: str) -> int | None:
    """Return the length of a recording, if its header says so."""
    from hezar_data.audio.reading import audio_seconds
    from hezar_registry import HezarError

    try:
        return round(audio_seconds(file))
    except (HezarError, OSError):
        return None  # reading it will say why
