"""optim on PyTorch: the same options, the same path."""

import itertools

import numpy as np
import pytest

import picograd as pg
from tests.picograd.test_parity import MISSING, _torch_is_there  # noqa: F401 (skips, or fails if required)

if not MISSING:
    import torch

STARTS = [np.random.default_rng(1).normal(size=shape) for shape in ((3, 2), (4,), ())]
GRADIENTS = [
    [np.random.default_rng(7 * i + j).normal(size=s.shape) for j, s in enumerate(STARTS)] for i in range(12)
]


def options(**values):
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


SGD = options(
    lr=[0.1],
    momentum=[0, 0.9],
    weight_decay=[0, 0.2],
    nesterov=[False, True],
)
SGD = [o for o in SGD if not o["nesterov"] or o["momentum"]]
ADAM = options(
    lr=[0.05],
    betas=[(0.9, 0.999), (0.5, 0.8)],
    eps=[1e-8, 0.1],
    weight_decay=[0, 0.2],
)
CASES = [("SGD", o) for o in SGD] + [(name, o) for name in ("Adam", "AdamW") for o in ADAM]
CASES += [("SGD", {}), ("Adam", {}), ("AdamW", {})]


def path(lib, name, options, dtype):
    """Where all parameters are after each of 12 steps; the second has no gradient in every third."""
    params = [lib.tensor(s, dtype=dtype(lib), requires_grad=True) for s in STARTS]
    optimizer = getattr(lib.optim, name)(
        [{"params": params[:2]}, {"params": params[2], "lr": 0.01}], **options
    )
    points = []
    for i, gradients in enumerate(GRADIENTS):
        optimizer.zero_grad()
        for j, (p, g) in enumerate(zip(params, gradients, strict=True)):
            if j != 1 or i % 3:
                p.grad = lib.tensor(g, dtype=dtype(lib))
        optimizer.step()
        points.append(np.concatenate([p.detach().numpy().reshape(-1) for p in params]))
    return np.array(points)


@pytest.mark.parametrize(("name", "options"), CASES)
def test_twelve_steps_are_those_of_pytorch(name, options):
    for dtype, tolerance in ((lambda lib: lib.float64, 1e-12), (lambda lib: lib.float32, 2e-6)):
        ours, theirs = (path(lib, name, options, dtype) for lib in (pg, torch))
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_a_state_dict_of_pytorch_is_loaded(name):
    more = {"momentum": 0.9} if name == "SGD" else {}
    theirs = [torch.tensor(s, requires_grad=True) for s in STARTS]
    source = getattr(torch.optim, name)(theirs, lr=0.1, **more)
    for p, g in zip(theirs, GRADIENTS[0], strict=True):
        p.grad = torch.tensor(g)
    source.step()
    ours = [pg.tensor(p.detach().numpy().copy(), requires_grad=True) for p in theirs]
    target = getattr(pg.optim, name)(ours, lr=0.5, **more)
    state = source.state_dict()
    target.load_state_dict(
        {
            "state": {
                i: {k: pg.tensor(v.numpy()) for k, v in entry.items()} for i, entry in state["state"].items()
            },
            "param_groups": state["param_groups"],
        }
    )
    for params, optimizer, lib in ((theirs, source, torch), (ours, target, pg)):
        for p, g in zip(params, GRADIENTS[1], strict=True):
            p.grad = lib.tensor(g)
        optimizer.step()
    for p, q in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(q.detach().numpy(), p.detach().numpy(), rtol=1e-12)


def half_cosine(s, o):
    return s.SequentialLR(o, [s.LinearLR(o, 0.1, 1, 4), s.CosineAnnealingLR(o, 9, 1e-3)], [4])


def three_parts(s, o):
    parts = [s.LinearLR(o, 1.0, 0.2, 4), s.StepLR(o, 2, 0.5), s.CosineAnnealingLR(o, 3, 1e-3)]
    return s.SequentialLR(o, parts, [3, 9])


SCHEDULES = {
    "step": lambda s, o: s.StepLR(o, 3, gamma=0.3),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, 6),
    "cosine with a floor, three waves": lambda s, o: s.CosineAnnealingLR(o, 5, eta_min=0.01),
    "linear": lambda s, o: s.LinearLR(o),
    "linear down to 0": lambda s, o: s.LinearLR(o, 1.0, 0.0, 4),
    "warm-up, cosine": half_cosine,
    "three parts": three_parts,
}


def rates(lib, make, by_hand=False):
    params = [lib.tensor([1.0], requires_grad=True) for _ in range(2)]
    optimizer = lib.optim.SGD([{"params": params[:1]}, {"params": params[1:], "lr": 0.3}], lr=0.1)
    schedules, found = make(lib.optim.lr_scheduler, optimizer), []
    schedules = schedules if isinstance(schedules, list) else [schedules]
    for t in range(16):
        found.append([group["lr"] for group in optimizer.param_groups])
        assert schedules[-1].get_last_lr() == found[-1]
        if by_hand and t == 2:
            optimizer.param_groups[0]["lr"] *= 0.5
        optimizer.step()
        for schedule in schedules:
            schedule.step()
    return found


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_those_of_pytorch(name, by_hand):
    ours, theirs = (rates(lib, SCHEDULES[name], by_hand) for lib in (pg, torch))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_two_schedules_of_one_optimiser_multiply_as_in_pytorch():
    def both(s, o):
        return [s.LinearLR(o, 0.25, 1, 4), s.StepLR(o, 3)]

    np.testing.assert_allclose(rates(pg, both), rates(torch, both), rtol=1e-12)
