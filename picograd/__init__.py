"""picograd: tensors that know their gradients, with PyTorch's names, in numpy alone.

    import picograd as pg

    x = pg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x * x).sum().backward()
    x.grad                                   # tensor([2., 4., 6.])
"""

from picograd import autograd, data, nn, optim, tokenize  # noqa: I001 (which wants a line for each name)
from picograd.creation import arange, eye, full, full_like, linspace
from picograd.creation import ones, ones_like, tensor, zeros, zeros_like
from picograd.dtypes import DtypeError, bool, float16, float32, float64, int8, int16, int32, int64, uint8
from picograd.files import FormatError
from picograd.graph import enable_grad, is_grad_enabled, no_grad
from picograd.npz import load_npz, save_npz
from picograd.ops import FUNCTIONS
from picograd.random import Generator, default_generator, manual_seed
from picograd.sampling import multinomial, rand, rand_like, randint, randint_like, randn, randn_like
from picograd.serialize import load_safetensors, save_safetensors
from picograd.shapes import BoundsError, ShapeError
from picograd.tensor import Tensor

__version__ = "0.1.0"

globals().update(FUNCTIONS)  # exp, sum, matmul …: the table in ops/__init__.py lists them

__all__ = ["BoundsError", "DtypeError", "FormatError", "Generator", "ShapeError", "Tensor", "arange",
           "autograd", "bool", "data", "default_generator", "enable_grad", "eye", "float16", "float32",
           "float64", "full", "full_like", "int16", "int32", "int64", "int8", "is_grad_enabled", "linspace",
           "load_npz", "load_safetensors", "manual_seed", "multinomial", "nn", "no_grad", "ones",
           "ones_like", "optim", "rand", "rand_like", "randint", "randint_like", "randn", "randn_like",
           "save_npz", "save_safetensors", "tensor", "tokenize", "uint8", "zeros", "zeros_like",
           *FUNCTIONS]  # fmt: skip
