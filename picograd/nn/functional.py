"""picograd.functional under PyTorch's address."""

from picograd.functional import cross_entropy, log_softmax, nll_loss, one_hot, softmax

__all__ = ["cross_entropy", "log_softmax", "nll_loss", "one_hot", "softmax"]
