"""Softmax regression on all pairs of the names: one step of gradient descent at a rate of 50."""

import numpy as np

from tests.benchmarks.text import name_pairs

RATE = 50.0


def arrays(N=None, V=27):
    rng = np.random.default_rng(8)
    x_N, y_N = (a_N[:N] for a_N in name_pairs())
    return {"W_VV": rng.normal(size=(V, V)).astype(np.float32), "x_N": x_N, "y_N": y_N}


def with_torch(torch, a):
    F = torch.nn.functional
    x_N, y_N = torch.tensor(a["x_N"]), torch.tensor(a["y_N"])
    W_VV = torch.tensor(a["W_VV"], requires_grad=True)

    def step():
        loss = F.cross_entropy(F.embedding(x_N, W_VV), y_N)
        W_VV.grad = None
        loss.backward()
        with torch.no_grad():
            W_VV.sub_(RATE * W_VV.grad)
        return loss.item()

    return step


def with_autograd(a):
    import autograd.numpy as anp
    from autograd import value_and_grad

    from tests.benchmarks.numpy_idioms import cross_entropy

    x_NV = np.eye(len(a["W_VV"]), dtype=np.float32)[a["x_N"]]  # a product is faster here than W_VV[x_N]
    W_VV = a["W_VV"].copy()
    loss_and_gradient = value_and_grad(lambda W_VV: cross_entropy(anp.dot(x_NV, W_VV), a["y_N"]))

    def step():
        nonlocal W_VV
        loss, g_VV = loss_and_gradient(W_VV)
        W_VV = W_VV - RATE * g_VV
        return float(loss)

    return step


def with_tinygrad(a):
    from tinygrad import Tensor, TinyJit
    from tinygrad.nn.optim import SGD

    x_N, y_N = Tensor(a["x_N"]).realize(), Tensor(a["y_N"]).realize()
    W_VV = Tensor(a["W_VV"]).is_param_().realize()
    optimizer = SGD([W_VV], lr=RATE)

    @TinyJit
    def step():
        optimizer.zero_grad()
        loss = W_VV[x_N].sparse_categorical_crossentropy(y_N).backward()
        return loss.realize(*optimizer.schedule_step())

    return lambda: step().item()
