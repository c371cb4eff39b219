"""Subtitles that can be read, whichever way they run."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hezar_data.subtitles import RIGHT_TO_LEFT_MARK, Cue, make_cues, write_subtitles
from hezar_registry import InputError

CUES = [Cue("سلام،\nخوبی؟", 0.0, 1.5), Cue("a --> b & <c>", 3661.25, 3662.9999)]


def spoken(text: str, seconds: float = 0.4) -> dict:
    """Return a segment whose words take as long each."""
    parts = re.findall(r"\s*\S+", text)
    words = [
        {"text": part, "start": round(i * seconds, 3), "end": round((i + 1) * seconds, 3)}
        for i, part in enumerate(parts)
    ]
    return {"text": text, "start": 0.0, "end": len(parts) * seconds, "words": words}


def test_srt():
    assert write_subtitles(CUES, "srt") == (
        "1\n00:00:00,000 --> 00:00:01,500\nسلام،\nخوبی؟\n\n2\n01:01:01,250 --> 01:01:03,000\na -> b & <c>\n"
    )
    assert write_subtitles([], "srt") == ""


def test_vtt():
    assert write_subtitles(CUES, "vtt") == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nسلام،\nخوبی؟\n\n"
        "01:01:01.250 --> 01:01:03.000\na --&gt; b &amp; &lt;c&gt;\n"
    )


def test_tsv_is_a_line_for_each_cue():
    assert write_subtitles(CUES, "tsv") == "start\tend\ttext\n0\t1500\tسلام، خوبی؟\n3661250\t3663000\ta --> b & <c>\n"


def test_marks_are_before_lines_that_run_from_right_to_left():
    marked = write_subtitles(CUES, right_to_left=True).splitlines()
    assert [line for line in marked if line.startswith(RIGHT_TO_LEFT_MARK)] == [
        f"{RIGHT_TO_LEFT_MARK}سلام،",
        f"{RIGHT_TO_LEFT_MARK}خوبی؟",
    ]
    assert RIGHT_TO_LEFT_MARK not in write_subtitles(CUES)


def test_a_form_that_does_not_exist_is_a_clear_error():
    with pytest.raises(InputError, match="Did you mean 'srt'"):
        write_subtitles(CUES, "str")


def test_long_speech_is_cut_into_cues_that_can_be_read():
    text = " ".join(f"واژهٔ{i}{'،' if i % 9 == 8 else ''}" for i in range(120))
    cues = make_cues([spoken(text)])
    assert " ".join(" ".join(cue.text.split()) for cue in cues) == text
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert all(len(line) <= 42 for line in lines)
        assert cue.end - cue.start <= 7.01
        assert following is None or cue.end <= following.start
    assert sum(cue.text.endswith("،") for cue in cues) > len(cues) // 2


def test_cues_end_with_sentences_and_at_pauses():
    segment = spoken(" گفت «نه!» رفت. آمد؟ بله")
    segment["words"][-1] |= {"start": 9.0, "end": 9.3}
    cues = make_cues([segment])
    assert [cue.text for cue in cues] == ["گفت «نه!»", "رفت.", "آمد؟", "بله"]
    assert [cue.start for cue in cues] == [0.0, 0.8, 1.2, 9.0]
    assert cues[2].end == 2.2  # a second to read it
    assert cues[1].end == 1.2  # the next one is there


def test_segments_without_words_are_cut_where_they_are_too_long_and_empty_ones_are_left_out():
    segments = [{"text": " یک دو", "start": 1, "end": 2}, {"text": "  ", "start": 2, "end": 3}]
    assert make_cues(segments) == [Cue("یک دو", 1, 2)]
    long = make_cues([{"text": "کلمه " * 30, "start": 0, "end": 20}])
    assert " ".join(" ".join(cue.text.split()) for cue in long) == ("کلمه " * 30).strip()
    assert (long[0].start, long[-1].end) == (0, 20)
    for cue in long:
        assert cue.end - cue.start <= 7.01
        assert cue.text.count("\n") <= 1
        assert all(len(line) <= 42 for line in cue.text.split("\n"))


def test_a_segment_without_an_end_lasts_until_the_next():
    segments = [{"text": "یک", "start": 1.0, "end": None}, {"text": "دو", "start": 3.0, "end": None}]
    assert make_cues(segments) == [Cue("یک", 1.0, 3.0), Cue("دو", 3.0, 4.0)]


segments = st.lists(
    st.fixed_dictionaries(
        {"text": st.text("ابپ \n،.", max_size=80), "start": st.floats(0, 50), "end": st.none() | st.floats(0, 60)}
    ),
    max_size=6,
)


@given(segments)
def test_times_never_decrease_and_no_cue_reaches_into_the_next(rows):
    cues = make_cues([row | {"end": None if row["end"] is None else max(row["end"], row["start"])} for row in rows])
    assert all(cue.start <= cue.end for cue in cues)
    assert all(cue.end <= following.start for cue, following in pairwise(cues))


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_a_text_cannot_forge_another_cue(form):
    forged = Cue("یک\n\n2\n00:00:05,000 --> 00:00:06,000\r\nدروغ", 0, 1)
    written = write_subtitles([forged, Cue("دو", 2, 3)], form)
    assert len([block for block in written.split("\n\n") if " --> " in block]) == 2
