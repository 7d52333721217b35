"""Gradients by backward against gradients by central differences."""

import numpy as np

import picograd as pg

STEP = 1e-5  # in float64 the error of a central difference is near 1e-10 at this step


def assert_gradients_match(function, *arrays, seed=1):
    """⟨g, J v⟩ is the same by backward and by central difference, for a random g and, per input, a random v.

    Arrays of integers or truths are handed on as they are. Two forward passes per input, whatever its size.
    """
    rng = np.random.default_rng(seed)
    arrays = [np.asarray(x) for x in arrays]
    leaves = [pg.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    out = function(*leaves)
    g = rng.normal(size=out.shape)
    out.backward(pg.tensor(g))
    for i, (x, leaf) in enumerate(zip(arrays, leaves, strict=True)):
        if not leaf.requires_grad:
            continue
        assert leaf.grad is not None, f"input {i} got no gradient"
        assert (leaf.grad.shape, leaf.grad.dtype) == (x.shape, x.dtype)
        v = rng.normal(size=x.shape)
        ahead, behind = (
            function(*(pg.tensor(x + step * v if j == i else y) for j, y in enumerate(arrays))).numpy()
            for step in (STEP, -STEP)
        )
        by_difference = np.sum(g * (ahead - behind)) / (2 * STEP)
        by_backward = np.sum(leaf.grad.numpy() * v)
        np.testing.assert_allclose(by_backward, by_difference, rtol=1e-6, atol=1e-8, err_msg=f"input {i}")
