"""One library at one job, in a process of its own: `python -m tests.benchmarks.worker PEER MODULE ARRAYS`.

Says the first losses, or why there are none, as a line of JSON. Then, for every number n on standard input,
it takes n steps and answers with the processor seconds they took. ARRAYS is an .npz file, the same for all.
"""

import importlib
import json
import os
import sys
import time

import numpy as np

LOSSES = 3  # of the first steps: the second and third show that gradients and update are right as well


def make(peer, module, arrays):
    """The step function of a job for one library, or a sentence that says why there is none."""
    job = importlib.import_module(f"tests.benchmarks.{module}")
    try:
        if peer == "picograd":
            import picograd

            return job.with_torch(picograd, arrays)
        if peer == "torch":
            import torch

            torch.set_num_threads(1)
            return job.with_torch(torch, arrays)
        if not hasattr(job, f"with_{peer}"):
            return "not written for it"
        return getattr(job, f"with_{peer}")(arrays)
    except ImportError as error:
        if getattr(error, "name", "").split(".")[0] == peer:
            return "not installed"
        raise


def main(peer, module, file):
    os.environ |= {"DEV": "CPU", "TRAINING": "1"}  # how tinygrad is told
    with np.load(file) as stored:
        arrays = dict(stored)
    step = make(peer, module, arrays)
    if isinstance(step, str):
        print(json.dumps({"missing": step}), flush=True)
        return
    losses = [step() for _ in range(LOSSES)]
    for _ in range(2):
        step()  # what compiles, does it in the first steps
    print(json.dumps({"losses": losses}), flush=True)
    for line in sys.stdin:
        n = int(line)
        start = time.process_time()
        for _ in range(n):
            step()
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
