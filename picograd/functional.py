"""Activations, layers, losses; also found as picograd.nn.functional. No derivative is written here."""

from picograd import sampling
from picograd.creation import arange, eye
from picograd.dtypes import COUNTING, is_float
from picograd.ops import fused
from picograd.ops.elementwise import abs, clamp, exp, log, log1p, minimum, relu, sigmoid, tanh, to, where
from picograd.ops.fused import log_softmax, softmax
from picograd.ops.index import gather
from picograd.ops.movement import constant_pad, movedim
from picograd.shapes import ShapeError, expect
from picograd.tensor import composition

__all__ = ["batch_norm", "binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy",
           "dropout", "embedding", "gelu", "kl_div", "layer_norm", "leaky_relu", "linear", "log_softmax",
           "mse_loss", "nll_loss", "one_hot", "pad", "relu", "rms_norm", "scaled_dot_product_attention",
           "sigmoid", "silu", "softmax", "softplus", "tanh"]  # fmt: skip


# Activations


def leaky_relu(input, negative_slope=0.01):
    """x where it is positive, else a small part of it."""
    return where(input > 0, input, input * negative_slope)


def gelu(input, approximate="none"):
    """x · P(a number drawn from N(0, 1) is below x). "tanh" is GPT-2's formula for it."""
    expect(approximate in ("none", "tanh"), 'approximate is "none" or "tanh"')
    return fused.gelu(input) if approximate == "none" else fused.gelu_tanh(input)


def silu(input):
    """x · sigmoid(x)."""
    return input * sigmoid(input)


def softplus(input, beta=1.0, threshold=20.0):
    """log(1 + e^(βx)) / β, a smooth relu; x itself from βx = threshold on."""
    scaled = input * beta
    return where(scaled > threshold, input, log1p(exp(clamp(scaled, max=threshold))) / beta)


def dropout(input, p=0.5, training=True, *, generator=None):
    """Every entry 0 with probability p, else 1 / (1 − p) times as large. Without training x itself."""
    expect(0 <= p <= 1, "p is a probability")
    if not training or p == 0:
        return input
    kept = sampling.rand(input.shape, generator=generator) >= p
    return input * (to(kept, input.dtype) * (1 / (1 - p) if p < 1 else 0))


# Layers


def linear(input, weight, bias=None):
    """x Wᵀ + b."""
    expect(weight.ndim == 2, "the weight is (outputs, inputs)")
    return fused.linear(input, weight, bias)


def embedding(input, weight):
    """The row of `weight` for each number of `input`."""
    expect(weight.ndim == 2, "the weight is (numbers, width)")
    if is_float(input):
        raise TypeError(f"rows are counted with whole numbers, not with {input.dtype}")
    expect(input.numel() == 0 or input.amin().item() >= 0, "rows are counted from 0", IndexError)
    return weight[input]


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """(x − mean) / √(variance + eps) · weight + bias, over the last axes, those of normalized_shape."""
    return _over_last_axes(fused.layer_norm, input, normalized_shape, [weight, bias], eps)


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """x / √(mean x² + eps) · weight, over the last axes, those of normalized_shape."""
    return _over_last_axes(fused.rms_norm, input, normalized_shape, [weight], eps)


def _over_last_axes(norm, x, shape, parameters, eps):
    """norm, which knows only one axis, over the axes of `shape`, the last of x."""
    shape = tuple(shape)
    if not shape or x.shape[-len(shape) :] != shape:
        raise ShapeError(f"normalized_shape {shape} is not the end of {x.shape}")
    expect(all(p is None or p.shape == shape for p in parameters), "weight and bias are of normalized_shape")
    if len(shape) == 1:
        return norm(x, *parameters, eps)
    flat = [None if p is None else p.flatten() for p in parameters]
    return norm(x.flatten(x.ndim - len(shape)), *flat, eps).reshape(x.shape)


def batch_norm(input, running_mean=None, running_var=None, weight=None, bias=None, training=False,
               momentum=0.1, eps=1e-5):  # fmt: skip
    """(x − mean) / √(variance + eps) · weight + bias for each channel, the second axis.

    In training mean and variance are those of the batch, and the running ones move towards them.
    """
    expect(input.ndim >= 2, "the input is (N, channels, …)")
    if input.ndim > 2:
        x, others = movedim(input, 1, -1), (running_mean, running_var, weight, bias, training, momentum, eps)
        return movedim(batch_norm(x.flatten(0, -2), *others).reshape(x.shape), -1, 1)
    if not training and running_mean is not None:
        rate = (running_var + eps).rsqrt() * (1 if weight is None else weight)
        return (input - running_mean) * rate + (0 if bias is None else bias)
    expect(not training or len(input) > 1, "a variance needs at least two numbers for each channel")
    moments = fused.moments(input, running_mean, running_var, momentum)
    return fused.batch_norm(input, weight, bias, moments, eps)


def scaled_dot_product_attention(query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, *,
                                 scale=None, enable_gqa=False):  # fmt: skip
    """softmax(scale · q kᵀ) v, with q (…, T, K), k (…, S, K), v (…, S, N); scale is 1/√K unless given.

    enable_gqa: several heads of queries share a head of keys and values, each as many.
    """
    expect(attn_mask is None or not is_causal, "either a mask or is_causal")
    if enable_gqa and query.shape[-3] != key.shape[-3]:
        query, key, value, attn_mask = _grouped(query, key, value, attn_mask)
        out = scaled_dot_product_attention(query, key, value, attn_mask, dropout_p, is_causal, scale=scale)
        return out.flatten(-4, -3)
    if dropout_p == 0:
        return fused.attention(query, key, value, attn_mask, is_causal, scale)
    S = key.shape[-2]
    each = eye(S, dtype=key.dtype).expand(*key.shape[:-1], S)  # as values, these give the weights themselves
    return dropout(fused.attention(query, key, each, attn_mask, is_causal, scale), dropout_p) @ value


def _grouped(query, key, value, mask):
    """The axis of heads as (groups, queries of a group); keys and values are stretched, not copied."""
    H, G = query.shape[-3], key.shape[-3]
    expect(H % G == 0 and value.shape[-3] == G, f"{H} heads ask {G} of keys and {value.shape[-3]} of values")
    if mask is not None and mask.ndim > 2:
        mask = _in_groups(mask, G) if mask.shape[-3] == H else mask.unsqueeze(-3)
    return _in_groups(query, G), key.unsqueeze(-3), value.unsqueeze(-3), mask


def _in_groups(x, G):
    return x.reshape(*x.shape[:-3], G, x.shape[-3] // G, *x.shape[-2:])


# Losses


def _known(reduction):
    expect(reduction in ("mean", "sum", "none"), f'reduction is "mean", "sum" or "none", not {reduction!r}')
    return reduction


def _reduced(losses, reduction, n=None):
    """All of them, their sum, or their mean; n is what the mean divides by, if not their number."""
    if _known(reduction) == "none":
        return losses
    total = losses.sum()
    return total if reduction == "sum" else total / (losses.numel() if n is None else n)


def cross_entropy(input, target, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """−log softmax(input)[target]: how surprised the scores are by the class that came.

    input: scores (N, classes, …), or (classes,) for one case; target: class numbers (N, …). weight: how much
    each class counts. label_smoothing: the part of the target that is spread evenly over all classes.
    """
    x, y = _rows(input, target)
    if weight is None and not label_smoothing:
        losses = fused.cross_entropy(x, y, ignore_index, _known(reduction))
        return losses.reshape(target.shape) if reduction == "none" else losses
    logp = log_softmax(x, 1)
    losses, n = _picked(logp, y, weight, ignore_index)
    if label_smoothing:
        evenly = -(logp if weight is None else logp * weight).sum(1) / x.shape[1]
        evenly = where(y == ignore_index, 0, evenly)
        losses = losses * (1 - label_smoothing) + evenly * label_smoothing
    return _reduced(losses.reshape(target.shape), reduction, n)


def nll_loss(input, target, weight=None, *, ignore_index=-100, reduction="mean"):
    """−input[target]: as cross_entropy, given log-probabilities instead of scores."""
    losses, n = _picked(*_rows(input, target), weight, ignore_index)
    return _reduced(losses.reshape(target.shape), reduction, n)


def _rows(input, target):
    """Scores as (N, classes) and targets as (N,)."""
    if target.dtype not in COUNTING:
        raise TypeError(f"targets are int64 class numbers, not {target.dtype}")
    cases = input.shape[:1] * (input.ndim > 1) + input.shape[2:]
    expect(input.ndim and target.shape == cases, "scores are (N, classes, …) and targets (N, …)")
    if input.ndim == 2:
        return input, target
    if input.ndim > 2:
        input = movedim(input, 1, -1)
    return input.reshape(target.numel(), input.shape[-1]), target.reshape(-1)


def _picked(logp, y, weight, ignore_index):
    """−w logp[y] for each row, and the sum of the weights w: of the class y, 0 where y is to be ignored."""
    kept = y != ignore_index
    y = where(kept, y, 0)
    weights = to(kept, logp.dtype) if weight is None else where(kept, weight[y], 0)
    losses = where(kept, -gather(logp, 1, y.unsqueeze(1)).squeeze(1), 0)
    return losses * weights, weights.sum()


def binary_cross_entropy(input, target, weight=None, *, reduction="mean"):
    """−y log x − (1 − y) log(1 − x), for probabilities x and targets y."""
    expect(input.shape == target.shape, "probabilities and targets have one shape")
    expect(((input >= 0) & (input <= 1)).all(), "a probability lies between 0 and 1")
    losses = fused.binary_cross_entropy(input, target)
    return _reduced(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, *, reduction="mean", pos_weight=None):
    """binary_cross_entropy(sigmoid(input), target), exact for large scores.

    pos_weight: how much a target of 1 counts.
    """
    expect(input.shape == target.shape, "scores and targets have one shape")
    yes = 1 if pos_weight is None else 1 + (pos_weight - 1) * target
    log_yes = minimum(input, 0) - log1p(exp(-abs(input)))  # log sigmoid(x), where that is too small as well
    losses = (1 - target) * input - yes * log_yes
    return _reduced(losses if weight is None else losses * weight, reduction)


def mse_loss(input, target, *, reduction="mean", weight=None):
    """(input − target)², on average."""
    d = input - target
    return _reduced(d * d if weight is None else d * d * weight, reduction)


def kl_div(input, target, *, reduction="mean"):
    """target · (log target − input), for log-probabilities `input`: Σ of it is D(target ‖ exp(input)).

    The mean over entries is no divergence; "batchmean" divides the sum by the number of rows.
    """
    losses = target * log(where(target == 0, 1, target)) - target * input
    if reduction == "batchmean":
        return losses.sum() / input.shape[0]
    return _reduced(losses, reduction)


# Preparing


def one_hot(tensor, num_classes=-1):
    """A new last axis with 1 at the class number and 0 elsewhere, in int64. −1: as many classes as needed."""
    if tensor.dtype not in COUNTING:
        raise TypeError(f"class numbers are int64, not {tensor.dtype}")
    expect(tensor.numel() or num_classes > 0, "an empty tensor does not say how many classes there are")
    if num_classes == -1:
        num_classes = int(tensor.max()) + 1
    if tensor.numel() and not 0 <= int(tensor.min()) <= int(tensor.max()) < num_classes:
        raise ValueError(f"class numbers go from {int(tensor.min())} to {int(tensor.max())}")
    return (tensor.unsqueeze(-1) == arange(num_classes)).long()


def pad(input, pad, mode="constant", value=None):
    """Numbers put around: `pad` says how many before and behind on the last axis, then on the one before."""
    expect(mode == "constant", f"the mode {mode!r} is not here; only constant")
    return constant_pad(input, pad, 0 if value is None else value)


for function in [globals()[name] for name in __all__]:
    if function.__module__ == __name__:  # made here of operations, so its errors have to name it
        globals()[function.__name__] = composition(function)
