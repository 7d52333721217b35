"""Neural networks, under PyTorch's address: `import picograd.nn.functional as F`."""

from picograd.nn import functional

__all__ = ["functional"]
