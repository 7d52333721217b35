"""The published feed-forward recipe, on our names: `python -m tests.benchmarks.published_ffn` (a minute).

Three characters, an embedding of width 10, 200 tanh units, 200,000 steps of 32 pairs at the learning rate 0.1
and, from half-way, 0.01, Kaiming's gain 5/3 for the hidden layer, and the usual split by row, 80/10/10, in
which some dev lines also stand in train. Published for the list of makemore: dev 2.107, 11,897 parameters
(Karpathy, "Neural Networks: Zero to Hero", on activations and gradients).
"""

import argparse
import random
import time

from companion import load

import picograd as pg
import picograd.nn.functional as F
from picograd.data import windows
from picograd.tokenize import CharTokenizer

T, E, D, B = 3, 10, 200, 32
GAIN = 5 / 3  # of tanh
SEED = 2147483647


def split():
    """(train, dev), each as contexts x_NT and targets y_N: the rows shuffled, cut at 80 and 90 per cent."""
    rows = list(load("names"))
    random.Random(42).shuffle(rows)
    tokenizer = CharTokenizer.of(rows)
    cuts = slice(None, int(0.8 * len(rows))), slice(int(0.8 * len(rows)), int(0.9 * len(rows)))
    return [windows(map(tokenizer.encode, rows[cut]), T) for cut in cuts]


def parameters(V, generator):
    def normal(*shape, std):
        return (pg.randn(*shape, generator=generator) * std).requires_grad_()

    return [
        normal(V, E, std=1), normal(T * E, D, std=GAIN / (T * E) ** 0.5), normal(D, std=0.01),
        normal(D, V, std=0.01), pg.zeros(V, requires_grad=True),
    ]  # fmt: skip


def loss(weights, x_BT, y_B):
    C_VE, W_ND, b_D, W_DV, b_V = weights
    h_BD = pg.tanh(C_VE[x_BT].view(-1, T * E) @ W_ND + b_D)
    return F.cross_entropy(h_BD @ W_DV + b_V, y_B)


def train(steps, seed=SEED):
    """(dev loss in nats a character, number of parameters)."""
    generator = pg.Generator().manual_seed(seed)
    (x_NT, y_N), (dev_x_NT, dev_y_N) = split()
    weights = parameters(int(y_N.max()) + 1, generator)
    for step in range(steps):
        rows_B = pg.randint(0, len(x_NT), (B,), generator=generator)
        for weight in weights:
            weight.grad = None
        loss(weights, x_NT[rows_B], y_N[rows_B]).backward()
        with pg.no_grad():
            for weight in weights:
                weight -= (0.1 if step < steps / 2 else 0.01) * weight.grad
    with pg.no_grad():
        return loss(weights, dev_x_NT, dev_y_N).item(), sum(weight.numel() for weight in weights)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=200_000)
    steps, start = parser.parse_args().steps, time.process_time()
    dev, numbers = train(steps)
    took = time.process_time() - start
    print(f"{numbers:,} parameters, {steps:,} steps: dev {dev:.4f} nats a character, {took:.0f} CPU seconds")


if __name__ == "__main__":
    main()
