"""Options of the tasks: several labels and masks, words and spans, offsets into the text as it was given."""

from __future__ import annotations

import itertools
import json
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.processors import TemplateProcessing

from golden_replay import GOLDEN
from hezar_config import ConfigError, ConfigValidationError
from hezar_data import TextNormalizer
from hezar_models import Model, build_model
from hezar_models.tasks.spans import LabeledToken, merge_spans, merge_words
from hezar_registry import InputError, models_registry
from tiny_models import IMPLEMENTED, TEXTS, inputs_for, tiny_model

CLASSIFIERS = [name for name in IMPLEMENTED if models_registry[name].task == "text_classification"]
LABELERS = [name for name in IMPLEMENTED if models_registry[name].task == "sequence_labeling"]
MASK_FILLERS = [name for name in IMPLEMENTED if models_registry[name].task == "mask_filling"]

# Text classification -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_top_k_and_all_scores(name):
    model = tiny_model(name)
    [[best]] = model.predict(TEXTS[1])
    [every] = model.predict(TEXTS[1], top_k=None)
    assert [answer.label for answer in every[:1]] == [best.label]
    assert sorted(answer.label for answer in every) == sorted(model.config.id2label.values())
    assert sum(answer.score for answer in every) == pytest.approx(1)
    assert [answer.score for answer in every] == sorted((answer.score for answer in every), reverse=True)
    assert model.predict(TEXTS[1], top_k=2) == [every[:2]]
    assert model.predict(TEXTS[1], top_k=99) == [every]
    limit = every[1].score
    assert model.predict(TEXTS[1], top_k=None, threshold=limit) == [every[:2]]
    assert model.predict(TEXTS[1], threshold=1.0) == [[]]


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_counts_its_labels(name):
    config = tiny_model(name).config.replace(num_labels=None, id2label={0: "a", 1: "b"})
    model = build_model(name, config)
    assert model.config.num_labels == 2
    assert config.num_labels is None
    assert model(torch.tensor([[2, 5, 3]]))["logits"].shape[-1] == 2


@pytest.mark.parametrize("options", [{"top_k": 0}, {"top_k": "all"}, {"top_k": 1.5}, {"top_k": True}, {"threshold": 2}])
def test_wrong_options_are_clear_errors(options):
    with pytest.raises(InputError, match=next(iter(options))):
        tiny_model("bert_text_classification").predict(TEXTS, **options)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_multi_label(name, tmp_path):
    model = tiny_model(name, problem_type="multi_label_classification")
    model.save(tmp_path)
    again = Model.load(tmp_path)
    assert again.config.problem_type == "multi_label_classification"
    logits = again.predict(TEXTS, post_process=False)["logits"]
    for row, answers in zip(logits.sigmoid().tolist(), again.predict(TEXTS), strict=True):
        labels = {model.config.id2label[i] for i, score in enumerate(row) if score >= 0.5}
        assert {answer.label for answer in answers} == labels
    [every] = again.predict(TEXTS[0], top_k=None)
    assert {answer.label: answer.score for answer in every} == pytest.approx(
        dict(zip(model.config.id2label.values(), logits[0].sigmoid().tolist(), strict=True)), abs=1e-6
    )
    assert len(again.predict(TEXTS[0], top_k=1)[0]) == 1
    assert again.predict(TEXTS, multi_label=False) == tiny_model(name).predict(TEXTS)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_multi_label_training(name):
    model = tiny_model(name, problem_type="multi_label_classification")
    logits = model(**model.preprocess(TEXTS[:2]))["logits"]
    labels = torch.tensor([[1, 0, 1], [0, 0, 0]])
    expected = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels.float())
    torch.testing.assert_close(model.compute_loss(logits, labels), expected)
    assert "problem_type" not in tiny_model(name).config.to_dict()
    with pytest.raises(ConfigValidationError, match="problem_type"):
        tiny_model(name, problem_type="regression_")


# Mask filling --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MASK_FILLERS)
def test_several_masks(name):
    model = tiny_model(name)
    texts = ["هوای [MASK] صاف [MASK]", "[MASK]", "علی [MASK] [MASK] [MASK] خوب"]
    answers = model.predict(texts, top_k=2, multiple_masks=True)
    assert [len(masks) for masks in answers] == [2, 1, 3]
    outputs = model.predict(texts, post_process=False, multiple_masks=True)
    for text, masks, logits, ids in zip(texts, answers, outputs["logits"], outputs["token_ids"], strict=True):
        places = (ids == model.tokenizer.mask_token_id).nonzero()[:, 0]
        for place, candidates in zip(places, masks, strict=True):
            scores, best = logits[place].softmax(-1).topk(2)
            assert [c.token_id for c in candidates] == best.tolist()
            assert [c.score for c in candidates] == pytest.approx(scores.tolist(), abs=1e-5)
        # The best candidates together make the same text, whichever mask one looks at.
        assert len({candidates[0].sequence for candidates in masks}) == 1
        [alone] = model.predict(text, top_k=2, multiple_masks=True)
        for got, want in zip(itertools.chain(*alone), itertools.chain(*masks), strict=True):
            assert (got.token_id, got.sequence) == (want.token_id, want.sequence)
            assert got.score == pytest.approx(want.score, abs=1e-5)
    [[single]] = model.predict("[MASK]", multiple_masks=True, top_k=2)
    assert model.predict("[MASK]", top_k=2) == [single]


@pytest.mark.parametrize("name", MASK_FILLERS)
def test_only_masks_are_scored(name, monkeypatch):
    model, scored = tiny_model(name), []
    head = model.logits
    monkeypatch.setattr(model, "logits", lambda hidden: scored.append(hidden.shape[:-1].numel()) or head(hidden))
    texts = ["هوای تهران [MASK] است", "[MASK]", "خوب [MASK] بد [MASK]", "سلام " * 300 + "[MASK] [MASK]" + " سلام" * 300]
    model.predict(texts, multiple_masks=True, batch_size=3)
    assert sum(scored) == 6  # one for each mask
    scored.clear()
    raw = model.predict(texts[:2], post_process=False)
    assert sum(scored) == raw["logits"].shape[:2].numel()


@pytest.mark.parametrize("name", MASK_FILLERS)
def test_a_changed_mask_filler_has_all_outputs(name):
    original = tiny_model(name)

    class Reader(type(original)):
        def post_process(self, model_outputs):
            return [row.shape for row in model_outputs["logits"]]

    class Sure(type(original)):
        def head(self, hidden, token_ids):
            outputs = super().head(hidden, token_ids)
            return {**outputs, "logits": 1000 * outputs["logits"]}

    original.__class__ = Reader
    length = len(original.tokenizer("سلام [MASK]")["token_ids"])
    assert original.predict("سلام [MASK]") == [(length, original.config.vocab_size)]
    original.__class__ = Sure
    assert original.predict("سلام [MASK]")[0][0].score == pytest.approx(1)


@pytest.mark.parametrize("name", MASK_FILLERS)
def test_each_row_of_a_batch_has_an_answer(name):
    model = tiny_model(name)
    mask = model.tokenizer.mask_token_id
    with_mask = {"token_ids": torch.tensor([[5, mask, 7]])}
    batch = {"token_ids": torch.tensor([[5, 6, 7], [5, mask, 7], [mask, 6, mask]])}
    none, one, two = model.predict(batch, preprocess=False, multiple_masks=True)
    assert [len(none), len(one), len(two)] == [0, 1, 2]
    assert model.predict(with_mask, preprocess=False)[0][0].token_id == one[0][0].token_id
    assert [len(row) for row in model.predict({"token_ids": batch["token_ids"][:2]}, preprocess=False)] == [0, 1]
    with pytest.raises(InputError, match="multiple_masks=True"):
        model.predict(batch, preprocess=False)


@pytest.mark.parametrize("name", MASK_FILLERS)
def test_masks_are_counted(name):
    model = tiny_model(name)
    with pytest.raises(InputError, match="multiple_masks=True"):
        model.predict("[MASK] و [MASK]")
    for options in ({}, {"multiple_masks": True}):
        with pytest.raises(InputError, match=r"must have a \[MASK\]"):
            model.predict("هیچ", **options)
    with pytest.raises(InputError, match="top_k"):
        model.predict("[MASK]", top_k=0)


# Sequence labelling --------------------------------------------------------------------------------------------

NER = {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-ORG", 4: "I-ORG"}


def row(text: str, *labels: str) -> list[LabeledToken]:
    """One labelled token per blank-separated word."""
    words = list(re.finditer(r"\S+", text))
    assert len(words) == len(labels)
    return [LabeledToken(m[0], label, m.start(), m.end(), 0.5) for m, label in zip(words, labels, strict=True)]


@pytest.mark.parametrize(
    ("labels", "spans"),
    [
        ("O O O O", []),
        ("B-a I-a I-a O", [("a", 0, 2)]),
        ("B-a B-a I-a O", [("a", 0, 0), ("a", 1, 2)]),
        ("B-a I-b I-b O", [("a", 0, 0), ("b", 1, 2)]),
        ("I-a I-a O I-a", [("a", 0, 1), ("a", 3, 3)]),
        ("B-a O I-a I-a", [("a", 0, 0), ("a", 2, 3)]),
        ("N AJ O N", [("N", 0, 0), ("AJ", 1, 1), ("N", 3, 3)]),
        ("B-x-y I-x-y B-x I-x-y", [("x-y", 0, 1), ("x", 2, 2), ("x-y", 3, 3)]),
        ("X-a X-a B-a I-a", [("X-a", 0, 0), ("X-a", 1, 1), ("a", 2, 3)]),
    ],
)
def test_spans(labels, spans):
    text = "یک دو سه چهار"
    tokens = row(text, *labels.split())
    found = merge_spans(tokens, text)
    assert [(s.label, s.start, s.end) for s in found] == [(k, tokens[i].start, tokens[j].end) for k, i, j in spans]
    assert all(s.token == text[s.start : s.end] for s in found)


def test_the_score_of_a_span_is_the_mean_of_its_words():
    tokens = row("علی رضا رفت", "B-PER", "I-PER", "O")
    tokens[0].score, tokens[1].score = 0.9, 0.5
    assert merge_spans(tokens, "علی رضا رفت")[0].score == pytest.approx(0.7)


def test_words_have_the_label_of_their_first_token():
    text = "می\u200cروم، خانه\u064bها."
    pieces = [(0, 2, "A"), (2, 4, "B"), (4, 6, "C"), (6, 7, "D"), (7, 10, "E"), (10, 15, "F"), (15, 16, "G")]
    tokens = [LabeledToken(text[a:b], label, a, b, 0.1) for a, b, label in pieces]
    words = merge_words(tokens, text)
    assert [(w.token, w.label) for w in words] == [
        ("می\u200cروم", "A"),
        ("،", "D"),
        ("خانه\u064bها", "E"),
        (".", "G"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قیمت 5.975,7 بود", ["قیمت", "5.975,7", "بود"]),
        ("کتاب\u200fها \u00ad \u200e \u200b رسید", ["کتاب\u200fها", "رسید"]),
        ("کتاب\u00adها", ["کتاب\u00adها"]),
        ("تلفن +98-21-88881234.", ["تلفن", "+98-21-88881234", "."]),
        ("a@b.ir را", ["a@b.ir", "را"]),
    ],
)
def test_one_notion_of_a_word_for_labels(text, expected):
    tokens = [LabeledToken(c, "X", i, i + 1, 0.5) for i, c in enumerate(text) if not c.isspace()]
    assert [w.token for w in merge_words(tokens, text)] == expected


def test_tokens_with_leading_blanks_and_over_several_words():
    text = "در این خانه"
    tokens = [LabeledToken("در این", "X", 0, 6, 0.1), LabeledToken(" خا", "Y", 6, 9, 0.1)]
    assert [(w.token, w.label) for w in merge_words(tokens, text)] == [("در", "X"), ("این", "X"), ("خانه", "Y")]


@given(st.text(alphabet="ab\u0627\u200c\u064b .,\n٣", max_size=30), st.data())
@settings(max_examples=200, deadline=None)
def test_words_are_parts_of_the_text_in_order(text, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    labels = st.sampled_from(["O", "B-a", "I-a", "I-b", "N"])
    tokens = [LabeledToken(text[a:b], data.draw(labels), a, b, 0.5) for a, b in itertools.pairwise(cuts)]
    words, spans = merge_words(tokens, text), merge_spans(tokens, text)
    for items in (words, spans):
        assert all(item.token == text[item.start : item.end] for item in items)
        assert all(item.token.strip() for item in items)
        assert all(one.end <= other.start for one, other in itertools.pairwise(items))
    covered = {i for token in tokens for i in range(token.start, token.end) if text[i] not in " \n\u200c"}
    assert covered <= {i for word in words for i in range(word.start, word.end)}
    labeled = {w.start for w in words if w.label != "O"}
    assert labeled == {w.start for s in spans for w in words if s.start <= w.start < s.end}


@pytest.mark.parametrize("name", LABELERS)
def test_aggregated_predictions(name):
    model = tiny_model(name, id2label=NER)
    texts = ["شرکت فناوری آریا، در شیراز!", *TEXTS, ""]
    options = {"return_offsets": True, "return_scores": True}
    tokens = model.predict(texts, **options)
    words = model.predict(texts, aggregate="words", **options)
    spans = model.predict(texts, aggregate="spans", **options)
    for text, by_token, by_word, by_span in zip(texts, tokens, words, spans, strict=True):
        assert "".join(w.token for w in by_word) == "".join(text.split())
        first = {t.start: t for t in reversed(by_token)}
        assert all((w.label, w.score) == (first[w.start].label, first[w.start].score) for w in by_word)
        assert all(s.label in ("PER", "ORG") and s.token == text[s.start : s.end] for s in by_span)
    assert tokens[-1] == words[-1] == spans[-1] == []
    bare = model.predict(texts, aggregate="words")
    assert all((w.start, w.end, w.score) == (None, None, None) for words in bare for w in words)
    assert [[w.token for w in row] for row in bare] == [[w.token for w in row] for row in words]
    with pytest.raises(InputError, match="Did you mean 'words'"):
        model.predict(texts, aggregate="word")


def test_offsets_point_into_the_text_as_it_was_given():
    model = Model.load(GOLDEN / "model_roberta_sequence_labeling/model")
    model.preprocessor = [
        model.tokenizer,
        TextNormalizer(nfkd=False, nfkc=True, replace_patterns=[["ي", "ی"], ["ك", "ک"], ["\u064f", ""], ["ـ+", ""]]),
    ]
    given_text = "شركـــت آرُيا در شيراز ﷲ"
    clean = model.preprocessor.text_normalizer(given_text)[0]
    assert clean != given_text
    want = model.predict(clean, return_offsets=True)[0]
    got = model.predict(given_text, return_offsets=True)[0]
    assert [(t.token, t.label) for t in got] == [(t.token, t.label) for t in want]
    for token, answer in zip(want, got, strict=True):
        normalized = model.preprocessor.text_normalizer(given_text[answer.start : answer.end])[0]
        assert clean[token.start : token.end] in normalized
    words = model.predict(given_text, aggregate="words", return_offsets=True)[0]
    assert [w.token for w in words] == given_text.split()
    assert all(w.token == given_text[w.start : w.end] for w in words)


@pytest.mark.parametrize("name", LABELERS)
def test_no_entries_for_padding_and_special_tokens(name):
    model = tiny_model(name, prediction_skip_tokens=[])
    for row_, text in zip(model.predict(TEXTS, return_offsets=True), TEXTS, strict=True):
        assert not {t.token for t in row_} & {"[PAD]", "[CLS]", "[SEP]"}
        assert row_[0].start == 0
        assert row_[-1].end == len(text)


@pytest.mark.parametrize("name", LABELERS)
def test_a_text_that_spells_a_control_token_is_text(name):
    model = tiny_model(name, prediction_skip_tokens=["[SEP]", "x, [UNK]"])
    words = model.predict("سلام [SEP] سلام", aggregate="words", return_offsets=True)[0]
    assert not {"[SEP]", "[UNK]"} & {t.token for t in model.predict("سلام [SEP] 語 سلام")[0]}
    assert [(w.start, w.end) for w in (words[0], words[-1])] == [(0, 4), (11, 15)]
    ids = model.tokenizer("سلام [SEP] سلام", split_special_tokens=True)["token_ids"]
    sep = model.tokenizer.token_to_id("[SEP]")
    assert ids.count(sep) == model.tokenizer("سلام")["token_ids"].count(sep)
    assert model.tokenizer("سلام [SEP] سلام")["token_ids"].count(sep) == ids.count(sep) + 1


def test_labels_without_tokens_are_a_clear_error():
    model = tiny_model("bert_sequence_labeling")
    batch = {key: value for key, value in model.preprocess(TEXTS).items() if key in ("token_ids", "attention_mask")}
    with pytest.raises(InputError, match="tokens"):
        model.predict(batch, preprocess=False)
    assert model.predict(batch, preprocess=False, post_process=False)["logits"].shape[-1] == 3


@pytest.mark.parametrize("name", LABELERS)
def test_the_number_of_labels_follows_from_their_names(name):
    sizes = {
        key: value for key, value in tiny_model(name).config.to_dict().items() if key not in ("name", "config_type")
    }
    config = models_registry[name].config_class.from_dict({**sizes, "num_labels": None, "id2label": NER})
    # Hezar 1.0.0 reads no file without the number; the caller's config is not changed.
    assert (build_model(name, config).config.num_labels, config.num_labels) == (5, None)
    with pytest.raises(ConfigError, match="num_labels"):
        build_model(name, **sizes | {"num_labels": None, "id2label": None})


def test_distilbert_labels_with_its_own_width(tmp_path):
    """1.0.0 dropped `hidden_dim`; a file without it has 3,072."""
    model = tiny_model("distilbert_sequence_labeling", hidden_dim=40)
    model.save(tmp_path)
    assert Model.load(tmp_path).distilbert.transformer.layer[0].ffn.lin1.out_features == 40
    golden = GOLDEN / "model_distilbert_sequence_labeling"
    shapes = {key: shape for key, shape, _ in json.loads((golden / "state_dict.json").read_text())}
    assert shapes["distilbert.transformer.layer.0.ffn.lin1.weight"][0] == 3072
    assert Model.load(golden / "model").config.hidden_dim == 3072


# Vision --------------------------------------------------------------------------------------------------------


def test_pictures_of_another_size():
    model = tiny_model("vit")
    with pytest.raises(InputError, match="interpolate_pos_encoding=True"):
        model(torch.zeros(1, 3, 40, 24))
    assert model(torch.zeros(1, 3, 40, 24), interpolate_pos_encoding=True)["last_hidden_state"].shape == (1, 16, 16)
    same = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(
        model(same)["last_hidden_state"], model(same, interpolate_pos_encoding=True)["last_hidden_state"]
    )
    for bad in (torch.zeros(3, 32, 32), torch.zeros(1, 1, 32, 32), torch.zeros(1, 3, 4, 4)):
        with pytest.raises(InputError):
            model(bad, interpolate_pos_encoding=True)


def test_pictures_are_cast_to_the_precision_of_the_model():
    model = tiny_model("vit").to(torch.bfloat16)
    size = model.config.image_size
    hidden = model(torch.ones(1, model.config.num_channels, size, size))["last_hidden_state"]
    assert hidden.dtype == torch.bfloat16
    assert hidden.isfinite().all()


def test_masked_patches(tmp_path):
    model, pictures = tiny_model("vit"), torch.randn(2, 3, 32, 32)
    masked = torch.zeros(2, 16, dtype=torch.bool)
    masked[0, 3] = True
    with pytest.raises(InputError, match="use_mask_token=True"):
        model(pictures, bool_masked_pos=masked)
    model = build_model("vit", model.config, use_mask_token=True).eval()
    torch.nn.init.normal_(model.vit.embeddings.mask_token)
    model.save(tmp_path)
    model = Model.load(tmp_path, use_mask_token=True)
    plain, hidden = model(pictures)["last_hidden_state"], model(pictures, bool_masked_pos=masked)["last_hidden_state"]
    torch.testing.assert_close(hidden[1], plain[1])
    assert not torch.allclose(hidden[0], plain[0])
    other = pictures.clone()
    other[0, :, :8, 24:] = 7.0  # patch 3, which nobody sees
    torch.testing.assert_close(model(other, bool_masked_pos=masked)["last_hidden_state"][0], hidden[0])
    with pytest.raises(InputError, match="one value per patch"):
        model(pictures, bool_masked_pos=masked[:, :4])


# Forward -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSIFIERS + LABELERS + MASK_FILLERS)
def test_the_hidden_states_in_place_of_the_head(name):
    model = tiny_model(name)
    inputs = model.preprocess("هوا [MASK] خوب است")
    outputs = model(**inputs, apply_head=False)
    whole = model(**inputs, output_hidden_states=True)
    assert "logits" in whole
    assert "logits" not in outputs
    assert torch.equal(outputs["last_hidden_state"], whole["hidden_states"][-1])


@pytest.mark.parametrize("name", IMPLEMENTED)
def test_inputs_that_are_no_tensors_are_clear_errors(name):
    model = tiny_model(name)
    inputs = model.preprocess(inputs_for(name)[:1])
    with pytest.raises(InputError, match=r"found dict.*unpack_forward_inputs"):
        model.predict(inputs, preprocess=False, unpack_forward_inputs=False)
    with pytest.raises(InputError, match="found list"):
        model(next(iter(inputs.values())).tolist())


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"token_ids": torch.zeros(5, dtype=torch.long)}, r"whole numbers \(batch, length\).*\(5,\)"),
        ({"token_ids": torch.zeros(1, 5)}, "whole numbers.*float32"),
        ({"token_ids": torch.ones(1, 5).long(), "attention_mask": torch.ones(1, 4)}, r"\(1, 5\); found \(1, 4\)"),
        ({"token_ids": torch.ones(1, 5).long(), "attention_mask": [[1] * 5]}, "attention_mask is a tensor"),
    ],
)
def test_tensors_of_the_wrong_kind_are_clear_errors(inputs, message):
    with pytest.raises(InputError, match=message):
        tiny_model("bert_text_classification").predict(inputs, preprocess=False)


@pytest.mark.parametrize("name", ["bert_sequence_labeling", "distilbert_sequence_labeling"])
def test_a_labelling_model_has_its_task_whatever_the_file_says(name, tmp_path):
    """In 1.0.0 `task` is no parameter of these two configs, and a file cannot change it."""
    model = tiny_model(name)
    model.save(tmp_path)
    path = tmp_path / "model_config.yaml"
    path.write_text(path.read_text().replace("task: sequence_labeling", "task: text_classification"))
    config = Model.load(tmp_path).config
    assert config.task == "sequence_labeling"
    assert not config.unknown_fields


@pytest.mark.parametrize("name", ["bert", "roberta", "distilbert"])
def test_inputs_of_a_text_encoder(name):
    model = tiny_model(name)
    batch = model.preprocess(TEXTS[1])
    want = model(**batch)["last_hidden_state"]
    table = model.get_submodule(f"{model.backbone}.embeddings.word_embeddings")
    got = model(inputs_embeds=table(batch["token_ids"]), attention_mask=batch["attention_mask"])
    torch.testing.assert_close(got["last_hidden_state"], want)
    with pytest.raises(InputError, match="one of them"):
        model(attention_mask=batch["attention_mask"])
    with pytest.raises(InputError, match="positions for"):
        model(token_ids=torch.ones(1, 49, dtype=torch.long))
    types = torch.zeros_like(batch["token_ids"])
    if name == "distilbert":
        with pytest.raises(InputError, match="token types"):
            model(**batch, token_type_ids=types)
    else:
        torch.testing.assert_close(model(**batch, token_type_ids=types)["last_hidden_state"], want)


def test_texts_without_any_token():
    """A tokenizer that adds no special tokens gives none for an empty text."""
    model = tiny_model("bert_text_classification")
    model.tokenizer._tokenizer.post_processor = TemplateProcessing(single="$A", pair="$A $B", special_tokens=[])
    [[together], _] = model.predict(["", "سلام"])
    [[alone]] = model.predict("")
    assert (together.label, pytest.approx(together.score)) == (alone.label, alone.score)
