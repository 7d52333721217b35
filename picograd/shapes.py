"""Shapes: how sizes are spelled, which axis is meant, and how a stretched gradient shrinks back."""

import operator


class ShapeError(ValueError, RuntimeError):
    """Shapes that do not fit.

    numpy raises ValueError for this and PyTorch RuntimeError; a cell that catches either catches this.
    """


class BoundsError(IndexError, RuntimeError):
    """An index or an axis that is not there. PyTorch raises the one or the other."""


def expect(holds, message, error=ShapeError):
    """Refuse with this message what does not hold. It is made in any case, so it has to cost nothing."""
    if not holds:
        raise error(message)


def sizes(args):
    """The tuple meant by f(2, 3), f((2, 3)) and f([2, 3]) alike."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(operator.index(n) for n in args)


def normalise_axis(dim, ndim):
    """dim counted from the front: −1 is the last of ndim axes. A 0-d tensor counts as having one."""
    dim, n = operator.index(dim), ndim or 1
    if not -n <= dim < n:
        raise BoundsError(f"dim {dim} is out of range for {ndim} axes")
    return dim % n


def normalise_axes(dims, ndim):
    """One axis or several, as a tuple of different ones."""
    dims = dims if isinstance(dims, (tuple, list)) else (dims,)
    axes = tuple(normalise_axis(dim, ndim) for dim in dims)
    if len(set(axes)) < len(axes):
        raise ShapeError(f"an axis is named twice in {tuple(dims)}")
    return axes


def unbroadcast(g, shape):
    """Sum g over every axis that broadcasting from `shape` added or stretched.

    An entry that was read several times receives the gradients of all its readers.
    """
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = (added + i for i, n in enumerate(shape) if n == 1 and g.shape[added + i] != 1)
    return g.sum(axis=(*range(added), *stretched)).reshape(shape)
