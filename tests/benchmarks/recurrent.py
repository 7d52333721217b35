"""A recurrent network on names, its cell a tanh or a GRU: forward, backward and a step of AdamW."""

import numpy as np

from tests.benchmarks.text import IGNORED, batches, name_rows

RATE = 1e-3


def arrays(cell, V=27, T=16, D=64, B=32):
    rng = np.random.default_rng(12)
    x_NT, y_NT = name_rows(T)
    gates = {"rnn": 1, "gru": 3}[cell]
    shapes = {
        "tokens.weight": (V, D),
        "cell.weight_ih_l0": (gates * D, D),
        "cell.weight_hh_l0": (gates * D, D),
        "cell.bias_ih_l0": (gates * D,),
        "cell.bias_hh_l0": (gates * D,),
        "head.weight": (V, D),
        "head.bias": (V,),
    }
    weights = {name: rng.normal(size=shape) / D**0.5 for name, shape in shapes.items()}
    weights = {name: x.astype(np.float32) for name, x in weights.items()}
    return {**weights, "x_NT": x_NT, "y_NT": y_NT, "steps": batches(rng, len(x_NT), B)}


def parameters(a):
    return {name: x for name, x in a.items() if x.dtype == np.float32}


def gates(a):
    """How many gates the cell has: 1 or 3."""
    return len(a["cell.bias_ih_l0"]) // a["tokens.weight"].shape[1]


def with_torch(torch, a):
    nn, F = torch.nn, torch.nn.functional
    V, D = a["tokens.weight"].shape

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.head = nn.Embedding(V, D), nn.Linear(D, V)
            self.cell = (nn.RNN if gates(a) == 1 else nn.GRU)(D, D, batch_first=True)

        def forward(self, x_BT):
            return self.head(self.cell(self.tokens(x_BT))[0])

    network, turn = Network(), 0
    network.load_state_dict({name: torch.tensor(x) for name, x in parameters(a).items()})
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE)
    x_NT, y_NT, steps = (torch.tensor(a[name]) for name in ("x_NT", "y_NT", "steps"))

    def step():
        nonlocal turn
        rows_B = steps[turn % len(steps)]
        turn += 1
        logits_BTV = network(x_NT[rows_B])
        loss = F.cross_entropy(logits_BTV.flatten(0, 1), y_NT[rows_B].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def with_autograd(a):
    import autograd.numpy as anp
    from autograd import value_and_grad

    from tests.benchmarks.numpy_idioms import AdamW, cross_entropy, linear, sigmoid

    p, G, turn = {name: x.copy() for name, x in parameters(a).items()}, gates(a), 0

    def cell(x_BM, a_BM, h_BD):
        if G == 1:
            return anp.tanh(x_BM + a_BM)
        xr, xz, xn = anp.split(x_BM, 3, axis=1)
        ar, az, an = anp.split(a_BM, 3, axis=1)
        z_BD, n_BD = sigmoid(xz + az), anp.tanh(xn + sigmoid(xr + ar) * an)
        return (1 - z_BD) * n_BD + z_BD * h_BD

    def loss_of(p, x_BT, y_BT):
        x_BTM = linear(p["tokens.weight"][x_BT], p["cell.weight_ih_l0"], p["cell.bias_ih_l0"])
        h_BD, states = np.zeros((len(x_BT), p["tokens.weight"].shape[1]), np.float32), []
        for t in range(x_BT.shape[1]):
            h_BD = cell(x_BTM[:, t], linear(h_BD, p["cell.weight_hh_l0"], p["cell.bias_hh_l0"]), h_BD)
            states.append(h_BD)
        logits_BTV = linear(anp.stack(states, axis=1), p["head.weight"], p["head.bias"])
        return cross_entropy(logits_BTV.reshape(y_BT.size, -1), y_BT.reshape(-1))

    loss_and_gradients, optimizer = value_and_grad(loss_of), AdamW(p, RATE)

    def step():
        nonlocal turn
        rows_B = a["steps"][turn % len(a["steps"])]
        turn += 1
        loss, g = loss_and_gradients(p, a["x_NT"][rows_B], a["y_NT"][rows_B])
        optimizer.step(p, g)
        return float(loss)

    return step


def with_tinygrad(a):
    from tinygrad import Tensor, TinyJit
    from tinygrad.nn.optim import AdamW

    p, G, turn = {name: Tensor(x).is_param_().realize() for name, x in parameters(a).items()}, gates(a), 0
    optimizer = AdamW([*p.values()], lr=RATE)

    def cell(x_BM, a_BM, h_BD):
        if G == 1:
            return (x_BM + a_BM).tanh()
        (xr, xz, xn), (ar, az, an) = x_BM.chunk(3, 1), a_BM.chunk(3, 1)
        z_BD, n_BD = (xz + az).sigmoid(), (xn + (xr + ar).sigmoid() * an).tanh()
        return (1 - z_BD) * n_BD + z_BD * h_BD

    @TinyJit
    def update(x_BT, y_BT):
        optimizer.zero_grad()
        x_BTM = p["tokens.weight"][x_BT].linear(p["cell.weight_ih_l0"].T, p["cell.bias_ih_l0"])
        h_BD, states = Tensor.zeros(len(x_BT), p["tokens.weight"].shape[1]), []
        for t in range(x_BT.shape[1]):
            h_BD = cell(x_BTM[:, t], h_BD.linear(p["cell.weight_hh_l0"].T, p["cell.bias_hh_l0"]), h_BD)
            h_BD = h_BD.contiguous()  # else every state is computed again for each of those after it
            states.append(h_BD)
        logits_BTV = Tensor.stack(*states, dim=1).linear(p["head.weight"].T, p["head.bias"])
        loss = logits_BTV.sparse_categorical_crossentropy(y_BT, ignore_index=IGNORED).backward()
        return loss.realize(*optimizer.schedule_step())

    def step():
        nonlocal turn
        rows_B = a["steps"][turn % len(a["steps"])]
        turn += 1
        return update(Tensor(a["x_NT"][rows_B]).realize(), Tensor(a["y_NT"][rows_B]).realize()).item()

    return step
