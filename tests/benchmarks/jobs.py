"""What is measured: every row of the table, and how many times as long as PyTorch picograd may take."""

import importlib
from dataclasses import dataclass, field

PEERS = ("picograd", "torch", "autograd", "tinygrad", "micrograd")


@dataclass(frozen=True)
class Job:
    """A name, the module that has it in every library, and the sizes that its arrays() takes.

    floor: how many times as long as PyTorch picograd may take. small: other sizes, just to try the job.
    """

    name: str
    module: str
    sizes: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)
    floor: float | None = None

    def arrays(self, small=False):
        sizes = self.sizes | (self.small if small else {})
        return importlib.import_module(f"tests.benchmarks.{self.module}").arrays(**sizes)


JOBS = [
    Job("bigram, all 229,804 pairs", "bigram", small={"N": 500}, floor=1.3),
    Job("MLP", "mlp", {"batch_norm": False}, {"D": 8}, 0.65),
    Job("MLP with batch norm", "mlp", {"batch_norm": True}, {"D": 8}, 0.65),
    Job("GPT on names (T 16, D 64, 4 layers, B 32)", "gpt", {"text": "names", "T": 16, "D": 64},
        {"D": 8, "L": 1, "B": 4}, 1.15),
    Job("GPT on Shakespeare (T 64, D 128, 4 layers, B 12)", "gpt", {"text": "shakespeare", "T": 64, "D": 128, "B": 12},
        {"T": 16, "D": 8, "L": 1, "B": 4}, 1.3),
    Job("GPT on Shakespeare (T 128, D 128, 4 layers, B 32)", "gpt", {"text": "shakespeare", "T": 128, "D": 128},
        {"T": 16, "D": 8, "L": 1, "B": 4}, 1.3),
    Job("1000 tiny operations, on numbers", "tiny", {"shape": ()}, {"operations": 40}, 0.65),
    Job("1000 tiny operations, on 3 numbers", "tiny", {"shape": (3,)}, {"operations": 40}, 0.65),
]
