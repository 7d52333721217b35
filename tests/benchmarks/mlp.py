"""Bengio's network on three characters of a name: embed, tanh, score; with and without batch norm."""

import numpy as np

from tests.benchmarks.text import batches, name_contexts

RATE = 0.1


def arrays(batch_norm, V=27, T=3, E=10, D=200, B=32):
    rng = np.random.default_rng(10)
    x_NT, y_N = name_contexts(T)
    weights = {
        "C_VE": rng.normal(size=(V, E)),
        "W_DE": rng.normal(size=(D, T * E)) / np.sqrt(T * E),
        "b_D": np.ones(D) if batch_norm else np.zeros(D),  # the gain, where the batch is normalised
        "c_D": np.zeros(D),
        "U_VD": rng.normal(size=(V, D)) / np.sqrt(D),
        "u_V": np.zeros(V),
    }
    if not batch_norm:
        del weights["c_D"]
    return {name: x.astype(np.float32) for name, x in weights.items()} | {
        "x_NT": x_NT, "y_N": y_N, "steps": batches(rng, len(x_NT), B)}  # fmt: skip


def parameters(a):
    return {name: x for name, x in a.items() if x.dtype == np.float32}


def with_torch(torch, a):
    F = torch.nn.functional
    x_NT, y_N, steps = (torch.tensor(a[name]) for name in ("x_NT", "y_N", "steps"))
    p = {name: torch.tensor(x, requires_grad=True) for name, x in parameters(a).items()}
    D = len(a["b_D"])
    running_D, spread_D = torch.zeros(D), torch.ones(D)
    optimizer, turn = torch.optim.SGD(p.values(), lr=RATE), 0

    def hidden(x_BE):
        if "c_D" not in p:
            return torch.tanh(F.linear(x_BE, p["W_DE"], p["b_D"]))
        h_BD = F.batch_norm(F.linear(x_BE, p["W_DE"]), running_D, spread_D, p["b_D"], p["c_D"], training=True)
        return torch.tanh(h_BD)

    def step():
        nonlocal turn
        rows_B = steps[turn % len(steps)]
        turn += 1
        x_BE = F.embedding(x_NT[rows_B], p["C_VE"]).view(len(rows_B), -1)
        loss = F.cross_entropy(F.linear(hidden(x_BE), p["U_VD"], p["u_V"]), y_N[rows_B])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def with_autograd(a):
    import autograd.numpy as anp
    from autograd import value_and_grad

    from tests.benchmarks.numpy_idioms import cross_entropy

    p, turn = parameters(a), 0

    def loss_of(p, x_BT, y_B):
        h_BD = anp.dot(p["C_VE"][x_BT].reshape(len(x_BT), -1), p["W_DE"].T)
        if "c_D" in p:
            d_BD = h_BD - anp.mean(h_BD, axis=0)
            h_BD = d_BD / anp.sqrt(anp.mean(d_BD * d_BD, axis=0) + np.float32(1e-5)) * p["b_D"] + p["c_D"]
        else:
            h_BD = h_BD + p["b_D"]
        return cross_entropy(anp.dot(anp.tanh(h_BD), p["U_VD"].T) + p["u_V"], y_B)

    loss_and_gradients = value_and_grad(loss_of)

    def step():
        nonlocal p, turn
        rows_B = a["steps"][turn % len(a["steps"])]
        turn += 1
        loss, g = loss_and_gradients(p, a["x_NT"][rows_B], a["y_N"][rows_B])
        p = {name: x - np.float32(RATE) * g[name] for name, x in p.items()}
        return float(loss)

    return step


def with_tinygrad(a):
    from tinygrad import Tensor, TinyJit
    from tinygrad.nn.optim import SGD

    p = {name: Tensor(x).is_param_().realize() for name, x in parameters(a).items()}
    optimizer, turn = SGD([*p.values()], lr=RATE), 0

    @TinyJit
    def update(x_BT, y_B):
        optimizer.zero_grad()
        h_BD = p["C_VE"][x_BT].reshape(len(x_BT), -1) @ p["W_DE"].T
        if "c_D" in p:
            mean_D = h_BD.mean(0)
            rate_D = (h_BD.var(0, correction=0) + 1e-5).rsqrt()
            h_BD = h_BD.batchnorm(p["b_D"], p["c_D"], mean_D, rate_D)
        else:
            h_BD = h_BD + p["b_D"]
        loss = (h_BD.tanh() @ p["U_VD"].T + p["u_V"]).sparse_categorical_crossentropy(y_B).backward()
        return loss.realize(*optimizer.schedule_step())

    def step():
        nonlocal turn
        rows_B = a["steps"][turn % len(a["steps"])]
        turn += 1
        return update(Tensor(a["x_NT"][rows_B]).realize(), Tensor(a["y_N"][rows_B]).realize()).item()

    return step
