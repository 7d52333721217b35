"""Libraries side by side: each in a process of its own, taking turns, processor time, one thread."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4  # by which the first losses of all libraries may differ
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB")}
CHOSEN_BY_OTHERS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # numpy shall take the kernels that fit


class Worker:
    """A process that takes steps of a job with one library, and says what processor time they took."""

    def __init__(self, peer, job, file):
        self.peer = peer
        environment = {name: x for name, x in os.environ.items() if name not in CHOSEN_BY_OTHERS}
        environment |= ONE_THREAD | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'book'}"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.worker", peer, job.module, str(file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, cwd=ROOT, env=environment,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def started(self):
        """{"losses": …} or {"missing": why}."""
        return json.loads(self._line())

    def seconds(self, n):
        """The processor seconds of n steps."""
        self.process.stdin.write(f"{n}\n")
        self.process.stdin.flush()
        return float(self._line())

    def _line(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.peer} ended: {self.process.stderr.read()[-2000:]}")
        return line


def measure(job, peers, rounds, seconds, say=print):
    """What a job costs with each library: {peer: {"ms", "low", "high"} or {"missing"}}, and ratios.

    The libraries take turns, `rounds` times, each for about `seconds`. A time is a median, low and high are
    quartiles. A ratio to PyTorch is the median of the ratios of single rounds: what disturbs the machine for
    a while disturbs both. RuntimeError if the first losses are not the same.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder) / "arrays.npz"
        np.savez(file, **job.arrays())
        able = [peer for peer in peers if peer not in job.without]
        workers = {peer: stack.enter_context(Worker(peer, job, file)) for peer in able}
        answers = {peer: {"missing": why} for peer, why in job.without.items() if peer in peers}
        answers |= {peer: worker.started() for peer, worker in workers.items()}
        found = {peer: answer for peer, answer in answers.items() if "missing" in answer}
        workers = {peer: worker for peer, worker in workers.items() if peer not in found}
        losses = agreed(job, {peer: answers[peer]["losses"] for peer in workers})
        steps = {peer: max(1, round(seconds / worker.seconds(1))) for peer, worker in workers.items()}
        times = {peer: [] for peer in workers}
        for turn in range(rounds):
            order = list(workers) if turn % 2 else list(reversed(workers))
            for peer in order:
                times[peer].append(workers[peer].seconds(steps[peer]) / steps[peer])
    for peer, taken in times.items():
        found[peer] = spread([1e3 * t for t in taken])
        if peer != "torch" and "torch" in times:
            found[peer]["ratio"] = spread([a / b for a, b in zip(taken, times["torch"], strict=True)])
    return {"losses": losses, "peers": {peer: found[peer] for peer in peers}}


def agreed(job, losses):
    """The first losses, if all libraries have the same; RuntimeError if not."""
    known = next(iter(losses.values()))
    for other in losses.values():
        if not np.allclose(other, known, rtol=0, atol=TOLERANCE):
            raise RuntimeError(f"{job.name}: the first losses differ by more than {TOLERANCE}: {losses}")
    return [round(x, 4) for x in known]


def spread(numbers):
    """The median and the quartiles."""
    low, middle, high = statistics.quantiles(numbers, n=4, method="inclusive")
    return {"median": significant(middle), "low": significant(low), "high": significant(high)}


def significant(x, digits=4):
    return float(f"{x:.{digits}g}")
