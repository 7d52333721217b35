"""picograd: tensors that know their gradients, with PyTorch's names, in numpy alone.

    import picograd as pg

    x = pg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    (x * x).sum().backward()
    x.grad                                   # tensor([2., 4., 6.])
"""

from picograd import nn
from picograd.creation import arange, eye, full, ones, ones_like, tensor, zeros, zeros_like
from picograd.dtypes import bool, float16, float32, float64, int8, int16, int32, int64, uint8
from picograd.ops import FUNCTIONS
from picograd.random import Generator, default_generator, manual_seed
from picograd.sampling import multinomial, rand, randint, randn
from picograd.serialize import SafetensorsError, load_safetensors, safetensors_metadata, save_safetensors
from picograd.shapes import ShapeError
from picograd.tensor import Tensor, no_grad

__version__ = "0.1.0"

globals().update(FUNCTIONS)  # exp, sum, matmul …: the table in ops/__init__.py lists them

__all__ = [
    "Generator", "SafetensorsError", "ShapeError", "Tensor", "arange", "bool", "default_generator", "eye",
    "float16", "float32", "float64", "full", "int16", "int32", "int64", "int8", "load_safetensors",
    "manual_seed", "multinomial", "nn", "no_grad", "ones", "ones_like", "rand", "randint", "randn",
    "safetensors_metadata", "save_safetensors", "tensor", "uint8", "zeros", "zeros_like", *FUNCTIONS,
]
