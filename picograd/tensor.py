"""Tensor, the record of how it was computed, and the walk that carries gradients back. No mathematics."""

import functools
import heapq
import inspect
import itertools
import threading
from contextlib import contextmanager

import numpy as np

from picograd import dtypes
from picograd.dtypes import is_float, narrowed
from picograd.shapes import ShapeError, unbroadcast

_next_order = itertools.count().__next__


class _Mode(threading.local):
    recording = True


_mode = _Mode()


@contextmanager
def no_grad():
    """Compute without recording: `with no_grad():` around a block, or `@no_grad()` above a function."""
    before, _mode.recording = _mode.recording, False
    try:
        yield
    finally:
        _mode.recording = before


class Memory:
    """What all tensors that share one piece of memory know of it."""

    writes = 0  # how often it has been written to in place
    shared = False  # whether more than one tensor was ever made of it


class Node:
    """One recorded operation: where its gradients go, and the function that computes them.

    A node knows the nodes and leaves that its operation read, and never its own output. So there are no
    reference cycles: a graph is gone as soon as the last tensor is that leads to it.
    """

    __slots__ = ("name", "order", "shape", "dtype", "targets", "vjp", "read")

    def __init__(self, name, args, tensors, out, vjp):
        self.name, self.order = name, _next_order()
        self.shape, self.dtype = out._array.shape, out._array.dtype
        self.targets = [_target(x) for x in args]  # one per argument, None where no gradient is wanted
        self.vjp = vjp
        # What the vjp may read, and how often it had been written to by then.
        self.read = [(x._memory, x._memory.writes) for x in (*tensors, out)]

    def pull_back(self, g, keep):
        """Pairs (target, gradient), given the gradient g of the output. Frees what it held, unless `keep`."""
        if self.vjp is None:
            raise RuntimeError(
                f"{self.name}: backward came through here before and freed what it needs; "
                "give retain_graph=True the first time"
            )
        if any(memory.writes != writes for memory, writes in self.read):
            raise RuntimeError(f"{self.name}: a tensor that its derivative may need was written to in place")
        targets, gradients = self.targets, self.vjp(g)
        if any(target is not None for target in targets[len(gradients) :]):
            raise RuntimeError(f"{self.name}: there is no derivative for argument {len(gradients) + 1}")
        if not keep:
            self.targets, self.vjp, self.read = (), None, ()
        return zip(targets, gradients, strict=False)


def _target(x):
    """Where a gradient for x goes: to the node it came from, to x itself if it is a leaf, or nowhere."""
    if not isinstance(x, Tensor) or not x._requires_grad:
        return None
    return x if x.node is None else x.node


class Tensor:
    """A numpy array that can remember how it was computed. tensor(), zeros() … and operations make them.

    grad            the gradient that backward left here (in leaves only), or None
    requires_grad   whether operations on this tensor are recorded
    node            the operation it came from; None in a leaf
    """

    __slots__ = ("_array", "_memory", "_requires_grad", "grad", "node", "__weakref__")
    __array_ufunc__ = None  # numpy leaves `array * tensor` to us, and we refuse to guess

    def __init__(self, array, requires_grad=False):
        if not isinstance(array, np.ndarray):
            raise TypeError(f"Tensor wraps an array, not {type(array).__name__}; use picograd.tensor(data)")
        self._array, self._memory = array, Memory()
        self._requires_grad, self.grad, self.node = False, None, None
        if requires_grad:
            self.requires_grad = True

    # What it is

    @property
    def shape(self):
        return self._array.shape

    @property
    def ndim(self):
        return self._array.ndim

    @property
    def dtype(self):
        return self._array.dtype

    @property
    def is_leaf(self):
        return self.node is None

    @property
    def requires_grad(self):
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value):
        if value and not is_float(self._array):
            raise RuntimeError(f"only floating-point tensors can require gradients, not {self.dtype}")
        if not value and self.node is not None:
            raise RuntimeError("what was computed from tensors that require grad does too; use detach()")
        self._requires_grad = value

    def requires_grad_(self, requires_grad=True):
        self.requires_grad = requires_grad
        return self

    def size(self, dim=None):
        return self.shape if dim is None else self.shape[dim]

    def dim(self):
        return self.ndim

    def numel(self):
        return self._array.size

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
            raise RuntimeError(f"item() of a tensor of shape {self.shape}, which has not one entry")
        return self._array.item()

    def tolist(self):
        return self._array.tolist()

    def detach(self):
        """The same memory, outside the graph."""
        out = Tensor(self._array)
        out._memory = self._memory
        self._memory.shared = True
        return out

    @property
    def data(self):
        return self.detach()

    @data.setter
    def data(self, value):
        self._array, self._memory = value._array, value._memory

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        if self._array.size != 1:
            raise RuntimeError(f"whether a tensor of shape {self.shape} is true: use any() or all()")
        return bool(self._array.item())

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
        x, notes = self._array, []
        whole = not is_float(x) or bool((x[np.isfinite(x)] % 1 == 0).all())
        mode = "maxprec_equal" if whole else "fixed"
        text = np.array2string(x, separator=", ", prefix="tensor(", precision=4, floatmode=mode)
        if x.size == 0 and x.ndim > 1:
            notes.append(f"size={x.shape}")
        if x.dtype not in (dtypes.float32, dtypes.int64, dtypes.bool):
            notes.append(f"dtype={x.dtype}")
        if self.node is not None:
            notes.append(f"grad_fn=<{self.node.name}>")
        elif self.requires_grad:
            notes.append("requires_grad=True")
        return f"tensor({', '.join([text, *notes])})"

    # Writing in place

    def copy_(self, other):
        """Overwrite the entries with those of `other`, in place."""
        return self.write_(other)

    def zero_(self):
        return self.write_(0)

    def write_(self, value, basic=..., arrays=...):
        """self[basic][arrays] = value; refused where something is lost or the graph would have to know."""
        if _mode.recording and (self.requires_grad or isinstance(value, Tensor) and value.requires_grad):
            raise RuntimeError("writing in place is not recorded: do it in no_grad(), or make a new tensor")
        value = self._fitting(value)
        try:
            self._array[basic][arrays] = value
        except ValueError as error:
            raise ShapeError(f"writing {np.shape(value)} into {self.shape}: {error}") from error
        self._memory.writes += 1
        return self

    def update_(self, value):
        """Become `value`, just computed from self: the second half of x += y.

        What is recorded goes to new memory, for the graph may need the old numbers.
        """
        if not value.requires_grad:
            return self.write_(value)
        if self.requires_grad and self.is_leaf:
            raise RuntimeError("an update of a leaf that requires grad: do it in no_grad()")
        if self._memory.shared:
            raise RuntimeError("an update of memory that tensors share is not recorded: write x = x + y")
        if value.shape != self.shape:
            raise ShapeError(f"an update of {self.shape} to {value.shape}: shapes do not fit")
        if value.dtype != self.dtype:
            raise TypeError(f"an update of {self.dtype} to {value.dtype}; convert first")
        self._array, self._memory, self.node = value._array, value._memory, value.node
        self._requires_grad = True
        return self

    def _fitting(self, value):
        """value as something numpy can assign without losing a fraction or a sign."""
        if not isinstance(value, (Tensor, int, float, np.generic)):
            raise TypeError(f"writing a {type(value).__name__}: only tensors and numbers are written")
        value = value._array if isinstance(value, Tensor) else value
        kind = np.result_type(self.dtype, value)
        if not np.can_cast(kind, self.dtype, casting="same_kind"):
            raise TypeError(f"writing {kind} into {self.dtype} could lose something; convert first")
        return value

    # Gradients

    @np.errstate(all="ignore")
    def backward(self, gradient=None, retain_graph=False):
        """Add ∂self/∂leaf to the grad of every leaf that requires it.

        `gradient` is the derivative, with respect to self, of what comes after; a single number needs none.
        """
        if not self.requires_grad:
            raise RuntimeError("backward: nothing that this tensor was computed from requires grad")
        g = self._first_gradient(gradient)
        if self.node is None:
            self._accumulate(g)
            return
        # What reads a value is younger than the value. So, if the youngest node is always taken first, all
        # gradients of a node have arrived when its turn comes. No recursion, however deep the graph is.
        arrived = {self.node: g}
        waiting = [(-self.node.order, self.node)]
        while waiting:
            _, node = heapq.heappop(waiting)
            for target, g in node.pull_back(arrived.pop(node), keep=retain_graph):
                if target is None:
                    continue
                g = np.asarray(g() if callable(g) else g)
                g = unbroadcast(g, target.shape).astype(target.dtype, copy=False)
                if isinstance(target, Tensor):
                    target._accumulate(g)
                elif target in arrived:
                    arrived[target] = arrived[target] + g
                else:
                    arrived[target] = g
                    heapq.heappush(waiting, (-target.order, target))

    def _first_gradient(self, gradient):
        if gradient is None:
            if self._array.size != 1:
                raise RuntimeError(f"backward: shape {self.shape} is not one number, so a gradient is needed")
            return np.ones_like(self._array)
        if not isinstance(gradient, Tensor):
            raise TypeError(f"backward: the gradient is a Tensor, not {type(gradient).__name__}")
        if gradient.shape != self.shape:
            raise ShapeError(f"backward: gradient {gradient.shape} for a tensor of shape {self.shape}")
        return gradient._array.astype(self.dtype, copy=False)

    def _accumulate(self, g):
        if self.grad is None:
            self.grad = Tensor(np.array(g))  # a copy: the same g may be on its way to other leaves
        else:
            self.grad = Tensor(self.grad._array + g)


def op(function):
    """An operation on tensors, from a pure function of arrays that returns (out, vjp).

    vjp(g) takes the gradient g of out and returns a tuple: one gradient for each leading argument. Backward
    sums each over what broadcasting stretched and gives it its tensor's dtype. A gradient may come as a
    function without arguments, called only if somebody wants it. Where there is no derivative, vjp is None.
    A vjp keeps arrays, and only those it needs; it never keeps tensors.
    """
    name = function.__name__.strip("_")
    signature = inspect.signature(function)
    silent = np.errstate(all="ignore")(function)  # log(0) is −∞ without a warning, as in PyTorch

    @functools.wraps(function)
    def call(*args, **kwargs):
        if kwargs and any(isinstance(value, Tensor) for value in kwargs.values()):
            bound = signature.bind(*args, **kwargs)  # gradients find their arguments by position
            args, kwargs = bound.args, bound.kwargs
        tensors = [x for x in args if isinstance(x, Tensor)]
        try:
            if not tensors:
                raise TypeError("at least one argument has to be a Tensor")
            out, vjp = silent(*[_unwrapped(x) for x in args], **kwargs)
        except (IndexError, TypeError, ValueError) as error:
            raise _explained(error, name, args, kwargs) from error
        return record(name, args, tensors, narrowed(np.asarray(out), tensors), vjp)

    return call


def record(name, args, tensors, array, vjp):
    """`array` as a tensor that remembers being computed from `args`, among them the tensors."""
    out, wanted = Tensor(array), False
    for x in tensors:
        wanted = wanted or x._requires_grad
        if np.may_share_memory(array, x._array):  # a view: what is written into one shows in the other
            out._memory = x._memory
            out._memory.shared = True
    if wanted and vjp is not None and _mode.recording and is_float(array):
        out._requires_grad = True
        out.node = Node(name, args, tensors, out, vjp)
    return out


def _unwrapped(x):
    if isinstance(x, Tensor):
        return x._array
    if isinstance(x, np.ndarray):
        raise TypeError("an argument is a numpy array; make it a tensor with picograd.tensor(array)")
    return x


def _explained(error, name, args, kwargs):
    """The same kind of error, saying which operation failed on which shapes."""
    shown = [*map(_shown, args), *(f"{key}={_shown(value)}" for key, value in kwargs.items())]
    reason = "shapes do not fit" if "could not be broadcast" in str(error) else error
    kind = next((kind for kind in (IndexError, TypeError) if isinstance(error, kind)), ShapeError)
    return kind(f"{name}({', '.join(shown)}): {reason}")


def _shown(x):
    if isinstance(x, (tuple, list)):
        return f"({', '.join(map(_shown, x))})"
    return str(x.shape) if isinstance(x, (Tensor, np.ndarray)) else "..." if x is Ellipsis else repr(x)
