"""benchmarks.py: what `make bench` recorded, as tables."""

import json
from importlib import import_module

import pytest
from companion.leaderboard import ResultError

shown = import_module("companion.benchmarks")  # the package has a function of this name
MS = {"median": 2.0, "low": 1.9, "high": 2.1}
FAST, SLOW = ({**MS, "ratio": {"median": r, "low": r - 0.02, "high": r + 0.04}} for r in (0.5, 1.25))


def row(job, picograd, flops=None, **others):
    peers = {"picograd": picograd, **others}
    return {"job": job, "floor": 1.0, "flops": flops, "losses": [3.3], "peers": peers}


@pytest.fixture(autouse=True)
def recorded(tmp_path, monkeypatch):
    document = {
        "measured_on": {"cpu": "Z80", "cores": 2, "threads": "1", "python": "3.11", "numpy": "2.4"},
        "versions": {"picograd": "0.1", "torch": "2.13"},
        "rows": [
            row("MLP", FAST, torch=MS, micrograd={"missing": "numbers only"}),
            row("GPT", SLOW, torch=MS),
            row("T 16", FAST, flops=8e6, torch={**MS, "median": 4.0}, tinygrad={"missing": "not asked"}),
        ],
    }
    monkeypatch.setattr(shown, "FILE", tmp_path / "bench.json")
    shown.FILE.write_text(json.dumps(document))


def test_a_ratio_stands_with_its_spread_and_a_floor_with_whether_it_is_kept():
    mlp, gpt = shown.benchmarks().rows
    assert mlp == ("MLP", "2", "2", "–", "–", "–", "0.50\u00a0±\u00a00.03", "≤\u00a01.00")
    assert gpt[-2:] == ("1.25\u00a0±\u00a00.03", ">\u00a01.00")


def test_growth_shows_how_many_operations_a_second_holds():
    assert shown.growth().rows == (("T 16", "8", "2", "4", "4.0", "2.0"),)


def test_a_dash_has_its_reason():
    assert shown.left_out() == {("micrograd", "numbers only"): ["MLP"]}


def test_the_machine_and_the_versions_are_said():
    assert shown.bench_machine() == "Z80, one of 2 cores, Python 3.11, numpy 2.4\npicograd 0.1, torch 2.13"


def test_without_results_the_command_is_named():
    shown.FILE.unlink()
    with pytest.raises(ResultError, match="make bench"):
        shown.benchmarks()
