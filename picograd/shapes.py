"""Shapes: how sizes are spelled, which axis is meant, and how a stretched gradient shrinks back."""

import operator


class ShapeError(ValueError, RuntimeError):
    """Shapes that do not fit.

    numpy raises ValueError for this and PyTorch RuntimeError; a cell that catches either catches this.
    """


def sizes(args):
    """The tuple meant by f(2, 3), f((2, 3)) and f([2, 3]) alike."""
    if len(args) == 1 and isinstance(args[0], (tuple, list)):
        args = args[0]
    return tuple(operator.index(n) for n in args)


def normalise_axis(dim, ndim):
    """dim counted from the front: −1 is the last of ndim axes."""
    dim = operator.index(dim)
    if not -ndim <= dim < ndim:
        raise IndexError(f"dim {dim} is out of range for {ndim} axes")
    return dim % ndim


def unbroadcast(g, shape):
    """Sum g over every axis that broadcasting from `shape` added or stretched.

    An entry that was read several times receives the gradients of all its readers.
    """
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = (added + i for i, n in enumerate(shape) if n == 1 and g.shape[added + i] != 1)
    return g.sum(axis=(*range(added), *stretched)).reshape(shape)
