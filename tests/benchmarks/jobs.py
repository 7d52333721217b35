"""What is measured: every row of the table, and how many times as long as PyTorch picograd may take."""

import importlib
from dataclasses import dataclass, field

from tests.benchmarks import gpt

PEERS = ("picograd", "torch", "autograd", "tinygrad", "micrograd")


@dataclass(frozen=True)
class Job:
    """A name, the module that has it in every library, and the sizes that its arrays() takes.

    floor: how many times as long as PyTorch picograd may take. small: other sizes, just to try the job.
    without: why a library does not take part. counted: its operations are, to show how time grows with sizes.
    """

    name: str
    module: str
    sizes: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)
    floor: float | None = None
    without: dict = field(default_factory=dict)
    counted: bool = False

    def flops(self):
        """How many multiplications and additions a step takes at least, for a job of which we count them."""
        return gpt.flops(**self.sizes) if self.counted else None

    def arrays(self, small=False):
        sizes = self.sizes | (self.small if small else {})
        return importlib.import_module(f"tests.benchmarks.{self.module}").arrays(**sizes)


NAMES, SHAKESPEARE = {"text": "names", "T": 16, "D": 64}, {"text": "shakespeare", "T": 64, "D": 128}
TINY_GPT = {"D": 8, "L": 1}

JOBS = [
    Job("bigram, all 229,804 pairs", "bigram", small={"N": 500}, floor=1.3),
    Job("MLP", "mlp", {"batch_norm": False}, {"D": 8}, 0.65),
    Job("MLP with batch norm", "mlp", {"batch_norm": True}, {"D": 8}, 0.65),
    Job("RNN, names", "recurrent", {"cell": "rnn"}, {"D": 8, "B": 4}, 0.65),
    Job("GRU, names", "recurrent", {"cell": "gru"}, {"D": 8, "B": 4}, 0.75),
    Job("GPT, names", "gpt", NAMES, {**TINY_GPT, "B": 4}, 1.15),
    Job("GPT, Shakespeare, T 64", "gpt", {**SHAKESPEARE, "B": 12}, {**TINY_GPT, "B": 4}, 1.3),
    Job("GPT, Shakespeare, T 128", "gpt", {**SHAKESPEARE, "T": 128}, {**TINY_GPT, "B": 4}, 1.3,
        {"tinygrad": "a step takes several seconds"}),
    Job("sampling 32 names at once", "sampling", NAMES, {**TINY_GPT, "B": 4}, 0.65),
    Job("sampling a name", "sampling", {**NAMES, "B": 1}, TINY_GPT, 0.65),
    Job("sampling 64 characters", "sampling", {**SHAKESPEARE, "B": 1}, {**TINY_GPT, "T": 8}, 0.65),
    Job("1000 tiny operations, numbers", "tiny", {"shape": ()}, {"operations": 40}, 0.65),
    Job("1000 tiny operations, 3 numbers", "tiny", {"shape": (3,)}, {"operations": 40}, 0.65),
    *(
        Job(f"T {T}, D {D}", "gpt", {**SHAKESPEARE, "T": T, "D": D, "B": 8}, {**TINY_GPT, "B": 2},
            without=dict.fromkeys(PEERS[2:], "only beside PyTorch"), counted=True)
        for T, D in [(16, 64), (32, 64), (64, 64), (128, 64), (256, 64), (32, 32), (32, 128), (32, 256)]
    ),
]  # fmt: skip
