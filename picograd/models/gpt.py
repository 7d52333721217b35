"""GPT-2 (Radford et al. 2019), its parameters called as in nanoGPT: wte, wpe, h.0.ln_1, h.0.attn.c_attn, …"""

from dataclasses import dataclass

import picograd
from picograd.models.language_model import Network

nn = picograd.nn


@dataclass
class GPTConfig:
    V: int = 27  # tokens in the vocabulary
    T: int = 16  # tokens in the window
    D: int = 64  # width
    H: int = 4  # heads, each of width D / H
    L: int = 2  # blocks
    dropout: float = 0.0
    bias: bool = True  # of every Linear but the last, and of LayerNorm
    tied: bool = True  # the last Linear has the weights of the first Embedding


class Attention(nn.Module):
    """What each token takes from those before it and from itself; H heads look for different things."""

    def __init__(self, config):
        super().__init__()
        self.H, self.p = config.H, config.dropout
        self.c_attn = nn.Linear(config.D, 3 * config.D, bias=config.bias)
        self.c_proj = nn.Linear(config.D, config.D, bias=config.bias)
        self.resid_dropout = nn.Dropout(config.dropout)

    def forward(self, X_BTD, memory=None):
        """(X_BTD, memory): memory holds the keys and values (B, H, S, K) of all tokens so far."""
        B, T, D = X_BTD.shape
        parts = self.c_attn(X_BTD).split(D, dim=2)
        q_BHTK, k_BHSK, v_BHSK = (x_BTD.view(B, T, self.H, -1).transpose(1, 2) for x_BTD in parts)
        if memory is not None:
            k_BHSK = picograd.cat([memory[0], k_BHSK], dim=2)
            v_BHSK = picograd.cat([memory[1], v_BHSK], dim=2)
        # A single token may look at all. Of several the last may, and each before it at one less.
        S = k_BHSK.shape[2]
        mask_TS = picograd.ones(T, S, dtype=picograd.bool).tril(S - T) if 1 < T < S else None
        attention, p = nn.functional.scaled_dot_product_attention, self.p if self.training else 0.0
        out_BHTK = attention(q_BHTK, k_BHSK, v_BHSK, mask_TS, p, is_causal=T == S)
        out_BTD = out_BHTK.transpose(1, 2).reshape(B, T, D)
        return self.resid_dropout(self.c_proj(out_BTD)), (k_BHSK, v_BHSK)


class MLP(nn.Module):
    """Linear to 4 D, GELU, Linear back: each token on its own."""

    def __init__(self, config):
        super().__init__()
        self.c_fc = nn.Linear(config.D, 4 * config.D, bias=config.bias)
        self.gelu = nn.GELU(approximate="tanh")
        self.c_proj = nn.Linear(4 * config.D, config.D, bias=config.bias)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, X_BTD):
        return self.dropout(self.c_proj(self.gelu(self.c_fc(X_BTD))))


class Block(nn.Module):
    """x + attn(ln_1(x)), and to that its mlp(ln_2(…)): the sums let gradients through unchanged."""

    def __init__(self, config):
        super().__init__()
        self.ln_1 = nn.LayerNorm(config.D, bias=config.bias)
        self.attn = Attention(config)
        self.ln_2 = nn.LayerNorm(config.D, bias=config.bias)
        self.mlp = MLP(config)

    def forward(self, X_BTD, memory=None):
        taken_BTD, memory = self.attn(self.ln_1(X_BTD), memory)
        X_BTD = X_BTD + taken_BTD
        return X_BTD + self.mlp(self.ln_2(X_BTD)), memory


class GPT(Network):
    """logits_BTV = lm_head(ln_f(blocks(wte(tokens) + wpe(places)))). Without a vocabulary: a Module only.

    Weights begin as N(0, 0.02²), those that end a branch smaller by √(2 L), for 2 L branches are added up.
    Past the window there is nothing to remember: places shift with every token, so generation reads the whole
    window again for each.
    """

    def __init__(self, config, vocabulary=None):
        super().__init__()
        if vocabulary is not None and len(vocabulary) != config.V or config.D % config.H:
            raise ValueError(f"GPT: D is a multiple of H, and V the number of tokens, not in {config}")
        self.config, self.vocabulary, self.window = config, vocabulary, config.T
        self.wte = nn.Embedding(config.V, config.D)
        self.wpe = nn.Embedding(config.T, config.D)
        self.drop = nn.Dropout(config.dropout)
        self.h = nn.ModuleList([Block(config) for _ in range(config.L)])
        self.ln_f = nn.LayerNorm(config.D, bias=config.bias)
        self.lm_head = nn.Linear(config.D, config.V, bias=False)
        if config.tied:
            self.lm_head.weight = self.wte.weight
        for name, parameter in self.named_parameters():
            if parameter.ndim > 1:
                ends = name.endswith("c_proj.weight")
                nn.init.normal_(parameter, std=0.02 / (2 * config.L) ** 0.5 if ends else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def step(self, tokens_BT, memory=None):
        """(logits_BTV, memory); memory: the keys and values of the tokens before these, block by block."""
        start, T = 0 if memory is None else memory[0][0].shape[2], tokens_BT.shape[1]
        if start + T > self.window:
            raise ValueError(f"GPT: {T} tokens after {start}; the window has {self.window}")
        X_BTD = self.drop(self.wte(tokens_BT) + self.wpe(picograd.arange(start, start + T)))
        memory = list(memory or [None] * len(self.h))
        for i, block in enumerate(self.h):
            X_BTD, memory[i] = block(X_BTD, memory[i])
        return self.lm_head(self.ln_f(X_BTD)), memory
