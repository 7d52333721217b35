"""What holds for every operation of the table, tried on every case of cases.py."""

import sys

import numpy as np
import pytest

import picograd as pg
from picograd import functional, graph
from picograd.ops import TABLE
from tests.picograd.cases_more import CASES
from tests.picograd.gradients import assert_gradients_match

tensor_module = sys.modules["picograd.tensor"]  # as an attribute, picograd.tensor is the function
FLOATS = [case for case in CASES if any(x.dtype.kind == "f" for x in case.inputs)]
NARROW = [case for case in FLOATS if case.name not in ("to", "double")]  # these may make other floats


def run(case, inputs, dtype):
    """(value, gradients of the leaves), given a gradient of ones."""
    floats = [x.dtype.kind == "f" for x in inputs]
    leaves = [
        pg.tensor(x.astype(dtype) if f else x, requires_grad=f) for x, f in zip(inputs, floats, strict=True)
    ]
    out = case.call(pg, *leaves)
    if out.requires_grad:
        out.backward(pg.ones_like(out))
    return out, [leaf.grad for leaf in leaves]


def of(cases):
    return pytest.mark.parametrize("case", cases, ids=[case.label for case in cases])


def test_every_operation_and_loss_has_a_case():
    assert {row.name for row in TABLE} | set(functional.__all__) == {case.name for case in CASES}


@of([case for case in FLOATS if case.smooth])
def test_gradients_agree_with_central_differences(case):
    if case.call(pg, *map(pg.tensor, case.inputs)).dtype.kind == "f":
        assert_gradients_match(lambda *tensors: case.call(pg, *tensors), *case.inputs)


@of(NARROW)
def test_float32_stays_float32_and_so_do_its_gradients(case):
    out, gradients = run(case, case.inputs, np.float32)
    assert out.dtype != pg.float64
    assert {g.dtype for g in gradients if g is not None} <= {pg.float32}


@of([case for case in NARROW if all(x.dtype.kind == "f" for x in case.inputs)])
def test_no_formula_computes_in_float64_what_came_in_float32(case, monkeypatch):
    def checked_narrowed(out, inputs):
        assert out.dtype != np.float64, "the value"
        return narrowed(out, inputs)

    def checked(name, targets, gradients):
        made = [
            g() if callable(g) and target is not None else g
            for target, g in zip(targets, gradients, strict=False)
        ]
        wanted = [g.dtype for target, g in zip(targets, made, strict=False) if target is not None]
        assert set(wanted) <= {pg.float32}, f"a gradient of {name}"
        return made

    def new_node(node, name, targets, vjp, forms=None):
        init(node, name, targets, lambda g: checked(name, targets, vjp(g)), forms)

    narrowed, init = tensor_module.narrowed, graph.Node.__init__
    monkeypatch.setattr(tensor_module, "narrowed", checked_narrowed)
    monkeypatch.setattr(graph.Node, "__init__", new_node)
    run(case, case.inputs, np.float32)


@of([case for case in FLOATS if case.name != "view" and any(x.ndim > 1 for x in case.inputs)])
def test_memory_layout_does_not_matter(case):
    expected, expected_gradients = run(case, case.inputs, np.float64)
    turned = [pg.tensor(np.array(x.T, order="C")) for x in case.inputs]
    leaves = [x.requires_grad_() if x.dtype.kind == "f" else x for x in turned]
    columns = [x.permute(*reversed(range(x.ndim))) for x in leaves]
    out = case.call(pg, *columns)
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=1e-12, atol=1e-12)
    if out.requires_grad:
        out.backward(pg.ones_like(out))
        for leaf, g in zip(leaves, expected_gradients, strict=True):
            if g is not None:
                np.testing.assert_allclose(leaf.grad.numpy(), g.numpy().T, rtol=1e-12, atol=1e-12)


@of(CASES)
def test_operations_leave_their_inputs_as_they_were(case):
    tensors = [pg.tensor(x, requires_grad=x.dtype.kind == "f") for x in case.inputs]
    out = case.call(pg, *tensors)
    if out.requires_grad:
        out.backward(pg.ones_like(out))
    for x, before in zip(tensors, case.inputs, strict=True):
        np.testing.assert_array_equal(x.detach().numpy(), before)
