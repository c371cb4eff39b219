"""WER, CER, BLEU, ROUGE and entities: published values, definitions, their reference libraries, wrong input."""

from __future__ import annotations

import pickle
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golden_replay import case_id, cases, replay
from hezar_registry import InputError, build_metric
from hezar_train import BLEU, CER, ROUGE, WER, Seqeval

IMPLEMENTED = ("bleu", "cer", "rouge", "seqeval", "wer")
HALF_SPACE = "\u200c"


@pytest.mark.parametrize("case", [c for n in IMPLEMENTED for c in cases("metric", registry_name=n)], ids=case_id)
def test_golden(case):
    name = case.name.removeprefix("metric_")
    assert replay(case, lambda folder, init: build_metric(name, **init)) >= 5


# Reference libraries ------------------------------------------------------------------------------------------------

letter = st.sampled_from("ab\u06a9\u06cc\u0627.,\u060c")
word = st.text(letter, min_size=1, max_size=3)
sentence = st.lists(word, max_size=8).map(" ".join)
pairs = st.lists(st.tuples(sentence, sentence), min_size=1, max_size=12)


@given(pairs)
@settings(deadline=None)
def test_error_rates_equal_jiwer(data):
    jiwer = pytest.importorskip("jiwer")
    predictions, targets = (list(column) for column in zip(*data, strict=True))
    assert WER(n_decimals=12).compute(predictions, targets)["wer"] == pytest.approx(jiwer.wer(targets, predictions))
    assert CER(n_decimals=12).compute(predictions, targets)["cer"] == pytest.approx(jiwer.cer(targets, predictions))


@given(st.lists(st.tuples(sentence, st.lists(sentence, min_size=1, max_size=3)), min_size=1, max_size=8))
@settings(deadline=None)
def test_bleu_equals_nltk(data):
    nltk = pytest.importorskip("nltk.translate.bleu_score")
    # nltk counts a run for each prediction that is too short to have one.
    data = [(f"{prediction} a b c d", references) for prediction, references in data]
    predictions, targets = (list(column) for column in zip(*data, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = nltk.corpus_bleu([[r.split() for r in row] for row in targets], [p.split() for p in predictions])
    assert BLEU(n_decimals=12).compute(predictions, targets)["bleu"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("tokenizer", ["13a", "intl", "char"])
@given(data=st.lists(st.tuples(sentence, sentence), min_size=1, max_size=8))
@settings(deadline=None, max_examples=30)
def test_bleu_equals_sacrebleu(tokenizer, data):
    sacrebleu = pytest.importorskip("sacrebleu")
    predictions, targets = (list(column) for column in zip(*data, strict=True))
    expected = sacrebleu.corpus_bleu(predictions, [targets], tokenize=tokenizer, smooth_method="exp", force=True).score
    ours = BLEU(tokenizer=tokenizer, smoothing="exp", n_decimals=12).compute(predictions, targets)["bleu"]
    assert 100 * ours == pytest.approx(expected, abs=1e-6)


latin = st.lists(st.text("abcd", min_size=1, max_size=2), max_size=6).map(" ".join)
latin_lines = st.lists(latin, min_size=1, max_size=3).map("\n".join)


@given(latin_lines, st.lists(latin_lines, min_size=1, max_size=3))
@settings(deadline=None)
def test_rouge_equals_rouge_score(prediction, references):
    scorer = pytest.importorskip("rouge_score.rouge_scorer")
    keys = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
    expected = scorer.RougeScorer(keys).score_multi(references, prediction)
    ours = ROUGE(n_decimals=12).compute([prediction], [references])
    assert ours == pytest.approx({key: value.fmeasure for key, value in expected.items()})


tag = st.sampled_from(["O", "O", "B-LOC", "I-LOC", "B-PER", "I-PER"])
tagged = st.lists(st.lists(st.tuples(tag, tag), min_size=1, max_size=8), min_size=1, max_size=6)


@given(tagged, st.sampled_from([None, "strict"]), st.sampled_from([0, 1]), st.booleans())
@settings(deadline=None)
def test_entities_equal_seqeval(data, mode, zero_division, suffix):
    seqeval, scheme = pytest.importorskip("seqeval.metrics"), pytest.importorskip("seqeval.scheme")
    turn = (lambda t: "-".join(reversed(t.split("-")))) if suffix else (lambda t: t)
    predictions, targets = ([[turn(pair[k]) for pair in row] for row in data] for k in (0, 1))
    if mode == "strict":  # seqeval is strict where it is given a scheme only, and finds none without entities
        targets.append([turn("B-LOC"), turn("I-LOC"), "O"])
        predictions.append(["O", turn("B-LOC"), "O"])
    options = {"mode": mode, "suffix": suffix, "zero_division": zero_division}
    strict = {"scheme": scheme.auto_detect(targets, suffix)} if mode == "strict" else {}
    expected = {
        "f1": seqeval.f1_score(targets, predictions, **options, **strict),
        "recall": seqeval.recall_score(targets, predictions, **options, **strict),
        "precision": seqeval.precision_score(targets, predictions, **options, **strict),
        "accuracy": seqeval.accuracy_score(targets, predictions),
    }
    assert Seqeval(n_decimals=12).compute(predictions, targets, **options) == pytest.approx(expected)


@given(st.lists(st.tuples(sentence, sentence), min_size=2, max_size=12), st.integers(1, 5))
@settings(deadline=None, max_examples=30)
def test_batches_and_processes_add_up(data, size):
    for make in (
        lambda: WER(n_decimals=9),
        lambda: CER(n_decimals=9),
        lambda: CER(n_decimals=9, concatenate_texts=True),
        lambda: BLEU(n_decimals=9, smoothing="exp"),
        lambda: ROUGE(n_decimals=9),
    ):
        metric = make()
        predictions, targets = (list(column) for column in zip(*data, strict=True))
        states = []
        for start in range(0, len(data), size):
            state = metric.new_state()
            metric.update(state, predictions[start : start + size], targets[start : start + size])
            states.append(pickle.loads(pickle.dumps(state)))
        # A process may have had no rows at all.
        total = sum([*states[1:], metric.new_state()], states[0])
        assert metric.result(total) == pytest.approx(metric.compute(predictions, targets), abs=1e-8)


@given(tagged, st.sampled_from([None, "strict"]))
@settings(deadline=None, max_examples=50)
def test_entities_add_up(data, mode):
    metric = Seqeval(mode=mode, n_decimals=9)
    predictions, targets = ([[pair[k] for pair in row] for row in data] for k in (0, 1))
    total = metric.new_state()
    for prediction, target in zip(predictions, targets, strict=True):
        state = metric.new_state()
        metric.update(state, [prediction], [target])
        total = total + pickle.loads(pickle.dumps(state))
    try:
        whole = metric.compute(predictions, targets)
    except InputError:
        with pytest.raises(InputError):
            metric.result(total)
    else:
        assert metric.result(total) == pytest.approx(whole)


# What an error rate is -----------------------------------------------------------------------------------------------


def test_empty_references_count_what_was_put_in_their_place():
    assert WER().compute([""], [""]) == {"wer": 0.0}
    assert WER().compute(["دو کلمه"], [""]) == {"wer": 2.0}
    assert CER().compute(["آب"], [""]) == {"cer": 2.0}
    assert WER().compute(["دو کلمه", "سه کلمه است"], ["", "سه کلمه بود"]) == {"wer": 1.0}
    assert WER().compute([" \t\n"], ["  "]) == {"wer": 0.0}


def test_an_empty_prediction_changes_no_other_row():
    assert WER().compute(["", "یک دو"], ["یک دو", "یک دو"]) == {"wer": 0.5}
    assert CER().compute(["", "آب"], ["آب", "آب"]) == {"cer": 0.5}


def test_spelling_of_persian_counts_unless_normalized():
    joined, apart, arabic = f"می{HALF_SPACE}روم", "می روم", "\u0639\u0644\u064a"
    assert WER().compute([apart], [joined]) == {"wer": 2.0}
    assert WER(normalization=["half_space_to_space"]).compute([apart], [joined]) == {
        "wer": 0.0,
        "normalization": "half_space_to_space",
    }
    assert WER(normalization=["half_space_joined"]).compute(["میروم"], [joined])["wer"] == 0.0
    assert WER().compute([arabic], ["علی"]) == {"wer": 1.0}
    assert WER(normalization=["letters"]).compute([arabic], ["علی"])["wer"] == 0.0
    assert CER(normalization=["digits", "marks"]).compute(["\u0664\u06f5\u064e"], ["45"])["cer"] == 0.0
    assert WER(normalization=["punctuation"]).compute(["سلام؛ خوبی؟"], ["«سلام» خوبی"])["wer"] == 0.0
    # A reference of which nothing is left counts insertions.
    assert WER(normalization=["punctuation"]).compute(["سلام"], ["؟!"])["wer"] == 1.0


def test_more_words_than_there_are_characters():
    many = [f"w{i}" for i in range(60_000)]
    assert WER(n_decimals=9).compute([" ".join(many)] * 2, [" ".join([*many[1:], "x"]), " ".join(many)]) == {
        "wer": pytest.approx(2 / 120_000, abs=1e-9)
    }


def test_long_texts_take_bounded_memory():
    text = "کتاب " * 20_000
    assert CER().compute([text], [text[5:]])["cer"] == pytest.approx(5 / 99_994, abs=1e-4)


# What BLEU and ROUGE are ---------------------------------------------------------------------------------------------


def test_bleu_of_short_sentences_is_zero_with_a_warning(caplog):
    assert BLEU().compute(["خوب است"], ["خوب است"]) == {"bleu": 0.0}
    assert "no prediction has 3 tokens" in caplog.text
    assert BLEU().compute(["خوب است"], ["خوب است"], weights=[0.5, 0.5]) == {"bleu": 1.0}


def test_an_empty_prediction_of_bleu():
    assert BLEU(n_decimals=9).compute(["", "الف ب پ ت"], ["الف", "الف ب پ ت"])["bleu"] == pytest.approx(
        2.718281828 ** (1 - 5 / 4)
    )
    assert BLEU().compute([""], [""]) == {"bleu": 0.0}


def test_references_of_bleu_are_texts_or_tokens():
    text, tokens = "الف ب پ ت ث", ["الف", "ب", "پ", "ت", "ث"]
    for target in (text, [text], [tokens], ["یک", tokens]):
        assert BLEU().compute([text], [target]) == {"bleu": 1.0}
        assert BLEU().compute([tokens], [target]) == {"bleu": 1.0}


def test_signature_of_bleu():
    metric = BLEU(tokenizer="words", smoothing="exp", output_keys=["bleu", "signature"])
    result = metric.compute(["سلام، خوبی؟"], ["سلام ، خوبی ؟"])
    assert result == {"bleu": 1.0, "signature": "tokenizer:words|smoothing:exp|orders:4"}


def test_rouge_reads_persian():
    keys = ("rouge1", "rouge2", "rougeL", "rougeLsum")
    text = f"کتاب{HALF_SPACE}های خوب را\nمی{HALF_SPACE}خوانم."
    assert ROUGE().compute([text], [text]) == dict.fromkeys(keys, 1.0)
    assert ROUGE().compute(["سیب"], ["گلابی"]) == dict.fromkeys(keys, 0.0)
    assert ROUGE(output_keys=["rouge1"]).compute(["مُعلّم خوب"], ["مُعلّم بد"]) == {"rouge1": 0.5}
    spaced = ROUGE(output_keys=["rouge1"], normalization=["half_space_to_space"])
    assert spaced.compute(["می روم"], [f"می{HALF_SPACE}روم"])["rouge1"] == 1.0
    assert ROUGE(output_keys=["rouge1"]).compute(["", "آب"], ["آب", "آب"]) == {"rouge1": 0.5}


# Entities ------------------------------------------------------------------------------------------------------------


def test_an_inside_without_a_beginning_in_both_modes():
    tags, right = [["I-PER", "I-PER", "O"]], [["B-PER", "I-PER", "O"]]
    keys = ["f1", "scheme"]
    assert Seqeval(output_keys=keys).compute(tags, right) == {"f1": 1.0, "scheme": "lenient"}
    assert Seqeval(output_keys=keys, mode="strict").compute(tags, right) == {"f1": 0.0, "scheme": "IOB2"}
    assert Seqeval(output_keys=keys, mode="strict", scheme="IOB1").compute(tags, tags) == {"f1": 1.0, "scheme": "IOB1"}


def test_entities_by_type():
    metric = Seqeval()
    state = metric.new_state()
    metric.update(state, [["B-LOC", "O", "B-PER"]], [["B-LOC", "O", "O"]])
    assert metric.by_type(state)["PER"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 0.0}


def test_sequences_have_weights():
    metric = Seqeval(output_keys=["precision", "accuracy"])
    predictions, targets = [["B-LOC"], ["B-LOC"]], [["B-LOC"], ["O"]]
    assert metric.compute(predictions, targets, sample_weight=[3, 1]) == {"precision": 0.75, "accuracy": 0.75}


# Wrong input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "predictions", "targets", "message"),
    [
        (WER, ["a"], ["a", "b"], "1 predictions and 2 targets"),
        (WER, "a", ["a"], "in a list; found str"),
        (CER, ["a", None], ["a", "b"], "prediction of row 1 is no text"),
        (WER, [], [], "no rows"),
        (BLEU, ["a"], [[]], "target of row 0"),
        (BLEU, [3], ["a"], "prediction of row 0"),
        (BLEU, [], [], "no rows"),
        (ROUGE, ["a"], [[]], "Row 0 has no reference"),
        (ROUGE, ["a"], [3], "target"),
        (Seqeval, [["O"], ["O", "O"]], [["O"], ["O"]], "Row 1 has 2 predicted tags and 1"),
        (Seqeval, [["O"]], [["O"], ["O"]], "1 predictions and 2 targets"),
        (Seqeval, [["N"]], [["N"]], "'N' in row 0 is no tag"),
        (Seqeval, [["U-LOC"]], [["U-LOC"]], "BILOU"),
        (Seqeval, ["O"], ["O"], "Row 0 of the predictions is no list"),
        (Seqeval, [], [], "no tags"),
    ],
)
def test_wrong_input(metric, predictions, targets, message):
    with pytest.raises(InputError, match=message):
        metric().compute(predictions, targets)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WER(normalization=["leters"]).compute(["a"], ["a"]), "'letters'"),
        (lambda: WER(normalization=["half_space_joined", "half_space_to_space"]).compute(["a"], ["a"]), "leave out"),
        (lambda: BLEU(tokenizer="word").compute(["a"], ["a"]), "'words'"),
        (lambda: BLEU(smoothing="expo").compute(["a"], ["b"]), "'exp'"),
        (lambda: Seqeval(mode="strikt").compute([["O"]], [["O"]]), "'strict'"),
        (lambda: Seqeval(mode="strict", scheme="IOB").compute([["O"]], [["O"]]), "IOB1"),
        (lambda: Seqeval(mode="strict", scheme="IOE2").compute([["B-X"]], [["B-X"]]), "do not follow IOE2"),
        (lambda: Seqeval().compute([["O"]], [["O"]], zero_division=2), "zero_division"),
    ],
)
def test_wrong_options(make, message):
    with pytest.raises(InputError, match=message):
        make()
