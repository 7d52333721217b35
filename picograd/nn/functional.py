"""picograd.functional under PyTorch's address."""

from picograd.functional import *  # noqa: F403
from picograd.functional import __all__ as __all__
