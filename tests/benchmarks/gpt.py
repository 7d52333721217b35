"""A GPT, forward, backward and a step of AdamW, on rows of names or on windows of Shakespeare."""

import numpy as np

from tests.benchmarks.text import IGNORED, batches, name_rows, shakespeare_tokens

OPTIONS = {"lr": 1e-3, "betas": (0.9, 0.99), "weight_decay": 0.1}


def arrays(text, T, D, H=4, L=4, B=32):
    rng = np.random.default_rng(14)
    if text == "names":
        x_NT, y_NT = name_rows(T)
        V = 27
    else:
        text_N, V = shakespeare_tokens()
        windows = np.lib.stride_tricks.sliding_window_view(text_N, T + 1)[:: T // 2]
        x_NT, y_NT = windows[:, :-1].copy(), windows[:, 1:].copy()
    return {**weights(rng, V, T, D, L), "x_NT": x_NT, "y_NT": y_NT,
            "steps": batches(rng, len(x_NT), B), "H": np.array(H), "L": np.array(L)}  # fmt: skip


def flops(text, T, D, H=4, L=4, B=32):
    """What the matrix products of a step take: 2 for each weight and token, forward once and backward twice.

    A layer has 12 D² weights; its attention, T · D products for q kᵀ and as many for the mean of the values.
    """
    V = 27 if text == "names" else shakespeare_tokens()[1]
    return 3 * 2 * B * T * (L * (12 * D * D + 2 * T * D) + V * D)


def weights(rng, V, T, D, L):
    """As GPT-2 begins: N(0, 0.02²), narrower by √2L where a layer adds to the residual path."""
    def normal(*shape, narrower=1.0):
        return rng.normal(size=shape) * 0.02 / narrower

    found = {"tokens.weight": normal(V, D), "positions.weight": normal(T, D)}
    for l in range(L):
        layers = {
            "norm1": (np.ones(D), np.zeros(D)),
            "qkv": (normal(3 * D, D), np.zeros(3 * D)),
            "out": (normal(D, D, narrower=(2 * L) ** 0.5), np.zeros(D)),
            "norm2": (np.ones(D), np.zeros(D)),
            "up": (normal(4 * D, D), np.zeros(4 * D)),
            "down": (normal(D, 4 * D, narrower=(2 * L) ** 0.5), np.zeros(D)),
        }
        for name, (weight, bias) in layers.items():
            found |= {f"blocks.{l}.{name}.weight": weight, f"blocks.{l}.{name}.bias": bias}
    found |= {"norm.weight": np.ones(D), "norm.bias": np.zeros(D), "head.weight": normal(V, D)}
    return {name: x.astype(np.float32) for name, x in found.items()}


def model(torch, a):
    """The module, written once for PyTorch and picograd, holding the weights of `a`."""
    nn, F = torch.nn, torch.nn.functional
    V, D = a["tokens.weight"].shape
    T, H, L = len(a["positions.weight"]), int(a["H"]), int(a["L"])

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.qkv, self.out = nn.LayerNorm(D), nn.Linear(D, 3 * D), nn.Linear(D, D)
            self.norm2, self.up, self.down = nn.LayerNorm(D), nn.Linear(D, 4 * D), nn.Linear(4 * D, D)

        def heads(self, x_BTD):
            """Queries, keys and values, each (B, H, T, K)."""
            B, T, _ = x_BTD.shape
            qkv = self.qkv(self.norm1(x_BTD)).chunk(3, dim=-1)
            return [x.view(B, T, H, D // H).transpose(1, 2) for x in qkv]

        def join(self, x_BTD, a_BHTK):
            x_BTD = x_BTD + self.out(a_BHTK.transpose(1, 2).reshape(x_BTD.shape))
            return x_BTD + self.down(F.gelu(self.up(self.norm2(x_BTD)), approximate="tanh"))

        def forward(self, x_BTD, cache=None, t=0):
            q_BHTK, k_BHSK, v_BHSK = self.heads(x_BTD)
            if cache is not None:  # x is the token at time t alone
                keys_BHSK, values_BHSK = cache
                keys_BHSK[:, :, t : t + 1], values_BHSK[:, :, t : t + 1] = k_BHSK, v_BHSK
                k_BHSK, v_BHSK = keys_BHSK[:, :, : t + 1], values_BHSK[:, :, : t + 1]
            a_BHTK = F.scaled_dot_product_attention(q_BHTK, k_BHSK, v_BHSK, is_causal=cache is None)
            return self.join(x_BTD, a_BHTK)

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(V, D), nn.Embedding(T, D)
            self.blocks = nn.ModuleList([Block() for _ in range(L)])
            self.norm, self.head = nn.LayerNorm(D), nn.Linear(D, V, bias=False)

        def forward(self, tokens_BT, caches=(None,) * L, t=0):
            x_BTD = self.tokens(tokens_BT) + self.positions.weight[t : t + tokens_BT.shape[1]]
            for block, cache in zip(self.blocks, caches, strict=True):
                x_BTD = block(x_BTD, cache, t)
            return self.head(self.norm(x_BTD))

        def caches(self, B):
            """Room for the keys and values of T tokens in every block."""
            return [[torch.zeros(B, H, T, D // H) for _ in range(2)] for _ in range(L)]

    gpt = GPT()
    gpt.load_state_dict({name: torch.tensor(x) for name, x in parameters(a).items()})
    return gpt


def with_torch(torch, a):
    F = torch.nn.functional
    x_NT, y_NT, steps = (torch.tensor(a[name]) for name in ("x_NT", "y_NT", "steps"))
    gpt, turn = model(torch, a), 0
    optimizer = torch.optim.AdamW(gpt.parameters(), **OPTIONS)

    def step():
        nonlocal turn
        rows_B = steps[turn % len(steps)]
        turn += 1
        logits_BTV = gpt(x_NT[rows_B])
        loss = F.cross_entropy(logits_BTV.flatten(0, 1), y_NT[rows_B].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def parameters(a):
    return {name: x for name, x in a.items() if x.dtype == np.float32}


def with_autograd(a):
    import autograd.numpy as anp
    from autograd import value_and_grad

    from tests.benchmarks.numpy_idioms import AdamW, attention, cross_entropy, gelu, layer_norm, linear

    p, H, L, turn = {name: x.copy() for name, x in parameters(a).items()}, int(a["H"]), int(a["L"]), 0

    def loss_of(p, x_BT, y_BT):
        def norm(name, x):
            return layer_norm(x, p[f"{name}.weight"], p[f"{name}.bias"])

        def product(name, x):
            return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

        B, T = x_BT.shape
        x_BTD = p["tokens.weight"][x_BT] + p["positions.weight"][:T]
        for l in (f"blocks.{l}." for l in range(L)):
            qkv = product(l + "qkv", norm(l + "norm1", x_BTD)).reshape(B, T, 3, H, -1)
            q, k, v = (anp.transpose(qkv[:, :, i], (0, 2, 1, 3)) for i in range(3))
            a_BTHK = anp.transpose(attention(q, k, v), (0, 2, 1, 3))
            x_BTD = x_BTD + product(l + "out", a_BTHK.reshape(x_BTD.shape))
            x_BTD = x_BTD + product(l + "down", gelu(product(l + "up", norm(l + "norm2", x_BTD))))
        logits_BTV = linear(norm("norm", x_BTD), p["head.weight"])
        return cross_entropy(logits_BTV.reshape(B * T, -1), y_BT.reshape(-1))

    loss_and_gradients, optimizer = value_and_grad(loss_of), AdamW(p, **OPTIONS)

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

    p = {name: Tensor(x).is_param_().realize() for name, x in parameters(a).items()}
    H, L, turn = int(a["H"]), int(a["L"]), 0
    (b1, b2), others = OPTIONS["betas"], {name: OPTIONS[name] for name in ("lr", "weight_decay")}
    optimizer = AdamW([*p.values()], b1=b1, b2=b2, **others)

    def norm(name, x):
        return x.layernorm() * p[f"{name}.weight"] + p[f"{name}.bias"]

    def product(name, x):
        return x.linear(p[f"{name}.weight"].T, p[f"{name}.bias"])

    @TinyJit
    def update(x_BT, y_BT):
        optimizer.zero_grad()
        B, T = x_BT.shape
        x_BTD = p["tokens.weight"][x_BT] + p["positions.weight"][:T]
        for l in (f"blocks.{l}." for l in range(L)):
            qkv = product(l + "qkv", norm(l + "norm1", x_BTD)).reshape(B, T, 3, H, -1)
            q, k, v = (qkv[:, :, i].transpose(1, 2) for i in range(3))
            a_BTHK = q.scaled_dot_product_attention(k, v, is_causal=True).transpose(1, 2)
            x_BTD = x_BTD + product(l + "out", a_BTHK.reshape(x_BTD.shape))
            x_BTD = x_BTD + product(l + "down", product(l + "up", norm(l + "norm2", x_BTD)).gelu())
        logits_BTV = norm("norm", x_BTD).linear(p["head.weight"].T)
        loss = logits_BTV.sparse_categorical_crossentropy(y_BT, ignore_index=IGNORED).backward()
        return loss.realize(*optimizer.schedule_step())

    def step():
        nonlocal turn
        rows_B = a["steps"][turn % len(a["steps"])]
        turn += 1
        return update(Tensor(a["x_NT"][rows_B]).realize(), Tensor(a["y_NT"][rows_B]).realize()).item()

    return step
