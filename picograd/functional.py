"""Losses and other compositions; also found as picograd.nn.functional. No derivative is written here."""

from picograd.creation import arange
from picograd.dtypes import int64
from picograd.ops import fused
from picograd.ops.fused import log_softmax, softmax
from picograd.ops.index import gather
from picograd.shapes import ShapeError

__all__ = ["cross_entropy", "log_softmax", "nll_loss", "one_hot", "softmax"]


def cross_entropy(input, target, *, reduction="mean"):
    """−log softmax(input)[target]: how surprised the scores are by the class that came.

    input: scores (N, classes), or (classes,) for one case; target: class numbers (N,), or one number.
    """
    if input.ndim == 1:
        input, target = input.unsqueeze(0), target.unsqueeze(0)
        return _reduced(fused.cross_entropy(input, target).squeeze(0), reduction)
    return _reduced(fused.cross_entropy(input, target), reduction)


def nll_loss(input, target, *, reduction="mean"):
    """−input[target]: as cross_entropy, given log-probabilities instead of scores."""
    if input.ndim != 2 or target.shape != input.shape[:1]:
        call = f"nll_loss({input.shape}, {target.shape})"
        raise ShapeError(f"{call}: log-probabilities are (N, classes) and targets (N,)")
    return _reduced(-gather(input, 1, target.unsqueeze(1)).squeeze(1), reduction)


def one_hot(tensor, num_classes=-1):
    """A new last axis with 1 at the class number and 0 elsewhere, in int64. −1: as many classes as needed."""
    call = f"one_hot({tensor.shape}, {num_classes})"
    if tensor.dtype != int64:
        raise TypeError(f"{call}: class numbers are int64, not {tensor.dtype}")
    if tensor.numel() == 0 and num_classes < 1:
        raise ValueError(f"{call}: an empty tensor does not say how many classes there are")
    if num_classes == -1:
        num_classes = int(tensor.max()) + 1
    if tensor.numel() and not 0 <= int(tensor.min()) <= int(tensor.max()) < num_classes:
        raise ValueError(f"{call}: class numbers go from {int(tensor.min())} to {int(tensor.max())}")
    return (tensor.unsqueeze(-1) == arange(num_classes)).long()


def _reduced(losses, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction is "mean", "sum" or "none", not {reduction!r}')
    return losses if reduction == "none" else losses.sum() if reduction == "sum" else losses.mean()
