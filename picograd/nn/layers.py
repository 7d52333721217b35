"""Layers: what functional.py computes, as modules that hold its parameters and options."""

from picograd import functional as F
from picograd.creation import ones, zeros
from picograd.dtypes import int64
from picograd.nn import init
from picograd.nn.module import Module, Parameter
from picograd.shapes import ShapeError, sizes

__all__ = ["BatchNorm1d", "Dropout", "Embedding", "Flatten", "GELU", "LayerNorm", "Linear", "RMSNorm",
           "ReLU", "SiLU", "Sigmoid", "Tanh"]  # fmt: skip


class Linear(Module):
    """y = x Wᵀ + b, with weight (out_features, in_features) and bias (out_features,).

    Both begin uniform between ±1 / √in_features.
    """

    def __init__(self, in_features, out_features, bias=True, *, dtype=None):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(zeros(out_features, in_features, dtype=dtype))
        self.bias = Parameter(zeros(out_features, dtype=dtype)) if bias else None
        init.begin_(self, self.in_features)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self):
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"


class Embedding(Module):
    """The row of weight (num_embeddings, embedding_dim) for each number; rows begin as N(0, 1)."""

    def __init__(self, num_embeddings, embedding_dim, *, dtype=None):
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.weight = Parameter(zeros(num_embeddings, embedding_dim, dtype=dtype))
        init.normal_(self.weight)

    def forward(self, input):
        return F.embedding(input, self.weight)

    def extra_repr(self):
        return f"{self.num_embeddings}, {self.embedding_dim}"


# Normalising


class _Norm(Module):
    """What LayerNorm and RMSNorm have in common."""

    def _begin(self, normalized_shape, eps, affine, bias, dtype):
        self.normalized_shape = sizes((normalized_shape,))
        self.eps, self.elementwise_affine = eps, affine
        self.weight = Parameter(ones(self.normalized_shape, dtype=dtype)) if affine else None
        self.bias = Parameter(zeros(self.normalized_shape, dtype=dtype)) if affine and bias else None

    def extra_repr(self):
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class LayerNorm(_Norm):
    """(x − mean) / √(variance + eps) · weight + bias, over the last axes, those of normalized_shape."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, *, dtype=None):
        self._begin(normalized_shape, eps, elementwise_affine, bias, dtype)

    def forward(self, input):
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self):
        return f"{super().extra_repr()}, bias={self.bias is not None}"


class RMSNorm(_Norm):
    """x / √(mean x² + eps) · weight, over the last axes: without a mean one reduction instead of two."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, *, dtype=None):
        self._begin(normalized_shape, eps, elementwise_affine, False, dtype)

    def forward(self, input):
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)


class BatchNorm1d(Module):
    """(x − mean) / √(variance + eps) · weight + bias, for each channel of x, (N, C) or (N, C, T).

    In training mean and variance are those of the batch, and the running ones move towards them by the part
    momentum, or, if that is None, become the mean of all batches. In eval mode the running ones are used.
    """

    _buffers = {"running_mean": True, "running_var": True, "num_batches_tracked": True}

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, *,
                 bias=True, dtype=None):  # fmt: skip
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(ones(num_features, dtype=dtype)) if affine else None
        self.bias = Parameter(zeros(num_features, dtype=dtype)) if affine and bias else None
        self.running_mean = zeros(num_features, dtype=dtype) if track_running_stats else None
        self.running_var = ones(num_features, dtype=dtype) if track_running_stats else None
        self.num_batches_tracked = zeros((), dtype=int64) if track_running_stats else None

    def forward(self, input):
        C = self.num_features
        if input.ndim not in (2, 3) or input.shape[1] != C:
            raise ShapeError(f"BatchNorm1d: {input.shape} is neither (N, {C}) nor (N, {C}, T)")
        part = self.momentum
        if self.training and self.track_running_stats:
            self.num_batches_tracked += 1
            part = 1 / self.num_batches_tracked.item() if part is None else part
        running = self.running_mean, self.running_var
        batch = self.training or not self.track_running_stats
        return F.batch_norm(input, *running, self.weight, self.bias, batch, part, self.eps)

    def extra_repr(self):
        start = f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}"
        return f"{start}, bias={self.bias is not None}, track_running_stats={self.track_running_stats}"


# Functions of functional.py as modules


class ReLU(Module):
    """x where it is positive, else 0."""

    forward = staticmethod(F.relu)


class Tanh(Module):
    """(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)."""

    forward = staticmethod(F.tanh)


class Sigmoid(Module):
    """1 / (1 + e⁻ˣ)."""

    forward = staticmethod(F.sigmoid)


class SiLU(Module):
    """x · sigmoid(x)."""

    forward = staticmethod(F.silu)


class GELU(Module):
    """x · P(a number drawn from N(0, 1) is below x). "tanh" is GPT-2's formula for it."""

    def __init__(self, approximate="none"):
        self.approximate = approximate

    def forward(self, input):
        return F.gelu(input, self.approximate)

    def extra_repr(self):
        return f"approximate={self.approximate!r}"


class Flatten(Module):
    """The axes from start_dim to end_dim as one; the first, that of the batch, stays unless asked for."""

    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Dropout(Module):
    """In training every entry 0 with probability p, else 1 / (1 − p) times as large; otherwise x itself."""

    def __init__(self, p=0.5):
        self.p = p

    def forward(self, input):
        return F.dropout(input, self.p, self.training)

    def extra_repr(self):
        return f"p={self.p}, inplace=False"
