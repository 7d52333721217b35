"""Causal self-attention as in GPT-2, and the cache with which it reads on token by token.

PyTorch has no such module. The parameters have the names that GPT-2's weights have.
"""

from picograd import functional as F
from picograd.creation import ones, zeros
from picograd.dtypes import bool
from picograd.nn.layers import Linear
from picograd.nn.module import Module
from picograd.ops.movement import stack
from picograd.shapes import ShapeError

__all__ = ["CausalSelfAttention", "KVCache"]


class KVCache:
    """Keys and values of all tokens that one attention layer has read; it needs no_grad().

    length      how many tokens that are
    """

    def __init__(self):
        self.length, self._room = 0, None  # (keys and values, B, H, S, K), where S leaves room for more

    def append(self, k_BHTK, v_BHTK):
        """The keys and the values of all tokens, (B, H, S, K), after these have been added at the end."""
        new, start, end = stack([k_BHTK, v_BHTK]), self.length, self.length + k_BHTK.shape[2]
        (*front, _, K), room = new.shape, self._room
        if room is not None and (*room.shape[:3], room.shape[4]) != (*front, K):
            raise ShapeError(f"KVCache: keys are {k_BHTK.shape}, and those before were {room[0].shape}")
        if room is None or end > room.shape[3]:
            room = zeros(*front, 2 * end, K, dtype=new.dtype)  # twice the room: a token is seldom copied
            if start:
                room[:, :, :, :start] = self._room[:, :, :, :start]
        room[:, :, :, start:end] = new
        self.length, self._room = end, room
        return room[0, :, :, :end], room[1, :, :, :end]


class CausalSelfAttention(Module):
    """Every token asks those before it, and itself: softmax(q kᵀ / √K) v in n_head heads, then c_proj.

    c_attn makes queries, keys and values of all heads at once, side by side in this order. dropout is that of
    the weights and of the result. With a cache x goes on where the last call ended.
    """

    def __init__(self, n_embd, n_head, bias=True, dropout=0.0, *, dtype=None):
        if n_embd % n_head:
            raise ValueError(f"n_embd = {n_embd} cannot be shared out to {n_head} heads")
        self.n_head, self.dropout = n_head, dropout
        self.c_attn = Linear(n_embd, 3 * n_embd, bias, dtype=dtype)
        self.c_proj = Linear(n_embd, n_embd, bias, dtype=dtype)

    def forward(self, x_BTD, cache=None):
        B, T, D = x_BTD.shape
        parts = self.c_attn(x_BTD).split(D, dim=2)
        q_BHTK, k_BHSK, v_BHSK = (part.reshape(B, T, self.n_head, -1).transpose(1, 2) for part in parts)
        start = 0
        if cache is not None:
            start = cache.length
            k_BHSK, v_BHSK = cache.append(k_BHSK, v_BHSK)
        mask_TS = ones(T, start + T, dtype=bool).tril(start) if start and T > 1 else None
        p = self.dropout if self.training else 0.0
        y_BHTK = F.scaled_dot_product_attention(q_BHTK, k_BHSK, v_BHSK, mask_TS, p, is_causal=start == 0)
        return F.dropout(self.c_proj(y_BHTK.transpose(1, 2).reshape(B, T, D)), self.dropout, self.training)
