"""tensor.py: recording, the walk backwards, memory, and what a tensor can be asked."""

import gc
import threading
import weakref

import numpy as np
import pytest

import picograd as pg
from picograd.tensor import op
from tests.picograd.gradients import assert_gradients_match


def leaf(*values):
    return pg.tensor(values, dtype=pg.float64, requires_grad=True)


# The walk


def test_a_tensor_used_many_times_adds_the_gradients_of_all_uses():
    x = leaf(3.0)
    (x * x + x * x * x + x).sum().backward()
    assert x.grad.item() == 2 * 3 + 3 * 9 + 1


def test_gradients_that_meet_at_a_node_meet_before_it_passes_them_on():
    calls = []

    @op
    def watched(x):
        return x * 1, lambda g: (calls.append(1), (g,))[1]

    x = leaf(2.0)
    y = watched(x)
    z = y * 3  # an older reader of y, whose gradient takes the longer way
    ((z + y).exp() + y).sum().backward()
    assert len(calls) == 1
    np.testing.assert_allclose(x.grad.numpy(), 4 * np.exp(8) + 1)


def test_a_diamond_of_diamonds_takes_linear_time():
    x = y = leaf(1.0)
    for _ in range(60):  # 2⁶⁰ paths
        y = y + y
    y.sum().backward()
    assert x.grad.item() == 2.0**60


def test_graphs_may_be_ten_thousand_deep():
    x = y = leaf(1.0)
    for _ in range(10_000):
        y = y + 1
    y.sum().backward()
    assert x.grad.item() == 1


def test_backward_leaves_no_chain_of_operations():
    """A browser's Python cannot drop one of some thousands at once: its stack is short."""
    y = leaf(1.0) * 2 + 1
    y.backward(retain_graph=True)
    assert repr(y.grad_fn.targets) == "(<mul>,)"
    y.backward()
    assert y.grad_fn.targets == ()


def test_a_deep_graph_that_is_never_walked_is_dropped_without_recursion():
    y = leaf(1.0)
    for _ in range(100_000):
        y = y + 1
    del y


def test_a_second_backward_adds_to_the_gradient():
    x = leaf(3.0)
    (x * x).sum().backward()
    (x * x).sum().backward()
    assert x.grad.item() == 12


def test_gradients_of_two_leaves_never_share_memory():
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (x + y).sum().backward()
    x.grad.zero_()
    assert y.grad.tolist() == [1, 1]


def test_the_gradient_of_a_sum_can_be_written_to():
    x = leaf(1.0, 2.0)
    x.sum().backward()
    x.grad[0] = 5
    assert x.grad.tolist() == [5, 1]


def test_a_leaf_is_its_own_derivative():
    x = pg.tensor(2.0, requires_grad=True)
    x.backward()
    assert x.grad.item() == 1


def test_backward_of_many_numbers_takes_a_gradient():
    x = leaf(1.0, 2.0)
    (x * x).backward(pg.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2, 40]


def test_backward_of_many_numbers_needs_a_gradient():
    with pytest.raises(RuntimeError, match=r"shape \(2,\) is not one number"):
        leaf(1.0, 2.0).exp().backward()


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(pg.ShapeError, match=r"gradient \(3,\) for a tensor of shape \(2,\)"):
        leaf(1.0, 2.0).backward(pg.ones(3))


def test_a_gradient_that_is_no_tensor_is_refused():
    with pytest.raises(TypeError, match="the gradient is a Tensor, not float"):
        leaf(1.0).sum().backward(1.0)


def test_backward_without_anything_that_requires_grad_is_refused():
    with pytest.raises(RuntimeError, match="requires grad"):
        pg.ones(2).sum().backward()


def test_a_graph_is_walked_once():
    x = leaf(2.0)
    y = (x * x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match="retain_graph=True"):
        y.backward()


def test_a_retained_graph_is_walked_again():
    x = leaf(2.0)
    y = (x * x).exp().sum()
    y.backward(retain_graph=True)
    first = x.grad.item()
    y.backward()
    assert x.grad.item() == 2 * first


def test_gradients_have_the_dtype_of_their_tensor():
    x = pg.ones(3, requires_grad=True)
    y = pg.ones(3, dtype=pg.float64, requires_grad=True)
    (x * y).sum().backward()
    assert (x.grad.dtype, y.grad.dtype) == (pg.float32, pg.float64)


def test_only_leaves_keep_gradients():
    x = leaf(1.0)
    y = x * 2
    y.sum().backward()
    assert x.is_leaf and not y.is_leaf
    assert y.grad is None


def test_what_needs_no_gradient_costs_none():
    def refuse():
        raise AssertionError("nobody asked for this gradient")

    @op
    def product(x, y):
        return x * y, lambda g: (lambda: g * y, refuse)

    x, y = leaf(2.0), pg.tensor([3.0])
    product(x, y).sum().backward()
    assert x.grad.item() == 3
    assert y.grad is None


def test_an_op_without_enough_derivatives_is_refused_in_backward():
    @op
    def product(x, y):
        return x * y, lambda g: (g * y,)

    with pytest.raises(RuntimeError, match="product: there is no derivative for argument 2"):
        product(leaf(2.0), leaf(3.0)).sum().backward()


def test_a_tensor_given_by_name_gets_its_gradient():
    x, y = leaf(2.0), leaf(5.0)
    pg.mul(x, y=y).sum().backward()
    assert (x.grad.item(), y.grad.item()) == (5, 2)


def test_a_composition_has_the_gradient_of_its_parts():
    def network(x, w, b):
        return ((x @ w + b).tanh() @ w.T).exp().mean(0)

    rng = np.random.default_rng(1)
    assert_gradients_match(network, rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2))


# Recording


def test_nothing_is_recorded_in_no_grad():
    x = leaf(1.0)
    with pg.no_grad():
        y = x * 2
    assert not y.requires_grad and y.is_leaf
    assert (x * 2).requires_grad


def test_no_grad_decorates_functions_that_call_themselves():
    @pg.no_grad()
    def power(x, n):
        return x if n == 1 else x * power(x, n - 1)

    x = leaf(2.0)
    assert not power(x, 3).requires_grad
    assert (x * x).requires_grad


def test_no_grad_ends_with_an_exception():
    with pytest.raises(ZeroDivisionError), pg.no_grad():
        _ = 1 / 0
    assert (leaf(1.0) * 2).requires_grad


def test_no_grad_in_one_thread_leaves_the_others_recording():
    inside, done, seen = threading.Event(), threading.Event(), []

    def other():
        inside.wait()
        seen.append((leaf(1.0) * 2).requires_grad)
        done.set()

    thread = threading.Thread(target=other)
    thread.start()
    with pg.no_grad():
        inside.set()
        assert done.wait(10)
    thread.join()
    assert seen == [True]


def test_detach_shares_memory_and_no_history():
    x = leaf(1.0)
    y = (x * 2).detach()
    assert not y.requires_grad and y.is_leaf
    z = pg.zeros(2)
    z.detach()[0] = 5
    assert z.tolist() == [5, 0]


def test_whole_numbers_cannot_require_gradients():
    with pytest.raises(RuntimeError, match="int64"):
        pg.tensor([1, 2], requires_grad=True)
    with pytest.raises(RuntimeError, match="bool"):
        pg.tensor([True]).requires_grad_()
    assert not (leaf(1.5) > 1).requires_grad
    assert not leaf(1.5).long().requires_grad


def test_what_was_computed_cannot_stop_requiring_gradients():
    with pytest.raises(RuntimeError, match="detach"):
        (leaf(1.0) * 2).requires_grad = False


def test_a_leaf_can_stop_requiring_gradients():
    x = leaf(1.0)
    assert not x.requires_grad_(False).requires_grad


# Memory


def test_a_graph_is_gone_with_its_last_tensor_without_the_garbage_collector():
    gc.disable()
    try:
        x, w = leaf(1.0, 2.0), leaf(3.0, 4.0)
        hidden = (x * w).tanh()
        loss = hidden.softmax(0).log().sum()
        node, array = loss.grad_fn.targets[0], weakref.ref(hidden._array)
        dead = [weakref.ref(hidden), weakref.ref(loss), array]
        del hidden, loss, node, array
        assert [ref() for ref in dead] == [None] * 3
    finally:
        gc.enable()


def test_backward_frees_the_graph_and_keeps_the_gradients():
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        hidden = x.exp()
        kept = weakref.ref(hidden._array)
        loss = (hidden * hidden).sum()
        del hidden
        assert kept() is not None
        loss.backward()
        assert kept() is None
        assert x.grad is not None
    finally:
        gc.enable()


def test_every_case_leaves_nothing_for_the_garbage_collector():
    from tests.picograd.cases_more import CASES

    gc.collect()
    gc.disable()
    try:
        for case in CASES:
            tensors = [pg.tensor(x, requires_grad=x.dtype.kind == "f") for x in case.inputs]
            dead = [weakref.ref(x) for x in tensors]
            out = case.call(pg, *tensors)
            dead.append(weakref.ref(out))
            del tensors, out
            assert [ref() for ref in dead] == [None] * len(dead), case.label
    finally:
        gc.enable()


# Writing in place


def test_a_leaf_is_updated_in_no_grad():
    w = leaf(1.0, 2.0)
    before = w
    (w * w).sum().backward()
    with pg.no_grad():
        w -= 0.5 * w.grad
    assert w is before and w.is_leaf and w.requires_grad
    assert w.tolist() == [0, 0]


def test_data_is_the_same_memory():
    w = leaf(1.0, 2.0)
    w.data -= 1
    w.data[0] = 7
    assert w.tolist() == [7, 1]
    w.data = pg.zeros(2, dtype=pg.float64)
    assert w.tolist() == [0, 0] and w.requires_grad


def test_a_leaf_that_requires_grad_is_not_written_to_while_recording():
    w = leaf(1.0, 2.0)
    with pytest.raises(RuntimeError, match="no_grad"):
        w -= 1
    with pytest.raises(RuntimeError, match="no_grad"):
        w[0] = 1
    with pytest.raises(RuntimeError, match="no_grad"):
        w.zero_()


def test_a_gradient_is_never_lost_by_writing_it_into_a_buffer():
    buffer = pg.zeros(2, dtype=pg.float64)
    with pytest.raises(RuntimeError, match="not recorded"):
        buffer[0] = leaf(1.0).sum()


def test_a_loss_adds_up():
    x = leaf(2.0)
    loss = 0
    for k in range(3):
        loss += (x * k).sum()
    same = loss
    same *= 10
    assert loss is same
    loss.backward()
    assert x.grad.item() == 30


def test_an_update_keeps_the_numbers_that_the_graph_needs():
    x = leaf(2.0)
    y = x * 1
    z = y * y
    y += 100
    (z + y).sum().backward()
    assert x.grad.item() == 2 * 2 + 1


def test_a_buffer_becomes_part_of_the_graph_by_an_update():
    x, total = leaf(2.0), pg.zeros(1, dtype=pg.float64)
    total += x
    total.sum().backward()
    assert x.grad.item() == 1


def test_an_update_of_shared_memory_is_refused_while_recording():
    y = leaf(1.0, 2.0) * 1
    view = y[0]
    with pytest.raises(RuntimeError, match="share"):
        y += 1
    with pytest.raises(RuntimeError, match="share"):
        view += 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda x, y, m: x.data.zero_(),
        lambda x, y, m: y.detach().zero_(),
        lambda x, y, m: m.zero_(),
        lambda x, y, m: m[0].zero_(),
        lambda x, y, m: m.reshape(2, 1).zero_(),
    ],
)
def test_backward_notices_that_what_it_needs_was_overwritten(damage):
    x, m = leaf(1.0, 2.0), pg.tensor([3.0, 4.0])
    y = x.exp()
    z = (y * m * x).sum()
    damage(x, y, m)
    with pytest.raises(RuntimeError, match="written to in place"):
        z.backward()


def test_an_index_that_is_overwritten_later_does_no_harm():
    x, index = leaf(1.0, 2.0, 3.0), pg.tensor([0, 0])
    y = x[index]
    z = x.gather(0, index)
    index.zero_()
    index += 2
    (y + z).sum().backward()
    assert x.grad.tolist() == [4, 0, 0]


def test_writing_what_does_not_fit_names_both_shapes():
    with pytest.raises(pg.ShapeError, match=r"\(3,\) into \(2, 2\)"):
        pg.zeros(2, 2).copy_(pg.ones(3))
    x = pg.zeros(3)
    with pytest.raises(pg.ShapeError, match=r"\(2, 3\) into \(3,\)"):
        x += pg.ones(2, 3)
    y = leaf(1.0, 2.0).sum()
    with pytest.raises(pg.ShapeError, match=r"\(\) to \(2,\)"):
        y += pg.ones(2)


def test_writing_never_drops_a_fraction_or_a_sign():
    counts = pg.zeros(2, dtype=pg.int64)
    for value in (0.5, pg.tensor(0.5), np.float32(0.5)):
        with pytest.raises(TypeError, match="convert first"):
            counts[0] = value
    with pytest.raises(TypeError, match="convert first"):
        counts += 0.5
    with pytest.raises(TypeError, match="convert first"):
        pg.zeros(2, dtype=pg.uint8).copy_(pg.tensor([-1, 2]))
    with pytest.raises(TypeError, match="convert first"):
        total = (leaf(1.0) * 1).float()
        total += leaf(1.0)
    with pytest.raises(OverflowError):
        pg.zeros(2, dtype=pg.uint8)[0] = 300


def test_only_tensors_and_numbers_are_written():
    with pytest.raises(TypeError, match="writing a list"):
        pg.zeros(2)[:] = [1.0, 2.0]


def test_counting_in_place():
    counts = pg.zeros(3, 3, dtype=pg.int32)
    for row, column in [(0, 1), (0, 1), (2, 2)]:
        counts[row, column] += 1
    assert counts.tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]


# What it can be asked


def test_shape_and_size():
    x = pg.zeros(2, 3)
    assert x.shape == x.size() == (2, 3)
    assert (x.size(0), x.size(-1), x.ndim, x.dim(), x.numel(), len(x)) == (2, 3, 2, 2, 6, 2)


def test_one_entry_as_a_number():
    x = pg.tensor([[2.5]])
    assert (x.item(), float(x), int(x), bool(x), f"{pg.tensor(2.5):.2f}") == (2.5, 2.5, 2, True, "2.50")
    assert ["a", "b"][pg.tensor(1)] == "b"
    assert not pg.tensor(0)


def test_several_entries_are_not_a_number():
    for ask in (pg.Tensor.item, bool, float, int):
        with pytest.raises(RuntimeError, match=r"\(2,\)"):
            ask(pg.ones(2))
    with pytest.raises(TypeError, match="float32"):
        ["a", "b"][pg.tensor(1.0)]
    with pytest.raises(TypeError, match="0-d"):
        len(pg.tensor(1.0))
    with pytest.raises(TypeError, match="0-d"):
        iter(pg.tensor(1.0))


def test_rows_are_gone_through():
    x = leaf(1.0, 2.0)
    assert [row.item() for row in x] == [1, 2]
    first, second = x
    (first * second).backward()
    assert x.grad.tolist() == [2, 1]


def test_numpy_is_the_same_memory_and_only_without_history():
    x = pg.zeros(2)
    x.numpy()[0] = 3
    assert x.tolist() == [3, 0]
    with pytest.raises(RuntimeError, match="detach"):
        leaf(1.0).numpy()
    with pytest.raises(RuntimeError, match="detach"):
        np.asarray(leaf(1.0))
    assert leaf(1.0).tolist() == [1.0]


def test_numpy_functions_that_ask_for_an_array_get_one():
    x = pg.tensor([1.0, 2.0])
    assert np.asarray(x) is x.numpy() or np.shares_memory(np.asarray(x), x.numpy())
    assert not np.shares_memory(np.array(x), x.numpy())
    assert np.asarray(x, dtype=np.float64).dtype == np.float64
    assert np.concatenate([x, x]).tolist() == [1, 2, 1, 2]


@pytest.mark.parametrize("other", [np.ones(2), [1.0, 2.0], None, "1"])
def test_only_tensors_and_numbers_are_operands(other):
    x = pg.ones(2)
    with pytest.raises(TypeError):
        x + other
    with pytest.raises(TypeError):
        other * x
    with pytest.raises(TypeError):
        x -= other


def test_equality_with_something_else_is_false():
    assert (pg.ones(2) == None) is False  # noqa: E711
    assert (pg.ones(2) != "x") is True


def test_tensors_are_dictionary_keys_by_identity():
    x, y = pg.ones(2), pg.ones(2)
    assert {x: 1, y: 2}[x] == 1


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: pg.tensor([1.0, 2.0], requires_grad=True), "tensor([1., 2.], requires_grad=True)"),
        (lambda: pg.tensor([0.5, 1.0]), "tensor([0.5000, 1.0000])"),
        (lambda: pg.tensor(3.14159), "tensor(3.1416)"),
        (lambda: leaf(1.0, 2.0) * 2, "tensor([2., 4.], dtype=float64, grad_fn=<mul>)"),
        (lambda: pg.tensor([[1, 2], [3, 4]]), "tensor([[1, 2],\n        [3, 4]])"),
        (lambda: pg.tensor([True, False]), "tensor([ True, False])"),
        (lambda: pg.zeros(0, 3), "tensor([], size=(0, 3))"),
        (lambda: pg.tensor([1], dtype=pg.int32), "tensor([1], dtype=int32)"),
    ],
)
def test_tensors_print_what_they_hold(make, text):
    assert repr(make()) == text


# Errors


def test_a_misfit_names_the_operation_and_both_shapes():
    with pytest.raises(pg.ShapeError, match=r"^add\(\(2, 3\), \(4,\)\): shapes do not fit$"):
        pg.ones(2, 3) + pg.ones(4)


def test_a_wrong_axis_is_an_index_error_that_names_the_operation():
    with pytest.raises(IndexError, match=r"^sum\(\(2, 3\), dim=2\): dim 2 is out of range for 2 axes"):
        pg.ones(2, 3).sum(dim=2)


def test_arrays_are_not_taken_for_tensors():
    with pytest.raises(TypeError, match=r"^add\(\(2,\), \(2,\)\): an argument is no tensor"):
        pg.add(pg.ones(2), np.ones(2))
    with pytest.raises(TypeError, match=r"^exp\(2.0\): at least one argument has to be a Tensor"):
        pg.exp(2.0)
    with pytest.raises(TypeError, match="use picograd.tensor"):
        pg.Tensor([1.0, 2.0])


# In the long run


def test_a_thousand_steps_of_training_leave_memory_as_it_was_without_the_garbage_collector():
    import picograd.nn.functional as F

    w, b = pg.randn(8, 6, requires_grad=True), pg.zeros(8, requires_grad=True)
    x, y = pg.randn(20, 6), pg.randint(8, (20,))

    def step():
        h = F.gelu(F.layer_norm(F.linear(x, w, b), (8,)))
        loss = F.cross_entropy(F.dropout(h, 0.1), y) + (w**2).mean() + h[0].max() + F.softmax(h, -1).std()
        w.grad = b.grad = None
        loss.backward()
        with pg.no_grad():
            for p in (w, b):
                p -= 0.1 * p.grad

    gc.collect()
    gc.disable()
    try:
        for _ in range(10):
            step()
        before = len(gc.get_objects())
        for _ in range(1000):
            step()
        assert abs(len(gc.get_objects()) - before) < 20
    finally:
        gc.enable()


def test_copies_and_pickles_share_nothing():
    import copy
    import pickle

    w = leaf(1.0, 2.0)
    (w * w).sum().backward()
    for twin in (copy.deepcopy(w), pickle.loads(pickle.dumps(w)), copy.copy(w)):
        assert twin.tolist() == [1, 2] and twin.requires_grad and twin.is_leaf
        assert twin.grad.tolist() == [2, 4]
        assert not np.shares_memory(twin.detach().numpy(), w.detach().numpy())
        (twin * 3).sum().backward()
        assert w.grad.tolist() == [2, 4]
    shared = copy.deepcopy([w, w])
    assert shared[0] is shared[1]
    with pytest.raises(RuntimeError, match="only leaves"):
        copy.deepcopy(w * 2)


def test_a_leaf_that_is_gone_takes_its_gradient_along():
    y = leaf(1.0) * 2 + leaf(3.0)
    y.sum().backward()


# In place, by name


def test_methods_in_place_write_where_nothing_is_recorded():
    x = pg.tensor([1.0, -4.0])
    view = x[:1]
    assert x.abs_().sqrt_().mul_(3).add_(1) is x
    assert x.tolist() == [4, 7] and view.tolist() == [4]
    assert pg.tensor([1.0, 5.0]).clamp_(max=2).tolist() == [1, 2]
    assert pg.zeros(2).fill_(3).tolist() == [3, 3]
    assert pg.zeros(3).masked_fill_(pg.tensor([True, False, True]), 7).tolist() == [7, 0, 7]


def test_methods_in_place_join_the_graph():
    x = leaf(2.0)
    y = x * 1
    y.mul_(3).exp_()
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 3 * np.exp(6))
    with pytest.raises(RuntimeError, match="no_grad"):
        x.mul_(3)


def test_what_a_derivative_does_not_need_may_be_overwritten():
    x, b = leaf(1.0, 2.0), pg.tensor([3.0, 4.0])
    y = (x + b).sum()
    b.zero_()
    y.backward()
    assert x.grad.tolist() == [1, 1]


def test_enable_grad_records_inside_no_grad():
    x = leaf(1.0)
    with pg.no_grad():
        assert not pg.is_grad_enabled()
        with pg.enable_grad():
            assert (x * 2).requires_grad
        assert not (x * 2).requires_grad
    assert pg.is_grad_enabled()


# Errors of compositions


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda x: x.var(5), IndexError, r"^var\(\(2, 3\), 5\): dim 5 is out of range for 2 axes$"),
        (lambda x: x.std(5), RuntimeError, r"^std\(\(2, 3\), 5\): dim 5"),
        (
            lambda x: pg.einsum("ij,jk", x, x),
            ValueError,
            r"^einsum\('ij,jk', \(2, 3\), \(2, 3\)\): j is 3 and 2$",
        ),
        (lambda x: x.gather(1, pg.tensor([[3]])), RuntimeError, r"^gather\(\(2, 3\), 1, \(1, 1\)\): index 3"),
        (lambda x: x.split([1, 1], 1), ValueError, r"^split\(\(2, 3\), \(1, 1\), 1\): the pieces have 2"),
        (lambda x: x.topk(4), IndexError, r"^topk\(\(2, 3\), 4\): there are no 4 entries"),
        (lambda x: x.flatten(1, 0), RuntimeError, r"^flatten\(\(2, 3\), 1, 0\): start_dim comes behind"),
        (lambda x: x.masked_fill(pg.ones(2, 3), 0), TypeError, r"^masked_fill\(.*bool"),
        (lambda x: x.movedim((0, 0), (0, 1)), ValueError, r"^movedim\(.*named twice"),
        (lambda x: x.bmm(x), ValueError, r"^bmm\(\(2, 3\), \(2, 3\)\): both arguments have 3 axes"),
        (lambda x: x.dot(x), RuntimeError, r"^dot\(\(2, 3\), \(2, 3\)\): both arguments have 1 axes"),
        (lambda x: x + [1.0], TypeError, r"^add\(\(2, 3\), \(1\.0\)\): an argument is no tensor"),
        (lambda x: pg.var([1.0]), TypeError, r"^var\(\(1\.0\)\): at least one argument has to be a Tensor"),
        (lambda x: pg.cat([x, None]), TypeError, r"NoneType stands among the tensors"),
        (lambda x: (x > 0) @ (x > 0).T, RuntimeError, r"^matmul\(.*there is no product of truths"),
        (lambda x: x.norm("nuc"), ValueError, r"^norm\(\(2, 3\), 'nuc'\): there is no norm 'nuc'"),
        (lambda x: x.roll((1, 2), 0), ValueError, r"^roll\(.*a shift for each axis"),
        (lambda x: x.repeat(2), ValueError, r"^repeat\(\(2, 3\), 2\): fewer numbers than axes"),
    ],
)
def test_a_composition_names_itself_all_shapes_and_what_it_expected(call, kind, message):
    with pytest.raises(kind, match=message):
        call(pg.ones(2, 3))
