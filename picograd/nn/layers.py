"""Layers and losses: what functional.py computes, as modules that hold its parameters and options."""

import math
from dataclasses import KW_ONLY, dataclass, fields

from picograd import functional as F
from picograd.creation import ones, zeros
from picograd.dtypes import int64
from picograd.nn import init
from picograd.nn.module import Module, Parameter
from picograd.ops.movement import flatten
from picograd.shapes import ShapeError, sizes
from picograd.tensor import Tensor

__all__ = [
    "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "CrossEntropyLoss", "Dropout", "Embedding", "Flatten",
    "GELU", "Identity", "LayerNorm", "LeakyReLU", "Linear", "LogSoftmax", "MSELoss", "NLLLoss", "RMSNorm",
    "ReLU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh",
]  # fmt: skip


class Identity(Module):
    """x itself, whatever the arguments: the place of a layer that is not there."""

    def __init__(self, *args, **kwargs):
        pass

    def forward(self, input):
        return input


class Linear(Module):
    """y = x Wᵀ + b, with weight (out_features, in_features) and bias (out_features,).

    Both begin uniform between ±1 / √in_features.
    """

    def __init__(self, in_features, out_features, bias=True, *, dtype=None):
        self.in_features, self.out_features = in_features, out_features
        self.weight = Parameter(zeros(out_features, in_features, dtype=dtype))
        self.bias = Parameter(zeros(out_features, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self):
        bound = 1 / math.sqrt(self.in_features) if self.in_features else 0
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound)

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self):
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"


class Embedding(Module):
    """The row of weight (num_embeddings, embedding_dim) for each number; rows begin as N(0, 1).

    The row padding_idx begins as zeros and gets no gradient.
    """

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, dtype=None):
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"padding_idx {padding_idx} is none of {num_embeddings} rows")
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = Parameter(zeros(num_embeddings, embedding_dim, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self):
        init.normal_(self.weight)
        if self.padding_idx is not None:
            init.zeros_(self.weight.data[self.padding_idx])

    def forward(self, input):
        return F.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self):
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


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

    def __init__(
        self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, *, bias=True,
        dtype=None,
    ):  # fmt: skip
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


class _Function(Module):
    """What the function takes by name are fields of the class: its options, which print as in PyTorch."""

    def __init_subclass__(cls):
        dataclass(eq=False, repr=False)(cls)

    def _options(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def forward(self, *inputs):
        return self.function(*inputs, **self._options())

    def extra_repr(self):
        return ", ".join(f"{name}={value!r}" for name, value in self._options().items())


class ReLU(Module):
    forward = staticmethod(F.relu)


class Tanh(Module):
    forward = staticmethod(F.tanh)


class Sigmoid(Module):
    forward = staticmethod(F.sigmoid)


class SiLU(Module):
    forward = staticmethod(F.silu)


class LeakyReLU(_Function):
    function = staticmethod(F.leaky_relu)
    negative_slope: float = 0.01


class GELU(_Function):
    function = staticmethod(F.gelu)
    approximate: str = "none"


class Softplus(_Function):
    function = staticmethod(F.softplus)
    beta: float = 1.0
    threshold: float = 20.0


class Softmax(_Function):
    function = staticmethod(F.softmax)
    dim: int


class LogSoftmax(_Function):
    function = staticmethod(F.log_softmax)
    dim: int


class Flatten(_Function):
    function = staticmethod(flatten)
    start_dim: int = 1
    end_dim: int = -1


class Dropout(_Function):
    """In training every entry 0 with probability p, else 1 / (1 − p) times as large; otherwise x itself."""

    p: float = 0.5

    def forward(self, input):
        return F.dropout(input, self.p, self.training)

    def extra_repr(self):
        return f"p={self.p}, inplace=False"


# Losses


class _Loss(_Function):
    _buffers = {"weight": True, "pos_weight": True}

    def extra_repr(self):
        return ""


class CrossEntropyLoss(_Loss):
    function = staticmethod(F.cross_entropy)
    weight: Tensor = None
    _: KW_ONLY
    ignore_index: int = -100
    reduction: str = "mean"
    label_smoothing: float = 0.0


class NLLLoss(_Loss):
    function = staticmethod(F.nll_loss)
    weight: Tensor = None
    _: KW_ONLY
    ignore_index: int = -100
    reduction: str = "mean"


class BCELoss(_Loss):
    function = staticmethod(F.binary_cross_entropy)
    weight: Tensor = None
    _: KW_ONLY
    reduction: str = "mean"


class BCEWithLogitsLoss(_Loss):
    function = staticmethod(F.binary_cross_entropy_with_logits)
    weight: Tensor = None
    _: KW_ONLY
    reduction: str = "mean"
    pos_weight: Tensor = None


class MSELoss(_Loss):
    function = staticmethod(F.mse_loss)
    _: KW_ONLY
    reduction: str = "mean"
