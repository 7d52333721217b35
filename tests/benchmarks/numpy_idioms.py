"""What HIPS autograd leaves to its user, in the way one writes it there."""

import autograd.numpy as anp
import numpy as np

from tests.benchmarks.text import IGNORED


def log_softmax(x_NV):
    d_NV = x_NV - anp.max(x_NV, axis=-1, keepdims=True)
    return d_NV - anp.log(anp.sum(anp.exp(d_NV), axis=-1, keepdims=True))


def cross_entropy(x_NV, y_N):
    """The mean over the targets that are not to be ignored."""
    rows = np.flatnonzero(y_N != IGNORED)
    return -anp.mean(log_softmax(x_NV)[rows, y_N[rows]])


def linear(x, W_MN, b_M=None):
    out = anp.dot(x, W_MN.T)
    return out if b_M is None else out + b_M


def layer_norm(x, w_D, b_D):
    d = x - anp.mean(x, axis=-1, keepdims=True)
    return d / anp.sqrt(anp.mean(d * d, axis=-1, keepdims=True) + np.float32(1e-5)) * w_D + b_D


def sigmoid(x):
    return 1 / (1 + anp.exp(-x))


def gelu(x):
    """GPT-2's formula."""
    return 0.5 * x * (1 + anp.tanh(np.float32((2 / np.pi) ** 0.5) * (x + np.float32(0.044715) * x * x * x)))


def attention(q, k, v):
    """Causal, as one writes it without an operation of its own."""
    T, K = q.shape[-2:]
    scores = anp.matmul(q, anp.swapaxes(k, -1, -2)) * np.float32(K**-0.5)
    scores = scores + np.triu(np.full((T, T), -1e9, np.float32), 1)
    return anp.matmul(anp.exp(log_softmax(scores)), v)


class AdamW:
    """A step for a dictionary of arrays."""

    def __init__(self, p, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        self.options, self.t = (lr, *betas, eps, weight_decay), 0
        self.m, self.v = ({name: np.zeros_like(x) for name, x in p.items()} for _ in range(2))

    def step(self, p, g):
        (lr, beta1, beta2, eps, decay), self.t = self.options, self.t + 1
        for name, x in p.items():
            m, v = self.m[name], self.v[name]
            m += (1 - beta1) * (g[name] - m)
            v += (1 - beta2) * (g[name] * g[name] - v)
            x *= 1 - lr * decay
            x -= lr / (1 - beta1**self.t) * m / (np.sqrt(v / (1 - beta2**self.t)) + eps)
