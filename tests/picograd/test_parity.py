"""The same code on PyTorch: every case of cases.py, and a training run."""

import os
from importlib.util import find_spec

import numpy as np
import pytest

import picograd as pg
from tests.picograd.cases_more import CASES

REQUIRED = os.environ.get("CI") == "true" or os.environ.get("PARITY") == "1"
MISSING = find_spec("torch") is None

if MISSING and not REQUIRED:
    reason = "PyTorch is a test-only peer: set PARITY=1 to install it and run these"
    pytest.skip(reason, allow_module_level=True)
if not MISSING:
    import torch

    torch.set_num_threads(1)

TOLERANCE = {"float32": {"rtol": 2e-5, "atol": 2e-6}, "float64": {"rtol": 1e-11, "atol": 1e-11}}


@pytest.fixture(autouse=True)
def _torch_is_there():
    if MISSING:
        pytest.fail("PARITY=1 or CI=true asks for PyTorch: pip install -e .[parity]", pytrace=False)


def run(lib, case, dtype, seed=1):
    """(dtype, value, gradients) as numpy arrays, the gradient of the value being random."""
    leaves = []
    for x in case.inputs:
        is_float = x.dtype.kind == "f"
        leaves.append(lib.tensor(x.astype(dtype) if is_float else x, requires_grad=is_float))
    out = case.call(lib, *leaves)
    if out.requires_grad:
        g = np.random.default_rng(seed).normal(size=tuple(out.shape))
        out.backward(lib.tensor(g, dtype=out.dtype))
    gradients = [None if leaf.grad is None else leaf.grad.numpy() for leaf in leaves]
    return str(out.dtype).removeprefix("torch."), out.detach().numpy(), gradients


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
def test_values_dtypes_and_gradients_are_those_of_pytorch(case, dtype):
    kind, value, gradients = run(pg, case, dtype)
    torch_kind, torch_value, torch_gradients = run(torch, case, dtype)
    assert (kind, value.shape) == (torch_kind, torch_value.shape)
    np.testing.assert_allclose(value, torch_value, **TOLERANCE.get(kind, TOLERANCE[dtype]))
    for g, torch_g in zip(gradients, torch_gradients, strict=True):
        assert (g is None) == (torch_g is None)
        if g is not None:
            assert g.dtype == torch_g.dtype
            scale = max(1, np.max(np.abs(torch_g[np.isfinite(torch_g)]), initial=0))
            rtol, atol = TOLERANCE[dtype].values()
            np.testing.assert_allclose(g, torch_g, rtol=rtol, atol=atol * scale)


def softmax_regression(lib, inputs, targets, start, steps, rate):
    """The losses of full-batch gradient descent on a table of scores. Written once, run on either library."""
    F = lib.nn.functional
    x_NV = F.one_hot(lib.tensor(inputs), num_classes=27).float()
    y_N = lib.tensor(targets)
    W_VV = lib.tensor(start, dtype=lib.float32, requires_grad=True)
    losses = []
    for _ in range(steps):
        logits_NV = x_NV @ W_VV
        loss = F.cross_entropy(logits_NV, y_N) + 0.01 * (W_VV**2).mean()
        W_VV.grad = None
        loss.backward()
        with lib.no_grad():
            W_VV -= rate * W_VV.grad
        losses.append(loss.item())
    return losses


def test_a_hundred_steps_of_softmax_regression_have_the_losses_of_pytorch():
    rng = np.random.default_rng(8)
    inputs = rng.integers(0, 27, 5000)
    targets = (inputs * 7 + rng.integers(0, 5, 5000)) % 27
    data = inputs, targets, rng.normal(size=(27, 27)), 100, 50.0
    losses, torch_losses = softmax_regression(pg, *data), softmax_regression(torch, *data)
    assert losses[-1] < 0.6 * losses[0]
    np.testing.assert_allclose(losses, torch_losses, rtol=0, atol=1e-4)


def test_creation_gives_the_dtypes_and_shapes_of_pytorch():
    for make in (
        lambda lib: lib.tensor(1.5),
        lambda lib: lib.tensor([[1, 2], [3, 4]]),
        lambda lib: lib.tensor([True]),
        lambda lib: lib.tensor([]),
        lambda lib: lib.tensor([1, 2.5]),
        lambda lib: lib.tensor(np.float64(2)),
        lambda lib: lib.tensor([np.float64(2)]),
        lambda lib: lib.tensor([np.int32(2)]),
        lambda lib: lib.tensor(np.ones((2, 0))),
        lambda lib: lib.tensor([1.5, -1.5], dtype=lib.int64),
        lambda lib: lib.zeros(2, 3),
        lambda lib: lib.zeros((2, 3), dtype=lib.int64),
        lambda lib: lib.zeros(()),
        lambda lib: lib.ones([2]),
        lambda lib: lib.full((2, 2), 7),
        lambda lib: lib.full((2,), 0.5),
        lambda lib: lib.full((), True),
        lambda lib: lib.eye(3),
        lambda lib: lib.eye(2, 3, dtype=lib.bool),
        lambda lib: lib.arange(5),
        lambda lib: lib.arange(1, 2, 0.25),
        lambda lib: lib.arange(5, 0, -2),
        lambda lib: lib.arange(3.0),
        lambda lib: lib.arange(3, dtype=lib.float64),
        lambda lib: lib.zeros_like(lib.tensor([[1, 2]])),
        lambda lib: lib.ones_like(lib.tensor([1.0]), dtype=lib.float64),
    ):
        ours, theirs = make(pg), make(torch)
        assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-7)
        assert ours.numpy().shape == theirs.numpy().shape


def test_random_functions_take_the_arguments_of_pytorch():
    for draw in (
        lambda lib, g: lib.rand(2, 3, generator=g),
        lambda lib, g: lib.rand((2, 3), dtype=lib.float64),
        lambda lib, g: lib.randn(4, generator=g, requires_grad=True),
        lambda lib, g: lib.randn((), generator=g),
        lambda lib, g: lib.randint(5, (3,), generator=g),
        lambda lib, g: lib.randint(2, 5, (3, 0), generator=g),
        lambda lib, g: lib.multinomial(lib.tensor([0.5, 0.5]), 1, generator=g),
        lambda lib, g: lib.multinomial(lib.tensor([0.5, 0.5]), 5, True, generator=g),
        lambda lib, g: lib.multinomial(lib.ones(4, 3), num_samples=2, replacement=False, generator=g),
        lambda lib, g: lib.multinomial(lib.ones(0, 3), 2, generator=g),
    ):
        ours, theirs = (draw(lib, lib.Generator().manual_seed(1)) for lib in (pg, torch))
        assert (str(ours.dtype), ours.shape) == (
            str(theirs.dtype).removeprefix("torch."),
            tuple(theirs.shape),
        )
        assert ours.requires_grad == theirs.requires_grad


def test_generators_have_the_seeds_of_pytorch():
    for seed in (0, 1, 2**64 - 1, -1, -(2**63)):
        assert (
            pg.Generator().manual_seed(seed).initial_seed()
            == torch.Generator().manual_seed(seed).initial_seed()
        )
    assert pg.Generator().initial_seed() == torch.Generator().initial_seed()


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0,), (0, 3)])
@pytest.mark.parametrize("values", [[1.0, 2.0], [0.5, 1.0], [1e-5, 1.0], [np.nan, 0.25], [-1.5, 3.0]])
def test_tensors_print_as_in_pytorch(shape, values):
    array = np.resize(np.float32(values), shape)
    assert repr(pg.tensor(array)) == repr(torch.tensor(array))
    assert repr(pg.tensor(array, requires_grad=True)) == repr(torch.tensor(array, requires_grad=True))
