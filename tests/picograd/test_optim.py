"""optim: the paths of parameters and rates are PyTorch's, and what is refused is named."""

import gc
import tracemalloc

import numpy as np
import pytest

import picograd as pg
from picograd import optim
from picograd.optim import lr_scheduler

RNG = np.random.default_rng(5)


def parameter(values):
    return pg.tensor(values, requires_grad=True)


def moved(optimizer, *gradients):
    """Where the first parameter is after a step for each gradient."""
    (p,) = optimizer.param_groups[0]["params"]
    path = []
    for g in gradients:
        p.grad = pg.tensor(g, dtype=p.dtype)
        optimizer.step()
        path.append(p.tolist())
    return path


# By hand


def test_sgd_goes_against_the_gradient():
    assert moved(optim.SGD([parameter([1.0, 2.0])], lr=0.5), [1.0, -2.0]) == [[0.5, 3.0]]


def test_momentum_remembers_velocity():
    path = moved(optim.SGD([parameter([0.0])], lr=1, momentum=0.5), [1.0], [1.0], [0.0])
    assert path == [[-1], [-2.5], [-3.25]]


def test_the_first_step_of_adam_is_the_rate_whatever_the_gradient():
    for g in (1e-4, 3.0, -50.0):
        ((x,),) = moved(optim.Adam([parameter(np.array([1.0]))], lr=0.1, eps=0), [g])
        assert x == pytest.approx(1 - 0.1 * np.sign(g))


def test_adamw_decays_the_parameter_and_adam_the_gradient():
    adam, adamw = (
        moved(kind([parameter(np.array([2.0]))], lr=0.1, weight_decay=0.5), [0.0])[0][0]
        for kind in (optim.Adam, optim.AdamW)
    )
    assert adamw == pytest.approx(2 * (1 - 0.1 * 0.5)) and adam == pytest.approx(2 - 0.1)


# Groups, state, gradients


def test_parameters_without_a_gradient_stay_and_have_no_state():
    a, b = parameter([1.0]), parameter([2.0])
    optimizer = optim.Adam([a, b])
    a.grad = pg.tensor([1.0])
    optimizer.step()
    assert a.item() != 1 and b.item() == 2 and list(optimizer.state_dict()["state"]) == [0]


def test_a_group_has_options_of_its_own_and_defaults_for_the_rest():
    a, b, c = (parameter([1.0]) for _ in range(3))
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.1, weight_decay=0)
    optimizer.add_param_group({"params": [c], "lr": 0})
    for p in (a, b, c):
        p.grad = pg.tensor([1.0])
    optimizer.step()
    assert [p.item() for p in (a, b, c)] == pytest.approx([0.9, 0.5, 1])
    assert [group["momentum"] for group in optimizer.param_groups] == [0, 0, 0]


def test_zero_grad_forgets_or_fills_with_zeros():
    p = parameter([1.0])
    optimizer = optim.SGD([p, parameter([1.0])], lr=0.1)
    p.grad = pg.tensor([3.0])
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.tolist() == [0]
    optimizer.zero_grad()
    assert p.grad is None


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1,), (3, 2)])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.AdamW])
def test_every_shape_is_moved(kind, shape):
    p = parameter(np.ones(shape))
    optimizer = kind([p], lr=0.1)
    p.grad = pg.ones(shape, dtype=pg.float64)
    optimizer.step()
    assert p.shape == shape and np.all(p.detach().numpy() < 1)


def test_a_turned_parameter_is_moved_in_its_own_memory():
    x = np.arange(6.0).reshape(2, 3)
    p = pg.Tensor(x.T, requires_grad=True)
    optimizer = optim.Adam([p], lr=0.1)
    p.grad = pg.ones(3, 2, dtype=pg.float64)
    optimizer.step()
    assert x[0, 0] == pytest.approx(-0.1) and x[1, 2] == pytest.approx(4.9)


def test_backward_refuses_a_graph_whose_parameters_have_moved():
    p = parameter([1.0, 2.0])
    loss = (p * p).sum()
    p.grad = pg.ones(2)
    optim.SGD([p], lr=0.1).step()
    with pytest.raises(RuntimeError, match="was written to in place"):
        loss.backward()


OPTIMIZERS = [
    lambda params: optim.SGD(params, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda params: optim.Adam(params, weight_decay=0.1),
    lambda params: optim.AdamW(params),
]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_float32_stays_float32_with_rates_of_numpy(make):
    p = parameter(np.ones((3, 2), np.float32))
    optimizer = make([p])
    optimizer.param_groups[0]["lr"] = np.float64(0.1)
    for _ in range(2):
        p.grad = pg.ones(3, 2)
        optimizer.step()
    tensors = [p, *(x for x in optimizer.state[p].values() if isinstance(x, pg.Tensor))]
    assert {x.dtype for x in tensors} == {pg.float32} and len(tensors) > 1


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_run_goes_on_from_its_state_dict(make):
    gradients = RNG.normal(size=(6, 4))
    start = RNG.normal(size=4)
    whole = moved(make([parameter(start)]), *gradients)
    first = make([parameter(start)])
    half = moved(first, *gradients[:3])
    second = make([parameter(half[-1])])
    second.param_groups[0]["lr"] = 77.0
    second.param_groups[0]["params"][0].data = pg.tensor(half[-1], dtype=pg.float64)
    state = first.state_dict()
    second.load_state_dict(state)
    moved(first, gradients[0])  # the other one does not notice
    assert moved(second, *gradients[3:]) == whole[3:]


def test_a_state_dict_has_the_shape_of_pytorch():
    p = parameter([1.0])
    optimizer = optim.Adam([p], lr=0.1)
    assert optimizer.state_dict() == {
        "state": {},
        "param_groups": [
            {
                "lr": 0.1, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "params": [0],
            }
        ],
    }  # fmt: skip
    moved(optimizer, [1.0])
    assert list(optimizer.state_dict()["state"][0]) == ["step", "exp_avg", "exp_avg_sq"]


@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_step_allocates_few_temporaries_and_keeps_none(make):
    p = parameter(np.ones(100_000, np.float32))
    optimizer = make([p])
    optimizer.param_groups[0]["lr"] = np.float64(0.1)
    p.grad = pg.ones(100_000)
    optimizer.step()
    gc.collect()
    tracemalloc.start()
    for _ in range(5):
        optimizer.step()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now < 10_000 and peak < 2.1 * 400_000


def test_a_state_is_loaded_in_the_dtype_of_the_parameter():
    wide, narrow = optim.Adam([parameter(np.ones(1))]), optim.Adam([parameter([1.0])])
    moved(wide, [1.0])
    narrow.load_state_dict(wide.state_dict())
    state = narrow.state_dict()["state"][0]
    assert state["exp_avg"].dtype == pg.float32 and state["step"].item() == 1


# Refusals


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda p: optim.SGD([]), ValueError, "SGD: there are no parameters"),
        (lambda p: optim.SGD(p), ValueError, "SGD: 1 parameters, of which 0 are leaf tensors and not there"),
        (lambda p: optim.SGD([p, 3]), ValueError, "2 parameters, of which 1 are leaf tensors"),
        (lambda p: optim.SGD([p * 2]), ValueError, "1 parameters, of which 0 are leaf tensors"),
        (lambda p: optim.SGD([p, p]), ValueError, "2 parameters, of which 1 are leaf tensors"),
        (lambda p: optim.SGD([{"params": p}, {"params": [p]}]), ValueError, "of which 0 .* not there yet"),
        (lambda p: optim.SGD([{"lr": 1}]), KeyError, "params"),
        (lambda p: optim.SGD([{"params": p, "rate": 1}]), ValueError, "there is no option rate, which is 1"),
        (lambda p: optim.Adam([{"params": p, "amsgrad": True}]), ValueError, "there is no option amsgrad"),
        (lambda p: optim.SGD([p], lr=-1), ValueError, "SGD: lr is -1; it must be at least 0"),
        (lambda p: optim.SGD([p], lr=float("nan")), ValueError, "SGD: lr is nan"),
        (lambda p: optim.SGD([{"params": p, "lr": -1}]), ValueError, "SGD: lr is -1"),
        (lambda p: optim.SGD([p], momentum=-1), ValueError, "SGD: momentum is -1"),
        (lambda p: optim.SGD([p], weight_decay=-1), ValueError, "SGD: weight_decay is -1"),
        (lambda p: optim.SGD([p], nesterov=True), ValueError, "nesterov needs a momentum"),
        (lambda p: optim.SGD([p], 1, 0.9, 0.1), TypeError, "positional arguments"),
        (lambda p: optim.Adam([p], lr=-1), ValueError, "Adam: lr is -1"),
        (lambda p: optim.Adam([p], eps=-1), ValueError, "Adam: eps is -1"),
        (
            lambda p: optim.Adam([p], betas=(0.9, 1)),
            ValueError,
            r"Adam: betas are two numbers in \[0, 1\), not \(0.9, 1\)",
        ),
        (lambda p: optim.AdamW([p], betas=(0.9,)), ValueError, r"AdamW: betas are two .* not \(0.9,\)"),
        (lambda p: optim.AdamW([p], weight_decay=-1), ValueError, "AdamW: weight_decay is -1"),
    ],
)
def test_what_cannot_be_optimised_is_named(make, kind, message):
    with pytest.raises(kind, match=message):
        make(parameter([1.0]))


def test_a_gradient_of_another_shape_is_refused():
    p = parameter([[1.0, 2.0]])
    p.grad = pg.ones(1)
    with pytest.raises(ValueError, match=r"a gradient \(1,\) for a parameter \(1, 2\)"):
        optim.SGD([p]).step()


def test_a_state_of_other_parameters_is_refused_and_nothing_is_loaded():
    optimizer, other = optim.Adam([parameter([1.0])]), optim.Adam([parameter([1.0, 2.0])])
    with pytest.raises(ValueError, match=r"groups of \[1\] parameters, here are \[2\]"):
        optim.Adam([parameter([1.0]), parameter([1.0])]).load_state_dict(optimizer.state_dict())
    moved(other, [1.0, 1.0])
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=r"exp_avg \(2,\) for a parameter \(1,\)"):
        optimizer.load_state_dict({**other.state_dict(), "param_groups": before["param_groups"]})
    with pytest.raises(ValueError, match="Adam: lr is -1"):
        optimizer.load_state_dict({"state": {}, "param_groups": [{"lr": -1, "params": [0]}]})
    assert optimizer.state_dict() == before


# Schedules


def rates(make, steps=8, lr=1.0):
    optimizer = optim.SGD([{"params": parameter([1.0])}, {"params": parameter([1.0]), "lr": 10 * lr}], lr=lr)
    schedule, found = make(optimizer), []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        assert schedule.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
        optimizer.step()
        schedule.step()
    return found


def test_schedules_by_hand():
    assert rates(lambda o: lr_scheduler.StepLR(o, 3, gamma=0.5)) == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25]
    wave = [(1 + np.cos(np.pi * t / 4)) / 2 for t in range(8)]
    assert rates(lambda o: lr_scheduler.CosineAnnealingLR(o, 4)) == pytest.approx(wave)
    assert rates(lambda o: lr_scheduler.LinearLR(o, 0.2, total_iters=4), 6) == pytest.approx(
        [0.2, 0.4, 0.6, 0.8, 1, 1]
    )


def test_warm_up_then_cosine():
    def make(optimizer):
        parts = [
            lr_scheduler.LinearLR(optimizer, 0.5, 1, 2),
            lr_scheduler.CosineAnnealingLR(optimizer, 4, 0.1),
        ]
        return lr_scheduler.SequentialLR(optimizer, parts, [2])

    wave = [0.1 + 0.9 * (1 + np.cos(np.pi * t / 4)) / 2 for t in range(6)]
    assert rates(make) == pytest.approx([0.5, 0.75, *wave])


def test_a_sequence_may_be_a_part_of_another():
    def make(optimizer):
        parts = [lr_scheduler.StepLR(optimizer, 9), lr_scheduler.LinearLR(optimizer, 1 / 2, 1 / 4, 2)]
        inner = lr_scheduler.SequentialLR(optimizer, parts, [1])
        return lr_scheduler.SequentialLR(optimizer, [lr_scheduler.StepLR(optimizer, 1, 0.5), inner], [2])

    assert rates(make, 6) == pytest.approx([1, 0.5, 1, 1 / 2, 3 / 8, 1 / 4])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda o: lr_scheduler.LinearLR(o, 0), r"factors in \(0, 1\] and \[0, 1\], not 0 and 1"),
        (lambda o: lr_scheduler.SequentialLR(o, [], []), "n schedules .* n − 1 milestones, not 0, 0"),
        (
            lambda o: lr_scheduler.SequentialLR(
                o, [lr_scheduler.StepLR(optim.SGD([parameter([1.0])]), 3)], []
            ),
            "schedules of this optimiser",
        ),
    ],
)
def test_schedules_name_what_is_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make(optim.SGD([parameter([1.0])]))
