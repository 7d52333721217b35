"""The record of how tensors were computed, and the walk that carries gradients back through it."""

import contextvars
import itertools
import threading
import types
import weakref
from contextlib import contextmanager
from heapq import heapify, heappop, heappush

import numpy as np
from numpy import ndarray

from picograd.shapes import unbroadcast

# Counts down: what is younger has a smaller number, and a heap gives its smallest first.
clock = itertools.count(0, -1).__next__


class Mode(threading.local):
    """What every thread has for itself: whether it records, and how it calls numpy."""

    recording = True

    def __init__(self):
        quiet = contextvars.copy_context()
        quiet.run(np.seterr, all="ignore")
        self.quietly = quiet.run  # log(0) is −∞ without a warning, as in PyTorch; np.errstate takes 300 ns


mode = Mode()


@contextmanager
def _recording(value):
    before, mode.recording = mode.recording, value
    try:
        yield
    finally:
        mode.recording = before


def no_grad():
    """Compute without recording: `with no_grad():` around a block, or `@no_grad()` above a function."""
    return _recording(False)


def enable_grad():
    """Record again, inside a no_grad()."""
    return _recording(True)


def is_grad_enabled():
    """Whether operations are recorded at the moment."""
    return mode.recording


class Leaf:
    """Where gradients for a tensor go that nothing was computed into: to the tensor, if it is still there."""

    __slots__ = ("tensor",)

    def __init__(self, tensor):
        self.tensor = weakref.ref(tensor)  # the tensor holds the leaf; a cycle would outlive its use

    def add(self, g):
        tensor = self.tensor()
        if tensor is not None:
            tensor.accumulate(g)


class Node:
    """One recorded operation: where its gradients go, and the function that computes them.

    A node knows the nodes and leaves that its operation read, and never its own output. So there are no
    reference cycles: a graph is gone as soon as the last tensor is that leads to it.
    """

    __slots__ = ("name", "targets", "vjp", "forms", "order")

    def __init__(self, name, targets, vjp, forms=None):
        self.name = name
        self.targets = targets  # one for each argument: a Node, a Leaf, or None where no gradient is wanted
        self.vjp = vjp
        self.forms = forms  # (shape, dtype) of each argument; None if the gradients come out right by nature
        self.order = clock()

    def check(self):
        """Refuse to compute what could be wrong."""
        if self.vjp is None:
            raise RuntimeError(f"{self.name}: a graph is walked only once, unless with retain_graph=True")
        if writes.hit(self.vjp, self.order):
            raise RuntimeError(f"{self.name}: a tensor that its derivative needs was written to in place")

    def formed(self, gradients):
        """The gradients with the shapes and dtypes of their arguments; broadcasting is undone here alone."""
        if any(self.targets[len(gradients) :]):
            raise RuntimeError(f"{self.name}: there is no derivative for argument {len(gradients) + 1}")
        for target, g, form in zip(self.targets, gradients, self.forms or self.targets, strict=False):
            if target is not None and self.forms is not None:
                g = np.asarray(g() if callable(g) else g)
                if g.shape != form[0] or g.dtype is not form[1]:
                    g = unbroadcast(g, form[0]).astype(form[1], copy=False)
            yield g

    def __repr__(self):
        return f"<{self.name}>"


class Writes:
    """When memory was last written to in place. What a derivative needs must not have changed since."""

    def __init__(self):
        self.last, self.times = 1, {}

    def note(self, array):
        memory = owner(array)
        key, self.last = id(memory), clock()
        _, known = self.times.get(key, (None, None))
        if known is None or known() is not memory:
            known = weakref.ref(memory, lambda _: self.times.pop(key, None))
        self.times[key] = self.last, known

    def hit(self, function, order):
        """Whether an array that the function holds was written to after the moment `order`."""
        held = [function]
        while held:
            x = held.pop()
            if isinstance(x, (tuple, list)):
                held.extend(x)
            elif isinstance(x, types.FunctionType):
                held.extend(cell.cell_contents for cell in x.__closure__ or ())
            elif isinstance(x, ndarray):
                memory = owner(x)
                time, known = self.times.get(id(memory), (order, None))
                if time < order and known() is memory:
                    return True
        return False


def owner(array):
    """The array whose memory a view shows."""
    while isinstance(array.base, ndarray):
        array = array.base
    return array


writes = Writes()


def walk(starts, keep, watched=()):
    """Carry gradients back from `starts` to the leaves: both are dictionaries, of a gradient for each target.

    What reads a value is younger than the value. So, if the youngest node is always taken first, all
    gradients of a node have arrived when its turn comes. No recursion, however deep the graph is. Nodes that
    are `watched` are in the result as well.
    """
    arrived, seen = dict(starts), {}
    waiting = [(target.order, target) for target in arrived if type(target) is Node]
    heapify(waiting)
    while waiting:
        node = heappop(waiting)[1]
        g = arrived.pop(node)
        if type(g) is not ndarray:
            g = np.asarray(g)  # numpy makes a plain number of every 0-d result
        if watched and node in watched:
            seen[node] = g
        if node.vjp is None or writes.last < node.order:
            node.check()
        targets, gradients = node.targets, node.vjp(g)
        if node.forms is not None or len(gradients) < len(targets):
            gradients = node.formed(gradients)
        if not keep:
            node.vjp = None  # what it held is free
        for target, g in zip(targets, gradients):  # noqa: B905 (strict= takes as long as the rest of zip)
            if target is None:
                continue
            if type(g) is not ndarray and callable(g):
                g = g()
            others = arrived.get(target)
            if others is not None:
                arrived[target] = others + g
            else:
                arrived[target] = g
                if type(target) is Node:
                    heappush(waiting, (target.order, target))
        if not keep:
            node.targets = ()  # no long chain is left, which a browser's short stack could not drop at once
    return arrived | seen
