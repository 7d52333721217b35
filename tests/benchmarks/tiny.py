"""A thousand operations on almost nothing, forward and backward: what a library costs by itself."""

import math
import sys

import numpy as np

OPERATIONS = 1000


def arrays(shape, operations=OPERATIONS):
    x = np.linspace(0.1, 0.9, math.prod(shape), dtype=np.float32).reshape(shape)
    others = {"w": 0.99, "b": 0.02, "c": 0.01}
    others = {name: np.full(shape, value, np.float32) for name, value in others.items()}
    return {"x": x, **others, "repetitions": np.array(operations // 4)}


def chain(relu, x, w, b, c, repetitions):
    for _ in range(repetitions):
        x = relu(x * w + b) - c
    return x


def with_torch(torch, a):
    leaves = [torch.tensor(a[name], requires_grad=True) for name in "xwbc"]
    repetitions = int(a["repetitions"])

    def step():
        for leaf in leaves:
            leaf.grad = None
        loss = chain(torch.relu, *leaves, repetitions).mean()
        loss.backward()
        return loss.item() + leaves[1].grad.sum().item() / repetitions

    return step


def with_autograd(a):
    import autograd.numpy as anp
    from autograd import value_and_grad

    leaves, repetitions = tuple(a[name] for name in "xwbc"), int(a["repetitions"])

    def mean(leaves):
        return anp.mean(chain(lambda x: anp.maximum(x, 0), *leaves, repetitions))

    loss_and_gradients = value_and_grad(mean)

    def step():
        loss, gradients = loss_and_gradients(leaves)
        return float(loss) + float(gradients[1].sum()) / repetitions

    return step


def with_tinygrad(a):
    return "it makes one kernel of the chain and compiles that for minutes"


def with_micrograd(a):
    from micrograd.engine import Value

    if a["x"].shape:
        return "it knows numbers only"
    repetitions = int(a["repetitions"])
    sys.setrecursionlimit(20 * repetitions + 1000)  # its walk back is recursive

    def step():
        leaves = [Value(float(a[name])) for name in "xwbc"]
        loss = chain(Value.relu, *leaves, repetitions)
        loss.backward()
        return loss.data + leaves[1].grad / repetitions

    return step
