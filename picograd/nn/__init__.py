"""Neural networks, under PyTorch's address: `from picograd import nn`."""

from picograd.nn import functional, init, layers, module
from picograd.nn.layers import *  # noqa: F403
from picograd.nn.module import *  # noqa: F403

__all__ = ["functional", "init", *layers.__all__, *module.__all__]
