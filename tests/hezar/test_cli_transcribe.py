"""``hezar transcribe``: forms, many files, and files that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from hezar.cli import hezar
from hezar.models import Model
from tiny_models import SOUNDS, tiny_model


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("whisper")
    tiny_model("whisper_speech_recognition", seed=3).save(folder)
    return str(folder)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A short recording, and one of several windows."""
    folder = tmp_path_factory.mktemp("recordings")
    pause = np.zeros(4_000, np.float32)
    long = np.concatenate([part for tone in SOUNDS[:4] for part in (tone, pause)])
    for name, samples in (("کوتاه.wav", SOUNDS[0]), ("long.wav", long)):
        soundfile.write(folder / name, samples, 16_000, subtype="FLOAT")
    return [str(folder / "کوتاه.wav"), str(folder / "long.wav")]


def transcribe(model: str, *arguments: str) -> Result:
    return CliRunner().invoke(
        hezar, ["transcribe", "-m", model, "-o", "temperature=0", "-o", "compression_ratio_threshold=null", *arguments]
    )


def segments(model: str, file: str, **options: Any) -> list[Any]:
    return Model.load(model).transcribe(file, temperature=0, compression_ratio_threshold=None, **options)


def test_a_recording_is_a_line_for_each_segment(whisper, files):
    result = transcribe(whisper, files[1])
    assert (result.exit_code, result.stderr) == (0, "")
    want = [" ".join(segment.text.split()) for segment in segments(whisper, files[1])]
    assert len(want) > 1
    assert result.stdout.splitlines() == want


def test_several_recordings_are_told_apart(whisper, files):
    lines = transcribe(whisper, *files).stdout.splitlines()
    assert {line.partition("\t")[0] for line in lines} == set(files)


def test_json_has_segments_and_words(whisper, files):
    lines = [json.loads(line) for line in transcribe(whisper, *files, "--json", "--words").stdout.splitlines()]
    assert [line["file"] for line in lines] == files
    for line, file in zip(lines, files, strict=True):
        want = segments(whisper, file, word_times=True)
        assert [segment["text"] for segment in line["segments"]] == [segment.text for segment in want]
        assert line["text"] == "".join(segment.text for segment in want).strip()
        for segment in line["segments"]:
            assert {"start", "end", "score", "temperature", "language"} < segment.keys()
            assert "".join(word["text"] for word in segment["words"]) == segment["text"]


@pytest.mark.parametrize("form", ["srt", "vtt", "tsv"])
def test_subtitles(whisper, files, form):
    result = transcribe(whisper, files[1], f"--{form}")
    assert result.exit_code == 0
    begins = {"srt": "1\n00:00:0", "vtt": "WEBVTT\n\n00:00:0", "tsv": "start\tend\ttext\n"}
    assert result.stdout.startswith(begins[form])
    assert ("-->" in result.stdout) == (form != "tsv")


def test_a_file_for_each_recording(whisper, files, tmp_path):
    result = transcribe(whisper, *files, "--vtt", "--output-dir", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["long.wav.vtt", "کوتاه.wav.vtt"]
    assert (tmp_path / "out" / "long.wav.vtt").read_text(encoding="utf-8").startswith("WEBVTT")
    result = transcribe(whisper, *files, "--srt")
    assert result.exit_code == 2
    assert "--output-dir" in result.stderr


def test_a_broken_file_is_named_and_does_not_end_the_rest(whisper, files, tmp_path):
    text = tmp_path / "text.wav"
    text.write_text("this is no sound", encoding="utf-8")
    cut = tmp_path / "cut.wav"
    cut.write_bytes(Path(files[1]).read_bytes()[:9_000])
    result = transcribe(whisper, str(text), files[0], "no.wav", str(cut), files[1])
    assert result.exit_code == 1
    for name in ("text.wav", "no.wav", "cut.wav", "3 of 5 files"):
        assert name in result.stderr
    assert {line.partition("\t")[0] for line in result.stdout.splitlines()} == set(files)


def test_a_wrong_option_is_said_once(whisper, files):
    result = transcribe(whisper, *files, "-o", "on_bad=delete")
    assert result.exit_code == 1
    assert result.stderr.count("on_bad is 'keep', 'mark' or 'drop'") == 1


def test_progress_goes_to_stderr(whisper, files):
    result = transcribe(whisper, files[1], "--progress")
    assert Path(files[1]).name in result.stderr
    assert Path(files[1]).name not in result.stdout


def test_other_models_are_named():
    from golden_replay import GOLDEN

    result = transcribe(str(GOLDEN / "model_gpt2_text_generation/model"), "x.wav")
    assert result.exit_code == 1
    assert "does not hear" in result.stderr
