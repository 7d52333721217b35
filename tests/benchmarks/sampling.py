"""Drawing token after token from a GPT that keeps the keys and values of what it has read.

At each time a token is drawn; then the one from the data is read in its place, so that all libraries read the
same. A step is a whole row, and its loss the surprise at the tokens that were read.
"""

import math

from tests.benchmarks import gpt


def arrays(**sizes):
    return gpt.arrays(B=1, **sizes)


def with_torch(torch, a):
    F = torch.nn.functional
    model, turn = gpt.model(torch, a), 0
    x_NT, steps_N = a["x_NT"], a["steps"].reshape(-1)

    @torch.no_grad()
    def step():
        nonlocal turn
        row_T, loss = x_NT[steps_N[turn % len(steps_N)]].tolist(), 0.0
        turn += 1
        caches = model.caches(1)
        for t, token in enumerate(row_T[:-1]):
            logits_BTV = model(torch.tensor([[token]]), caches, t)
            p_V = F.softmax(logits_BTV[0, 0], dim=-1)
            torch.multinomial(p_V, 1)
            loss -= math.log(p_V[row_T[t + 1]].item())
        return loss / (len(row_T) - 1)

    return step
