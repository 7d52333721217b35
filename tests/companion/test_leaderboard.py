"""leaderboard.py: the metric and its error, ties, and results that are stored on demand only."""

import json
import math
import sys

import numpy as np
import pytest
from companion import ResultError, evaluate, leaderboard, machines, standings, tie
from companion.leaderboard import MIME, Evaluation, Leaderboard, Row, machine
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.companion.models import P_VV, Table

NAMES = ["a", "ab", "", "abab", "ba", "aab"]
BETTER = np.array([[0.1, 0.6, 0.3], [0.4, 0.2, 0.4], [0.2, 0.8, 0.0]])
UNIFORM = (0, lambda: Table(np.full((3, 3), 1 / 3)))
MODELS = {"uniform": UNIFORM, "bigram": (9, lambda: Table(P_VV), "counted")}


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules["companion.leaderboard"], "RESULTS", tmp_path)
    monkeypatch.delenv("APPENDIX_RECORD", raising=False)
    return tmp_path


@pytest.fixture
def recording(results, monkeypatch):
    monkeypatch.setenv("APPENDIX_RECORD", "1")
    return results


def test_nats_are_total_surprise_over_total_tokens():
    nats, se, unseen = evaluate(Table(), NAMES)
    assert nats == pytest.approx(sum(Table().nll(n + ".") for n in NAMES) / sum(len(n) + 1 for n in NAMES))
    assert unseen == 0 and se > 0
    assert evaluate(Table(np.full((3, 3), 1 / 3)), NAMES).se == pytest.approx(0, abs=1e-12)


def test_a_pair_of_probability_0_makes_infinity_and_is_counted():
    nats, se, unseen = evaluate(Table(), [*NAMES, "bb", "abbb"])
    assert (nats, se, unseen) == (math.inf, None, 3)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_the_standard_error_is_the_scatter_over_samples_of_names(seed):
    """Draw many sets of names from one population: the ratio scatters as its standard error says."""
    rng = np.random.default_rng(seed)

    def ratio():
        tokens_N = rng.integers(1, 12, 300)
        return Evaluation(tokens_N * 2.0 + rng.normal(0, 1, 300) * np.sqrt(tokens_N), tokens_N, 0)

    drawn = [ratio() for _ in range(400)]
    scatter = np.std([e.nats for e in drawn])
    assert np.mean([e.se for e in drawn]) == pytest.approx(scatter, rel=0.15)


def test_an_evaluation_needs_two_names():
    with pytest.raises(ValueError, match="at least 2 of them, not 1"):
        evaluate(Table(), ["a"])


def test_a_tie_is_a_small_paired_difference():
    rng = np.random.default_rng(0)
    tokens_N = rng.integers(2, 12, 500)
    hard_N = rng.normal(2.2, 0.5, 500) * tokens_N
    a = Evaluation(hard_N, tokens_N, 0)
    assert tie(a, a) and tie(a, Evaluation(hard_N + rng.normal(0, 0.1, 500), tokens_N, 0))
    b = Evaluation(hard_N + 0.05 * tokens_N + rng.normal(0, 0.1, 500), tokens_N, 0)
    assert b.nats - a.nats < 2.5 * a.se             # unpaired one could not tell
    assert not tie(a, b) and not tie(b, a)


def test_a_tie_needs_the_same_names_and_finite_losses():
    a, b = evaluate(Table(), NAMES), evaluate(Table(), ["bb", *NAMES[1:]])
    with pytest.raises(ValueError, match="the same names"):
        tie(a, b)
    with pytest.raises(ValueError, match="cannot tie"):
        tie(evaluate(Table(), ["ab", "bb"]), evaluate(Table(BETTER), ["ab", "bb"]))


def test_recording_stores_rows_and_machine_and_keeps_other_keys(recording):
    (recording / "03-counting.json").write_text('{"seconds": 1.5}')
    leaderboard("03-counting", MODELS, NAMES)
    stored = json.loads((recording / "03-counting.json").read_text())
    assert stored["seconds"] == 1.5 and stored["machine"] == machine()
    assert [row["model"] for row in stored["rows"]] == ["uniform", "bigram"]
    assert stored["rows"][0]["nats"] == 1.0986 and stored["rows"][1]["note"] == "counted"
    assert list(recording.iterdir()) == [recording / "03-counting.json"]


def test_recording_the_same_result_again_changes_no_byte(recording):
    leaderboard("x", MODELS, NAMES)
    file = recording / "x.json"
    document = json.loads(file.read_text())
    document["rows"][1]["seconds"] = 77.0
    file.write_text(json.dumps(document))
    before = file.read_bytes()
    assert "77.0" in repr(leaderboard("x", MODELS, NAMES)) and file.read_bytes() == before


def test_infinity_is_null_in_the_file_and_comes_back(recording, monkeypatch):
    board = leaderboard("x", MODELS, ["bb", "a"])
    row = json.loads((recording / "x.json").read_text())["rows"][1]
    assert row["nats"] is None and row["se"] is None and row["unseen"] == 1
    monkeypatch.delenv("APPENDIX_RECORD")
    again = leaderboard("x", MODELS, ["bb", "a"])
    assert again.rows == board.rows and again.rows[1].nats == math.inf
    assert "∞ (1 pair of probability 0)" in repr(again)


def test_without_recording_nothing_is_written_and_seconds_are_the_stored_ones(results, monkeypatch):
    monkeypatch.setenv("APPENDIX_RECORD", "1")
    leaderboard("x", MODELS, NAMES)
    monkeypatch.setenv("APPENDIX_RECORD", "0")
    text = (results / "x.json").read_text().replace('"seconds": 0.1', '"seconds": 44.4')
    (results / "x.json").write_text(text)
    assert repr(leaderboard("x", MODELS, NAMES)).count("44.4") == 2
    assert (results / "x.json").read_text() == text


@pytest.mark.parametrize("changed, message", [
    ({"uniform": UNIFORM, "bigram": (9, lambda: Table(BETTER), "counted")}, "^bigram: this run has .* nats"),
    ({"uniform": UNIFORM, "bigram": (8, lambda: Table(P_VV), "counted")}, "^bigram: this run .* 8 numbers"),
    ({"uniform": UNIFORM}, r"has the rows \['uniform', 'bigram'\], this run has \['uniform'\]"),
], ids=["nats", "numbers", "rows"])
def test_a_result_that_differs_from_the_stored_one_is_refused(results, monkeypatch, changed, message):
    monkeypatch.setenv("APPENDIX_RECORD", "1")
    leaderboard("x", MODELS, NAMES)
    monkeypatch.delenv("APPENDIX_RECORD")
    before = (results / "x.json").read_bytes()
    with pytest.raises(ResultError, match=message):
        leaderboard("x", changed, NAMES)
    assert (results / "x.json").read_bytes() == before


def test_nothing_stored_says_what_to_do(results):
    with pytest.raises(ResultError, match="no results are stored for 'x': `make notebooks` records them"):
        leaderboard("x", MODELS, NAMES)
    assert list(results.iterdir()) == []


def test_rows_of_earlier_chapters_stand_first_and_are_not_stored_again(recording):
    leaderboard("03", MODELS, NAMES)
    board = leaderboard("04", {"better": (9, lambda: Table(BETTER))}, NAMES, before=["03"], now="better")
    assert [row.model for row in board.rows] == ["uniform", "bigram", "better"]
    assert [row["model"] for row in json.loads((recording / "04.json").read_text())["rows"]] == ["better"]
    shown = board._repr_mimebundle_()[MIME]["rows"]
    assert [row["now"] for row in shown] == [False, False, True]


def test_the_standings_are_the_rows_of_all_chapters_the_best_first(recording):
    (recording / "00.json").write_text('{"seconds": 1}')
    (recording / "05-cost.json").write_text('{"headers": ["n"], "rows": [["1"]], "align": "l"}')
    leaderboard("04", {"better": (9, lambda: Table(BETTER)), "bigram": MODELS["bigram"]}, NAMES)
    leaderboard("03", MODELS, NAMES)
    certain_VV = np.array([[0, 1, 0], [0.5, 0, 0.5], [1, 0, 0]])
    leaderboard("05", {"impossible": (9, lambda: Table(certain_VV))}, NAMES)
    board = standings()
    nats = [row.nats for row in board.rows]
    assert nats == sorted(nats) and nats[-1] == math.inf
    assert dict(zip([row.model for row in board.rows], board.chapters, strict=True)) == {
        "better": "04", "bigram": "03", "uniform": "03", "impossible": "05"}
    assert "03" in repr(board).split("\n")[1 + board.chapters.index("03")]
    shown = board._repr_mimebundle_()[MIME]["rows"]
    assert [row["chapter"] for row in shown] == list(board.chapters)
    assert list(machines().values()) == [["03", "04", "05"]]


def test_each_row_needs_its_chapter():
    with pytest.raises(ValueError, match="3 rows were measured in 1 chapters"):
        Leaderboard(BOARD.rows, chapters=["03"])


BOARD = Leaderboard([Row("uniform", 0, 3.2958, 0.0, 0, 0.1), Row("bigram", 729, math.inf, None, 9, 0.2),
                     Row("bigram, add 1", 729, 2.4651, 0.0081, 0, 0.2, "α = 1")], now="bigram, add 1")


def test_the_text_is_aligned_and_the_numbers_are_for_the_page():
    assert repr(BOARD) == (
        "model          numbers  seconds            nats per character\n"
        "uniform              0      0.1                 3.296 ± 0.000\n"
        "bigram             729      0.2  ∞ (9 pairs of probability 0)\n"
        "bigram, add 1      729      0.2                 2.465 ± 0.008  α = 1, now")
    bundle = BOARD._repr_mimebundle_()
    assert bundle["text/plain"] == repr(BOARD)
    assert bundle[MIME]["rows"][1] == {
        "model": "bigram", "numbers": 729, "nats": None, "se": None, "unseen": 9, "seconds": 0.2, "note": "",
        "now": False}
    assert (bundle[MIME]["low"], bundle[MIME]["high"]) == (2.4, 3.3)
    json.dumps(bundle, allow_nan=False)


@given(st.lists(st.floats(0.01, 9), min_size=1, max_size=5))
def test_every_finite_row_lies_on_the_line(nats):
    board = Leaderboard([Row(f"m{i}", 1, x, 0.1, 0, 0.1) for i, x in enumerate(nats)])
    shown = board._repr_mimebundle_()[MIME]
    assert all(shown["low"] <= x <= shown["high"] for x in nats) and shown["low"] < shown["high"]


def test_the_row_to_mark_must_exist():
    with pytest.raises(ValueError, match="no row is called 'trigram'"):
        Leaderboard(BOARD.rows, now="trigram")


def test_the_machine_has_no_names_and_no_paths():
    described = machine()
    assert set(described) == {"cpu", "cores", "threads", "python", "numpy"}
    assert "/" not in json.dumps(described)
