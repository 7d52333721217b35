"""A GPT, forward, backward and a step of AdamW, on rows of names or on windows of Shakespeare."""

import numpy as np

from tests.benchmarks.text import batches, name_rows, shakespeare_tokens

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

        def forward(self, x_BTD):
            a_BHTK = F.scaled_dot_product_attention(*self.heads(x_BTD), is_causal=True)
            return self.join(x_BTD, a_BHTK)

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(V, D), nn.Embedding(T, D)
            self.blocks = nn.ModuleList([Block() for _ in range(L)])
            self.norm, self.head = nn.LayerNorm(D), nn.Linear(D, V, bias=False)

        def forward(self, tokens_BT):
            x_BTD = self.tokens(tokens_BT) + self.positions.weight[: tokens_BT.shape[1]]
            for block in self.blocks:
                x_BTD = block(x_BTD)
            return self.head(self.norm(x_BTD))

    gpt = GPT()
    gpt.load_state_dict({name: torch.tensor(x) for name, x in a.items() if x.dtype == np.float32})
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
