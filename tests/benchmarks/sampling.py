"""Drawing token after token from a GPT that keeps the keys and values of what it has read, B texts at once.

At each time a token is drawn for every text; then those from the data are read in their place, so that all
libraries read the same. A step is a whole row of the data, and its loss the mean surprise at what was read.
"""

from tests.benchmarks import gpt


def arrays(**sizes):
    return gpt.arrays(**sizes)


def with_torch(torch, a):
    F = torch.nn.functional
    model, turn = gpt.model(torch, a), 0
    x_NT, steps = (torch.tensor(a[name]) for name in ("x_NT", "steps"))

    @torch.no_grad()
    def step():
        nonlocal turn
        x_BT, loss = x_NT[steps[turn % len(steps)]], 0.0
        turn += 1
        B, T = x_BT.shape
        caches = model.caches(B)
        for t in range(T - 1):
            logits_BV = model(x_BT[:, t : t + 1], caches, t)[:, 0]
            p_BV = F.softmax(logits_BV, dim=-1)
            torch.multinomial(p_BV, 1)
            loss += F.cross_entropy(logits_BV, x_BT[:, t + 1]).item()
        return loss / (T - 1)

    return step
