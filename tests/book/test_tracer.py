"""tests/tracer.py: a suffix that lies is caught with function, variable and sizes; a true one never is.

And with it every page: no suffix in the book's code, or in the library code that it runs, lies.
"""

import time

import numpy as np
import pytest

from tests.book.inprocess import run_cells
from tests.book.pages import ROOT, identity, pages
from tests.tracer import tracing

HERE = [__file__]


def linear(X_NK, W_KM):
    Y_NM = X_NK @ W_KM
    return Y_NM


def row_sums(C_VV):
    N_V1 = C_VV.sum(axis=1)  # keepdims left out
    return N_V1


def kept_sums(C_VV):
    N_V1 = C_VV.sum(axis=1, keepdims=True)
    return N_V1


def wide_sums(C_VV):
    N_V1 = C_VV[:, :2]
    return N_V1


def other_length(X_BT):
    y_T = np.zeros(X_BT.shape[1] + 1)
    return y_T


def strange(x_N):
    y_Q = x_N
    return y_Q


def halves(x_N):
    return [x_N] if len(x_N) < 2 else halves(x_N[: len(x_N) // 2])


def rows(x_NM):
    for y_M in x_NM:
        yield y_M * 2


def growing():
    for size in (1, 2, 3):
        x_N = np.zeros(size)
        yield x_N


def refuses(X_NK):
    if X_NK.ndim != 2:
        raise ValueError("two axes, please")
    return X_NK


class Layer:
    def forward(self, X_BTD):
        ms_BT1 = (X_BTD * X_BTD).mean(axis=-1)
        return ms_BT1


def faults(function, *arguments):
    with tracing(HERE) as tracer:
        function(*arguments)
    return list(tracer.faults)


@pytest.mark.parametrize(
    "function, arguments, fault",
    [
        (linear, (np.ones((2, 3, 4)), np.ones((4, 5))), "linear: X_NK has the shape (2, 3, 4)"),
        (row_sums, (np.ones((3, 3)),), "row_sums: N_V1 has the shape (3,)"),
        (wide_sums, (np.ones((3, 3)),), "wide_sums: 1 is 1 in the digit 1 and 2 in N_V1"),
        (kept_sums, (np.ones((3, 4)),), "kept_sums: V is 3 in C_VV and 4 in C_VV"),
        (other_length, (np.ones((2, 3)),), "other_length: T is 3 in X_BT and 4 in y_T"),
        (strange, (np.ones(3),), "strange: Q in y_Q is not in the dimension key"),
        (Layer().forward, (np.ones((2, 3, 4)),), "Layer.forward: ms_BT1 has the shape (2, 3)"),
    ],
)
def test_a_suffix_that_lies_is_caught(function, arguments, fault):
    assert fault in faults(function, *arguments)


@pytest.mark.parametrize(
    "function, arguments",
    [
        (linear, (np.ones((2, 3)), np.ones((3, 4)))),
        (kept_sums, (np.ones((3, 3)),)),
        (halves, (np.ones(64),)),
        (lambda x: list(rows(x)), (np.ones((5, 2)),)),
        (lambda: list(growing()), ()),
    ],
)
def test_a_true_suffix_is_not_caught_nor_is_recursion_or_a_generator(function, arguments):
    assert faults(function, *arguments) == []


def test_a_function_that_refuses_a_shape_is_not_blamed_for_it():
    with tracing(HERE) as tracer, pytest.raises(ValueError):
        refuses(np.ones(3))
    assert tracer.faults == {}


def test_a_lie_inside_a_generator_or_a_closure_is_caught():
    def outer(x_NM):
        def inner():
            return x_NM[0]

        return inner()

    assert any("x_NM has the shape (3,)" in fault for fault in faults(outer, np.ones(3)))
    assert any(
        "y_M has the shape (2, 2)" in fault for fault in faults(lambda: list(rows(np.ones((3, 2, 2)))))
    )


def test_a_cell_is_held_to_its_own_names_and_to_the_rank_of_all():
    names = {"np": np}
    first, second, third = (
        compile(code, __file__, "exec")
        for code in (
            "x_N = np.ones(3)",
            "y_N = np.ones(4); x_N",
            "z_N = np.ones(5); z_NN = np.ones((4, 4)); x_N = 1",
        )
    )
    with tracing(HERE) as tracer:
        exec(first, names)
        exec(second, names)
    tracer.check()
    with tracing(HERE) as tracer:
        exec(third, names)
    assert list(tracer.faults) == ["<module>: N is 5 in z_N and 4 in z_NN"]
    names["x_N"] = np.ones((3, 3))
    with tracing(HERE) as tracer, pytest.raises(AssertionError, match=r"x_N has the shape \(3, 3\)"):
        exec(second, names)
        tracer.check()


def test_other_modules_are_left_alone():
    with tracing(["another_module"]) as tracer:
        row_sums(np.ones((3, 3)))
    assert (tracer.faults, tracer.calls) == ({}, 0)


def test_the_tracer_costs_little():
    def work():
        for _ in range(2_000):
            linear(np.ones((2, 3)), np.ones((3, 4)))

    def seconds():
        start = time.process_time()
        work()
        return time.process_time() - start

    plain = min(seconds() for _ in range(3))
    with tracing(HERE) as tracer:
        traced = min(seconds() for _ in range(3))
    assert tracer.calls == 6_000
    assert traced < 10 * plain + 0.1


@pytest.mark.parametrize("page", pages(), ids=identity)
def test_no_suffix_lies_in_a_page_nor_in_the_library_that_it_runs(page):
    inside = [f"<{page.name}", str(ROOT / "picograd"), str(ROOT / "book")]
    with tracing(inside) as tracer:
        for _ in run_cells(page):
            pass
    tracer.check()
    assert tracer.calls or not page.is_chapter
