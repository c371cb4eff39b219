"""What every preprocessor must do. The cases are read from the registry: a new preprocessor is tested by existing.

A new *role* needs one entry in `SAMPLES`: inputs to try it on.
"""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden_replay import GOLDEN
from hezar_data import Preprocessor, PreprocessorsContainer, Tokenizer, WordPieceTokenizer
from hezar_data.preprocessors import loading
from hezar_registry import HezarError, build_preprocessor, preprocessors_registry
from hub_server.server import HubServer

NAMES = sorted(entry.name for entry in preprocessors_registry.values() if entry.implemented)

TEXTS = ["هوای تهران امروز صاف است.", "می\u200cروم به کتاب\u200cخانه؛ تو چطور؟", "سلام!", "قیمت: ۱۲٬۵۰۰ تومان 😀"]
WORDS = ["کتاب\u200cهایشان", "می\u200cروم", "بزرگ\u200cترین", "است"]
RANDOM = np.random.default_rng(7)
IMAGES = [RANDOM.integers(0, 256, (32, 48, 3), dtype=np.uint8) for _ in range(3)]
RECORDINGS = [RANDOM.normal(0, 0.1, 16000 * seconds // 2).astype(np.float32) for seconds in (1, 3, 2)]

SAMPLES: dict[str | None, list[Any]] = {
    "tokenizer": TEXTS,
    "text_normalizer": TEXTS,
    "sentence_splitter": TEXTS,
    "word_tokenizer": TEXTS,
    "stemmer": WORDS,
    "lemmatizer": WORDS,
    "image_processor": IMAGES,
    "audio_feature_extractor": RECORDINGS,
}
"""Inputs for each role. They are of one size where a batch must be, so that a batch is one."""

WRONG = [None, 5, 2.5, b"bytes", "", "\ud800", [], [None], [5], [b"bytes"], [""], ["a", None], ["\ud800"], object(), {}]


def made(name: str) -> Any:
    """Return a preprocessor of the default config; a tokenizer gets a small vocabulary."""
    preprocessor = build_preprocessor(name)
    if isinstance(preprocessor, Tokenizer):
        preprocessor.train_from_iterator(TEXTS * 4, vocab_size=320, show_progress=False)
    return preprocessor


def run(preprocessor: Any, inputs: Any) -> Any:
    """Call a preprocessor, without torch where it would give tensors."""
    needs_torch = preprocessor.role in ("image_processor", "audio_feature_extractor")
    return preprocessor(inputs, return_tensors="numpy") if needs_torch else preprocessor(inputs)


def parts(result: Any) -> list[Any]:
    """Return what a result says about each input."""
    if isinstance(result, Mapping):
        (length,) = {len(column) for column in result.values()}
        return [{key: column[i] for key, column in result.items()} for i in range(length)]
    return list(result)


def assert_same(got: Any, expected: Any) -> None:
    assert type(got) is type(expected)
    if isinstance(expected, Mapping):
        assert got.keys() == expected.keys()
        for key, value in expected.items():
            assert_same(got[key], value)
    elif isinstance(expected, (list, tuple)):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, np.ndarray):
        np.testing.assert_array_equal(got, expected)
    else:
        assert got == expected


@pytest.fixture(scope="module", params=NAMES)
def preprocessor(request: pytest.FixtureRequest) -> Any:
    return made(request.param)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# Identity ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_it_is_built_from_its_default_config(name: str):
    entry = preprocessors_registry[name]
    built = build_preprocessor(name)
    assert type(built) is entry.module_class
    assert type(built.config) is entry.config_class
    assert built.config == entry.config_class()
    assert built.config.name == name
    assert type(entry.module_class()) is type(built)


def test_it_has_a_role_with_samples(preprocessor: Any):
    assert preprocessor.role in SAMPLES, f"add inputs for the role {preprocessor.role!r} to SAMPLES"


def test_a_config_is_copied_and_keywords_win(preprocessor: Any):
    config = preprocessor.config
    again = type(preprocessor)(config)
    assert again.config == config
    assert again.config is not config
    with pytest.raises(HezarError, match="no_such_field"):
        type(preprocessor)(config, no_such_field=1)


# Files ---------------------------------------------------------------------------------------------------------------


def test_saved_loaded_and_saved_it_has_the_same_bytes(preprocessor: Any, tmp_path: Path):
    preprocessor.save(tmp_path / "once")
    loaded = Preprocessor.load(tmp_path / "once")
    assert type(loaded) is type(preprocessor)
    loaded.save(tmp_path / "twice")
    assert files(tmp_path / "twice") == files(tmp_path / "once")
    assert all(name.startswith("preprocessor/") for name in files(tmp_path / "once"))
    assert_same(run(loaded, SAMPLES[loaded.role]), run(preprocessor, SAMPLES[preprocessor.role]))


def test_base_classes_load_the_right_class(preprocessor: Any, tmp_path: Path):
    preprocessor.save(tmp_path)
    for ancestor in type(preprocessor).__mro__:
        if ancestor is not Preprocessor and issubclass(ancestor, Preprocessor) and "config_class" in vars(ancestor):
            assert type(ancestor.load(tmp_path)) is type(preprocessor)
    container = Preprocessor.load(tmp_path, force_return_dict=True)
    assert isinstance(container, PreprocessorsContainer)
    assert list(container) == [preprocessor.config.name]
    assert getattr(container, preprocessor.config.name) is container[preprocessor.config.name]


def test_another_subfolder(preprocessor: Any, tmp_path: Path):
    preprocessor.save(tmp_path, subfolder="other/place")
    assert all(name.startswith("other/place/") for name in files(tmp_path))
    assert type(Preprocessor.load(tmp_path, subfolder="other/place")) is type(preprocessor)


def test_config_fields_given_at_load_win(preprocessor: Any, tmp_path: Path):
    preprocessor.save(tmp_path)
    for name, value in preprocessor.config.to_dict().items():
        if name not in ("name", "config_type") and isinstance(value, bool):
            assert getattr(Preprocessor.load(tmp_path, **{name: not value}).config, name) is not value
    with pytest.raises(HezarError, match="no_such_field"):
        Preprocessor.load(tmp_path, no_such_field=1)


def test_it_is_pushed_and_loaded_back(preprocessor: Any, hub: HubServer, monkeypatch: pytest.MonkeyPatch):
    preprocessor.push_to_hub("tests/preprocessor")
    assert len(hub.commits("tests/preprocessor")) <= 2  # the first one makes the repo
    loaded = Preprocessor.load("tests/preprocessor")
    assert type(loaded) is type(preprocessor)
    assert_same(run(loaded, SAMPLES[loaded.role]), run(preprocessor, SAMPLES[preprocessor.role]))

    hub.forget()
    assert type(Preprocessor.load("tests/preprocessor", local_files_only=True)) is type(preprocessor)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert type(Preprocessor.load("tests/preprocessor")) is type(preprocessor)
    assert type(type(preprocessor).load("tests/preprocessor")) is type(preprocessor)
    assert hub.requests == []


# Results -------------------------------------------------------------------------------------------------------------


def test_a_second_call_gives_the_same(preprocessor: Any):
    samples = SAMPLES[preprocessor.role]
    before = preprocessor.config.to_dict()
    first = run(preprocessor, samples)
    run(preprocessor, samples[:1])
    assert_same(run(preprocessor, samples), first)
    assert preprocessor.config.to_dict() == before


def test_a_result_does_not_depend_on_its_neighbours(preprocessor: Any):
    samples = SAMPLES[preprocessor.role]
    together = parts(run(preprocessor, samples))
    assert len(together) == len(samples)
    for sample, result in zip(samples, together, strict=True):
        assert_same(parts(run(preprocessor, [sample])), [result])
    assert_same(parts(run(preprocessor, samples[::-1])), together[::-1])


@pytest.mark.parametrize(
    "copied", [lambda it: pickle.loads(pickle.dumps(it)), copy.deepcopy], ids=["pickled", "copied"]
)
def test_a_copy_gives_the_same_and_is_its_own(preprocessor: Any, copied: Callable[[Any], Any]):
    """Worker processes get their preprocessors so."""
    inputs = SAMPLES[preprocessor.role]
    expected = run(preprocessor, inputs)
    other = copied(preprocessor)
    assert type(other) is type(preprocessor)
    assert other.config == preprocessor.config
    assert other.config is not preprocessor.config
    assert_same(run(other, inputs), expected)


def test_the_inputs_are_left_alone(preprocessor: Any):
    samples = [sample.copy() if isinstance(sample, np.ndarray) else sample for sample in SAMPLES[preprocessor.role]]
    given = list(samples)
    run(preprocessor, given)
    assert_same(given, SAMPLES[preprocessor.role])


# Bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong).partition(" at 0x")[0])
def test_what_is_no_input_is_an_error_of_ours_or_a_result(preprocessor: Any, wrong: Any):
    try:
        result = run(preprocessor, wrong)
    except HezarError as error:
        assert len(str(error)) > 15
    else:
        assert_same(run(preprocessor, wrong), result)
        assert not any(
            isinstance(item, bytes) or item is None for item in (wrong if isinstance(wrong, list) else [wrong])
        )


def test_it_still_works_after_a_wrong_input(preprocessor: Any):
    samples = SAMPLES[preprocessor.role]
    first = run(preprocessor, samples)
    with pytest.raises(HezarError):
        run(preprocessor, [samples[0], None])
    assert_same(run(preprocessor, samples), first)


def test_an_unknown_keyword_is_named(preprocessor: Any):
    with pytest.raises(TypeError, match="no_such_option"):  # UnknownKeywordError is one
        preprocessor(SAMPLES[preprocessor.role], no_such_option=1)


# Without torch -------------------------------------------------------------------------------------------------------

WITHOUT_TORCH = """
import json, sys
sys.modules["torch"] = None
from test_preprocessor_contract import NAMES, SAMPLES, made, run
for name in NAMES:
    preprocessor = made(name)
    run(preprocessor, SAMPLES[preprocessor.role])
from hezar_registry import MissingExtraError
hints = {}
for name in NAMES:
    preprocessor = made(name)
    if preprocessor.role in ("tokenizer", "image_processor", "audio_feature_extractor"):
        try:
            preprocessor(SAMPLES[preprocessor.role], return_tensors="torch")
        except MissingExtraError as error:
            hints[name] = str(error)
        else:
            hints[name] = "no error"
print(json.dumps(hints))
"""


def test_everything_works_without_torch():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH],
        cwd=Path(__file__).parent,
        env={"PYTHONPATH": str(Path(__file__).parents[1]), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    hints = json.loads(done.stdout.splitlines()[-1])
    assert len(hints) >= 8
    for name, hint in hints.items():
        assert "`torch`" in hint, name
        assert 'pip install "hezar' in hint, name


def test_a_preprocessor_is_of_one_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A save between the config and the rest is not mixed into what is loaded."""
    old, new = (
        WordPieceTokenizer.load(GOLDEN / "tokenizer_wordpiece" / "model", unk_token=token)
        for token in ("[UNK]", "[PAD]")
    )
    old.save(tmp_path)
    load_one, saves = loading.load_one, []

    def saved_meanwhile(*args: Any) -> Any:
        loaded = load_one(*args)
        if not saves:
            saves.append(new.save(tmp_path))
        return loaded

    monkeypatch.setattr(loading, "load_one", saved_meanwhile)
    assert WordPieceTokenizer.load(tmp_path).config.unk_token == "[PAD]"
