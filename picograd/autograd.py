"""Gradients asked for by name, and a check of any derivative against differences."""

import numpy as np

from picograd.creation import tensor
from picograd.graph import enable_grad, no_grad, walk
from picograd.tensor import Tensor

__all__ = ["enable_grad", "grad", "gradcheck", "no_grad"]


@np.errstate(all="ignore")
def grad(outputs, inputs, grad_outputs=None, retain_graph=False, *, allow_unused=False):
    """A tuple: the gradient of `outputs` with respect to each of `inputs`, be they leaves or in between.

    No .grad is touched. grad_outputs: the derivative, with respect to each output, of what comes after it;
    single numbers need none. allow_unused: an input on which nothing depends gets None. Derivatives are not
    recorded, so there is no create_graph.
    """
    outputs, inputs = _several(outputs), _several(inputs)
    grad_outputs = (None,) * len(outputs) if grad_outputs is None else _several(grad_outputs)
    if not all(x.requires_grad for x in (*outputs, *inputs)):
        raise RuntimeError("grad: an output or an input does not require grad")
    starts = {}
    for out, g in zip(outputs, grad_outputs, strict=True):
        g = out.first_gradient(g)
        starts[out._source] = starts[out._source] + g if out._source in starts else g
    arrived = walk(starts, retain_graph, {x._source for x in inputs})
    if not allow_unused and not all(x._source in arrived for x in inputs):
        raise RuntimeError("grad: the outputs do not depend on an input; allow_unused=True gives None for it")
    return tuple(tensor(arrived[x._source]) if x._source in arrived else None for x in inputs)


def gradcheck(func, inputs, *, eps=1e-6, atol=1e-5, rtol=1e-3):
    """True if the derivatives of func by backward are those by central differences; else RuntimeError.

    Of each input that requires grad every entry is moved by eps, up and down. That needs float64.
    """
    inputs = _several(inputs)
    for i, x in enumerate(inputs):
        if not (isinstance(x, Tensor) and x.requires_grad):
            continue
        if x.dtype.itemsize < 8:
            raise ValueError(f"gradcheck: input {i} is {x.dtype}, too coarse for differences; use float64")
        ours, truth = _by_backward(func, inputs, x), _by_difference(func, inputs, i, eps)
        if not np.allclose(ours, truth, rtol, atol, equal_nan=True):
            raise RuntimeError(f"gradcheck: input {i}: by backward\n{ours}\nby differences\n{truth}")
    return True


def _by_backward(func, inputs, x):
    """∂output/∂entry: a row for each output number, a column for each entry of x."""
    rows = []
    for out in _several(func(*inputs)):
        for row in np.eye(out.numel()):
            g = None
            if out.requires_grad:
                (g,) = grad(out, x, tensor(row.reshape(out.shape)), retain_graph=True, allow_unused=True)
            rows.append(np.zeros(x.numel()) if g is None else g.numpy().reshape(-1))
    return np.array(rows).reshape(len(rows), x.numel())


def _by_difference(func, inputs, i, eps):
    def numbers(step):
        moved = [x.detach() if isinstance(x, Tensor) else x for x in inputs]
        moved[i] = tensor(moved[i].numpy() + step.reshape(moved[i].shape))
        return np.concatenate([out.numpy().reshape(-1) for out in _several(func(*moved))])

    steps = np.eye(inputs[i].numel()) * eps
    columns = [(numbers(step) - numbers(-step)) / (2 * eps) for step in steps]
    return np.stack(columns, axis=1) if columns else np.zeros((len(numbers(steps)), 0))


def _several(x):
    return (x,) if isinstance(x, Tensor) else tuple(x)
