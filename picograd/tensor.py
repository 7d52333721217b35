"""Tensor, and `op`, which makes an operation on tensors of a function of arrays. No mathematics."""

import functools
import inspect
from operator import attrgetter

import numpy as np
from numpy import ndarray

from picograd import dtypes
from picograd.dtypes import DtypeError, is_float, narrowed
from picograd.graph import Leaf, Node, mode, owner, walk, writes
from picograd.shapes import BoundsError, ShapeError, expect

np.empty(30 << 20, np.uint8)  # glibc keeps what is freed up to this size, which saves 6 to 15 % of a step

NUMBERS = int | float | np.number | np.bool_  # what may stand beside a tensor in arithmetic


class Tensor:
    """A numpy array that can remember how it was computed. tensor(), zeros() … and operations make them.

    grad            the gradient that backward left here (in leaves only), or None
    requires_grad   whether operations on this tensor are recorded
    grad_fn         the operation it came from; None in a leaf
    """

    # _source is where gradients for this tensor go: its Node, its Leaf, or None if it requires no gradient.
    # _shared is true once more than one tensor was made of its memory.
    __slots__ = ("_array", "_source", "_shared", "grad", "__weakref__")
    __array_ufunc__ = None  # numpy leaves `array * tensor` to us, and we refuse to guess

    def __init__(self, array, requires_grad=False):
        if type(array) is not ndarray:
            raise TypeError(f"Tensor wraps an array, not {type(array).__name__}; use picograd.tensor(data)")
        self._array = array
        self._source = self._shared = self.grad = None
        if requires_grad:
            self.requires_grad = True

    # What it is

    shape = property(attrgetter("_array.shape"))
    ndim = property(attrgetter("_array.ndim"))
    dtype = property(attrgetter("_array.dtype"))
    is_leaf = property(lambda self: type(self._source) is not Node)
    grad_fn = property(lambda self: None if self.is_leaf else self._source)

    @property
    def requires_grad(self):
        return self._source is not None

    @requires_grad.setter
    def requires_grad(self, value):
        if value and not is_float(self._array):
            raise RuntimeError(f"only floating-point tensors can require gradients, not {self.dtype}")
        if not value and not self.is_leaf:
            raise RuntimeError("what was computed from tensors that require grad does too; use detach()")
        if value != self.requires_grad:
            self._source = Leaf(self) if value else None

    def requires_grad_(self, requires_grad=True):
        self.requires_grad = requires_grad
        return self

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self):
        return self.ndim

    def numel(self):
        return self._array.size

    def is_contiguous(self):
        return self._array.flags.c_contiguous

    def is_floating_point(self):
        return is_float(self)

    # What it holds

    def numpy(self):
        """The array itself, not a copy."""
        if self.requires_grad:
            raise RuntimeError("numpy() of a tensor that requires grad; use tensor.detach().numpy()")
        return self._array

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def item(self):
        """The only entry, as a Python number."""
        if self._array.size != 1:
            raise RuntimeError(f"shape {self.shape} is not one number; of several ask any() or all()")
        return self._array.item()

    def tolist(self):
        return self._array.tolist()

    def detach(self):
        """The same memory, outside the graph."""
        out = Tensor(self._array)
        out._shared = self._shared = True
        return out

    data = property(detach)

    @data.setter
    def data(self, value):
        self._array, self._shared = value._array, True
        value._shared = True
        if self.requires_grad and self.is_leaf:
            self._source = Leaf(self)  # of another shape, perhaps

    def __reduce__(self):
        """How copy.deepcopy and pickle make another one. It shares nothing."""
        expect(self.is_leaf, "only leaves are copied with copy or pickle; use detach() first", RuntimeError)
        return _rebuilt, (type(self), self._array, self.requires_grad, self.grad)

    def __len__(self):
        expect(self.ndim > 0, "len() of a 0-d tensor", TypeError)
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.item())

    def __int__(self):
        return int(self.item())

    def __float__(self):
        return float(self.item())

    def __index__(self):
        if is_float(self._array):
            raise TypeError(f"a {self.dtype} tensor cannot be an index")
        return int(self.item())

    def __format__(self, spec):
        return format(self.item() if self.ndim == 0 else repr(self), spec)

    __hash__ = object.__hash__  # == compares entries, so a tensor is hashed by its identity

    def __repr__(self):
        x = self._array
        whole = not is_float(x) or bool((x[np.isfinite(x)] % 1 == 0).all())
        mode = "maxprec_equal" if whole else "fixed"
        text = np.array2string(x, separator=", ", prefix="tensor(", precision=4, floatmode=mode)
        notes = {
            f"size={x.shape}": x.size == 0 and x.ndim > 1,
            f"dtype={x.dtype}": x.dtype not in (dtypes.float32, dtypes.int64, dtypes.bool),
            f"grad_fn={self.grad_fn}": not self.is_leaf,
            "requires_grad=True": self.is_leaf and self.requires_grad,
        }
        return f"tensor({', '.join([text, *(note for note, holds in notes.items() if holds)])})"

    # Writing in place

    def write_(self, value, basic=..., arrays=...):
        """self[basic][arrays] = value; refused where something is lost or the graph would have to know."""
        if mode.recording and (self.requires_grad or isinstance(value, Tensor) and value.requires_grad):
            raise RuntimeError("writing in place is not recorded: do it in no_grad(), or make a new tensor")
        if not isinstance(value, (Tensor, NUMBERS)):
            raise TypeError(f"writing a {type(value).__name__}: only tensors and numbers are written")
        value = value._array if isinstance(value, Tensor) else value
        kind = np.result_type(self.dtype, value)
        if not np.can_cast(kind, self.dtype, casting="same_kind"):
            raise TypeError(f"writing {kind} into {self.dtype} could lose something; convert first")
        try:
            self._array[basic][arrays] = value
        except ValueError as error:
            raise ShapeError(f"writing {np.shape(value)} into {self.shape}: {error}") from error
        writes.note(self._array)
        return self

    copy_ = fill_ = write_  # the entries of a tensor, or a number everywhere
    zero_ = functools.partialmethod(write_, 0)

    def update_(self, value):
        """Become `value`, just computed from self: the second half of x += y.

        What is recorded goes to new memory, for the graph may need the old numbers.
        """
        if not value.requires_grad:
            return self.write_(value)
        leaf = self.requires_grad and self.is_leaf
        expect(not leaf, "an update of a leaf that requires grad: do it in no_grad()", RuntimeError)
        expect(not self._shared, "an update of memory that tensors share: write x = x + y", RuntimeError)
        if value.shape != self.shape:
            raise ShapeError(f"an update of {self.shape} to {value.shape}: shapes do not fit")
        if value.dtype != self.dtype:
            raise TypeError(f"an update of {self.dtype} to {value.dtype}; convert first")
        self._array, self._source = value._array, value._source
        return self

    # Gradients

    @np.errstate(all="ignore")
    def backward(self, gradient=None, retain_graph=False):
        """Add ∂self/∂leaf to the grad of every leaf that requires it.

        `gradient` is the derivative, with respect to self, of what comes after; a single number needs none.
        """
        expect(self.requires_grad, "backward: nothing that led to this tensor requires grad", RuntimeError)
        for leaf, g in walk({self._source: self.first_gradient(gradient)}, retain_graph).items():
            leaf.add(g)

    def accumulate(self, g):
        """Add the array g to the gradient. The first is a copy: g may be on its way to others."""
        self.grad = Tensor(np.array(g if self.grad is None else self.grad._array + g))

    def first_gradient(self, gradient):
        if gradient is None:
            if self._array.size != 1:
                raise RuntimeError(f"backward: shape {self.shape} is not one number, so a gradient is needed")
            return np.ones_like(self._array)
        if not isinstance(gradient, Tensor):
            raise TypeError(f"backward: the gradient is a Tensor, not {type(gradient).__name__}")
        if gradient.shape != self.shape:
            raise ShapeError(f"backward: gradient {gradient.shape} for a tensor of shape {self.shape}")
        return gradient._array.astype(self.dtype, copy=False)


def _rebuilt(kind, array, requires_grad, grad):
    tensor = Tensor.__new__(kind)
    Tensor.__init__(tensor, array.copy(), requires_grad)
    tensor.grad = grad
    return tensor


def op(function):
    """An operation on tensors, from a pure function of arrays that returns (out, vjp).

    vjp(g) takes the gradient g of out and returns a tuple: one gradient for each leading argument. Backward
    sums each over what broadcasting stretched and gives it its tensor's dtype. A gradient may come as a
    function without arguments, called only if somebody wants it. Where there is no derivative, vjp is None.
    A vjp keeps arrays, and only those it needs; it never keeps tensors.
    """
    name = function.__name__.strip("_")
    signature = inspect.signature(function)

    def call(*args, **kwargs):
        if kwargs and any(isinstance(value, Tensor) for value in kwargs.values()):
            bound = signature.bind(*args, **kwargs)  # gradients find their arguments by position
            args, kwargs = bound.args, bound.kwargs
        arrays, tensors, foreign = [], [], False
        for x in args:
            if isinstance(x, Tensor):
                tensors.append(x)
                x = x._array
            elif isinstance(x, ndarray):
                foreign = True
            arrays.append(x)
        try:
            if foreign:
                raise TypeError("an argument is a numpy array; make it a tensor with picograd.tensor(array)")
            if not tensors:
                raise TypeError("at least one argument has to be a Tensor")
            out, vjp = mode.quietly(function, *arrays, **kwargs)
        except (IndexError, TypeError, ValueError) as error:
            raise explained(error, name, args, kwargs) from error
        if type(out) is not ndarray:
            out = np.asarray(out)
        natural = len(tensors) == 1  # with one tensor nothing is broadcast, only moved
        for x in tensors:
            if x._array.dtype is not out.dtype:
                out, natural = narrowed(out, [x._array for x in tensors]), False
                break
        return record(name, args, tensors, out, vjp, natural)

    # The two commonest forms again, without what only the others need. A tiny operation costs half as much.

    def unary(x, *numbers):
        if not isinstance(x, Tensor):
            return call(x, *numbers)
        a = x._array
        try:
            out, vjp = mode.quietly(function, a, *numbers)
        except (IndexError, TypeError, ValueError):
            return call(x, *numbers)  # which says what is wrong
        if type(out) is not ndarray:
            out = np.asarray(out)
        if out.dtype is not a.dtype or out.base is not None or out is a:
            return call(x, *numbers)
        result = Tensor(out)
        if x._source is not None and vjp is not None and mode.recording:
            result._source = Node(name, (x._source,), vjp)
        return result

    def binary(x, y):
        if not (isinstance(y, Tensor) and isinstance(x, Tensor)):
            if type(y) is float or type(y) is int:
                return unary(x, y)
            if not (isinstance(x, (Tensor, NUMBERS)) and isinstance(y, (Tensor, NUMBERS))):
                error = TypeError("an argument is no tensor and no number; picograd.tensor(data) makes one")
                raise explained(error, name, (x, y), {})
            return call(x, y)
        a, b = x._array, y._array
        dtype = a.dtype
        if b.dtype is not dtype:
            return call(x, y)
        try:
            out, vjp = mode.quietly(function, a, b)
        except (IndexError, TypeError, ValueError):
            return call(x, y)
        if type(out) is not ndarray:
            out = np.asarray(out)
        if out.dtype is not dtype:
            return call(x, y)
        result = Tensor(out)
        if (x._source or y._source) and vjp is not None and mode.recording:
            forms = None if a.shape == b.shape else ((a.shape, dtype), (b.shape, dtype))
            result._source = Node(name, (x._source, y._source), vjp, forms)
        return result

    form = {"(x)": unary, "(x, y)": binary}.get(str(signature), call)
    return functools.wraps(function)(form)


def record(name, args, tensors, array, vjp, natural=False):
    """`array` as a tensor that remembers being computed from `args`, among them the tensors.

    natural: the vjp gives gradients of the right shapes and dtypes by itself.
    """
    out = Tensor(array)
    if array.base is not None or array is tensors[0]._array:
        memory = owner(array)
        for x in tensors:
            if owner(x._array) is memory:  # out is a view: what is written into one shows in the other
                out._shared = x._shared = True
    if vjp is None or not mode.recording or not is_float(array):
        return out
    for x in tensors:
        if x._source is not None:
            targets = [x._source if isinstance(x, Tensor) else None for x in args]
            while targets[-1] is None:
                targets.pop()
            forms = None if natural else [(x.shape, x.dtype) if isinstance(x, Tensor) else None for x in args]
            out._source = Node(name, targets, vjp, forms)
            break
    return out


def composition(function):
    """An operation made of others. It only names their errors: whoever called `var` reads of `var`."""
    name = function.__name__.strip("_")

    @functools.wraps(function)
    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise explained(error, name, args, kwargs) from error

    return call


def explained(error, name, args, kwargs):
    """The same kind of error, saying which operation failed on which shapes."""
    shown = [*map(_shown, args), *(f"{key}={_shown(value)}" for key, value in kwargs.items())]
    reason = getattr(error, "reason", error)
    if "could not be broadcast" in str(reason):
        reason = "shapes do not fit"
    if isinstance(error, AttributeError):
        if any(isinstance(x, Tensor) for x in (*args, *kwargs.values())):
            return error
        error, reason = TypeError(), "at least one argument has to be a Tensor"
    kinds = {IndexError: BoundsError, TypeError: DtypeError, ValueError: ShapeError}
    kind = next(ours for builtin, ours in kinds.items() if isinstance(error, builtin))
    new = kind(f"{name}({', '.join(shown)}): {reason}")
    new.reason = reason  # what a composition shows behind its own name
    return new


def _shown(x):
    if isinstance(x, (tuple, list)):
        return f"({', '.join(map(_shown, x))})"
    return str(x.shape) if isinstance(x, (Tensor, ndarray)) else "..." if x is Ellipsis else repr(x)
