"""The benchmarks, small and untimed: every job does the same in every library that is installed."""

import math
from importlib.util import find_spec

import numpy as np
import pytest

from tests.benchmarks import gpt, jobs, published_ffn
from tests.benchmarks.measure import TOLERANCE, agreed, measure, spread
from tests.benchmarks.worker import LOSSES, make

UNCOUNTED = [job for job in jobs.JOBS if not job.counted]
LEARNING = [job for job in UNCOUNTED if job.module not in ("sampling", "tiny")]


def losses(peer, job):
    step = make(peer, job.module, job.arrays(small=True))
    return step if isinstance(step, str) else [step() for _ in range(LOSSES)]


@pytest.mark.parametrize("job", UNCOUNTED, ids=[job.name for job in UNCOUNTED])
def test_a_job_has_the_same_first_losses_in_every_library(job, monkeypatch):
    monkeypatch.setenv("DEV", "CPU")
    monkeypatch.setenv("TRAINING", "1")
    known = losses("picograd", job)
    assert np.isfinite(known).all()
    for peer in jobs.PEERS[1:]:
        if find_spec(peer) is not None and not isinstance(found := losses(peer, job), str):
            np.testing.assert_allclose(found, known, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("job", LEARNING, ids=[job.name for job in LEARNING])
def test_a_model_is_less_surprised_when_it_sees_its_batches_again(job):
    arrays = job.arrays(small=True)
    step, turn = make("picograd", job.module, arrays), len(arrays.get("steps", [0]))
    first, second = (np.mean([step() for _ in range(turn)]) for _ in range(2))
    assert second < first


def test_a_library_that_is_missing_says_so(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    assert losses("torch", UNCOUNTED[0]) == "not installed"


def test_a_job_that_nobody_wrote_for_a_library_says_so():
    assert losses("micrograd", UNCOUNTED[0]) == "not written for it"


def test_first_losses_that_differ_fail_the_row():
    assert agreed(jobs.JOBS[0], {"picograd": [1.0, 2.0], "torch": [1.00005, 2.0]}) == [1.0, 2.0]
    with pytest.raises(RuntimeError, match="bigram.*first losses differ"):
        agreed(jobs.JOBS[0], {"picograd": [1.0, 2.0], "torch": [1.0, 2.0002]})
    with pytest.raises(RuntimeError, match="first losses differ"):
        agreed(jobs.JOBS[0], {"picograd": [math.nan], "torch": [math.nan]})


def test_a_spread_is_the_median_and_the_quartiles():
    assert spread([5, 1, 2, 4, 3]) == {"median": 3.0, "low": 2.0, "high": 4.0}
    assert spread([0.123456, 0.123456])["median"] == 0.1235


def test_a_measured_row_has_a_time_for_each_library_and_a_reason_for_those_left_out():
    job = jobs.Job("MLP", "mlp", {"batch_norm": False, "D": 8}, without={"tinygrad": "not today"})
    row = measure(job, ["picograd", "tinygrad", "micrograd"], rounds=2, seconds=0.001)
    assert row["peers"]["picograd"]["median"] > 0
    assert row["peers"]["tinygrad"] == {"missing": "not today"}
    assert row["peers"]["micrograd"] == {"missing": "not written for it"}
    assert len(row["losses"]) == LOSSES


def test_operations_are_counted_for_every_matrix_of_the_model():
    T, D, L, B = 16, 8, 3, 2
    weights = gpt.weights(np.random.default_rng(0), 27, T, D, L)
    matrices = [x.size for name, x in weights.items() if x.ndim == 2 and "tokens" not in name]
    products = sum(matrices) - weights["positions.weight"].size
    attention = L * 2 * T * D
    assert gpt.flops("names", T, D, L=L, B=B) == 3 * 2 * B * T * (products + attention)


def test_the_published_recipe_has_its_size_and_learns():
    dev, numbers = published_ffn.train(steps=300)
    assert numbers == 11_897 and dev < math.log(27) - 0.5
