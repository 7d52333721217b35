"""Neural networks, under PyTorch's address: `from picograd import nn`."""

from picograd.nn import functional, init, layers, module, recurrent, utils
from picograd.nn.layers import *  # noqa: F403
from picograd.nn.module import *  # noqa: F403
from picograd.nn.recurrent import *  # noqa: F403

PARTS = (layers, module, recurrent)

__all__ = ["functional", "init", "utils", *(name for part in PARTS for name in part.__all__)]
