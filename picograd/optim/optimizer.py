"""SGD, Adam and AdamW. They write into the arrays of the parameters; nothing of it is recorded."""

import copy

import numpy as np

from picograd.graph import writes
from picograd.shapes import ShapeError, expect
from picograd.tensor import Tensor


class Optimizer:
    """Groups of parameters, each with its own options, and what is remembered of each parameter.

    params: tensors, or dictionaries with "params" and the options that differ from the defaults. A subclass
    gives `_update(array, gradient, state, **options)`.
    """

    def __init__(self, params, defaults):
        groups = list(params)
        expect(groups, f"{type(self).__name__}: there are no parameters to optimise", ValueError)
        self.defaults, self.param_groups, self.state = defaults, [], {}
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Optimise more parameters: {"params": tensors, option: value, …}; the defaults fill in the rest."""
        group, params = {**self.defaults, **param_group}, param_group["params"]
        group["params"] = params = [params] if isinstance(params, Tensor) else list(params)
        new = {p for p in params if isinstance(p, Tensor) and p.is_leaf} - {*self._parameters()}
        found = f"{len(params)} parameters, of which {len(new)} are leaf tensors and not there yet"
        expect(len(new) == len(params), f"{type(self).__name__}: {found}", ValueError)
        self._check(group)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, or set those that are there to 0."""
        for p in self._parameters():
            if p.grad is not None:
                p.grad = None if set_to_none else p.grad.zero_()

    @np.errstate(all="ignore")
    def step(self):
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            options = {name: group[name] for name in self.defaults}
            # A schedule's float64 would widen float32 arrays.
            options = {name: x.item() if isinstance(x, np.generic) else x for name, x in options.items()}
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad.shape != p.shape:
                    raise ShapeError(f"step: a gradient {p.grad.shape} for a parameter {p.shape}")
                self._update(p._array, p.grad._array, self.state.setdefault(p, {}), **options)
                writes.note(p._array)

    def state_dict(self):
        """{"state": {number: …}, "param_groups": …}; parameters are numbered as they stand in the groups."""
        number = {p: i for i, p in enumerate(self._parameters())}
        groups = [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups]
        state = {number[p]: state for p, state in self.state.items() if state}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Go on where another optimiser of parameters of the same shapes stood. The state is copied."""
        params, groups = self._parameters(), copy.deepcopy(state_dict["param_groups"])
        sizes, own = ([len(group["params"]) for group in g] for g in (groups, self.param_groups))
        expect(sizes == own, f"load_state_dict: groups of {sizes} parameters, here are {own}", ValueError)
        for group, mine in zip(groups, self.param_groups, strict=True):
            group.update({**mine, **group, "params": mine["params"]})
            self._check(group)
        found = {params[i]: copy.deepcopy(state) for i, state in state_dict["state"].items()}
        for p, state in found.items():
            for name, x in state.items():
                if name != "step" and x is not None:
                    expect(x.shape == p.shape, f"load_state_dict: {name} {x.shape} for a parameter {p.shape}")
                    state[name] = x.to(p.dtype)
        self.state, self.param_groups = found, groups

    def _parameters(self):
        return [p for group in self.param_groups for p in group["params"]]

    def _check(self, group):
        """Refuse numbers below 0, and the options of PyTorch's that are not here, unless they are off."""
        kind = type(self).__name__
        for name in self.defaults:
            holds = np.all(np.array(group[name]) >= 0)
            expect(holds, f"{kind}: {name} is {group[name]}; it must be at least 0", ValueError)
        for name in group.keys() - {*self.defaults, "params", "initial_lr", "decoupled_weight_decay"}:
            expect(not group[name], f"{kind}: there is no option {name}, which is {group[name]}", ValueError)


class SGD(Optimizer):
    """p ← p − lr · v, with velocity v ← momentum · v + g; without momentum v is g.

    g is the gradient plus weight_decay · p. nesterov: g + momentum · v in place of v.
    """

    def __init__(self, params, lr=1e-3, momentum=0, *, weight_decay=0, nesterov=False):
        expect(momentum or not nesterov, "SGD: nesterov needs a momentum", ValueError)
        options = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "nesterov": nesterov}
        super().__init__(params, options)

    def _update(self, p, g, state, lr, momentum, weight_decay, nesterov):
        if weight_decay:
            g = g + weight_decay * p
        if momentum:
            if state.get("momentum_buffer") is None:
                state["momentum_buffer"] = Tensor(np.zeros_like(p))
            v = state["momentum_buffer"]._array
            v *= momentum
            v += g
            g = g + momentum * v if nesterov else v
        p -= lr * g


class Adam(Optimizer):
    """p ← p − lr · m̂ / (√v̂ + eps), m and v being running means of g and g² (Kingma and Ba 2015).

    betas say how slowly they run; the hats undo their start at 0. weight_decay is added to the gradient, as
    weight_decay · p.
    """

    decoupled = False

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0):
        holds = len(betas) == 2 and all(0 <= beta < 1 for beta in betas)
        expect(holds, f"{type(self).__name__}: betas are two numbers in [0, 1), not {betas}", ValueError)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def _update(self, p, g, state, lr, betas, eps, weight_decay):
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            state["exp_avg"], state["exp_avg_sq"] = Tensor(np.zeros_like(p)), Tensor(np.zeros_like(p))
        state["step"]._array += 1
        t, (beta1, beta2) = state["step"].item(), betas
        m, v = state["exp_avg"]._array, state["exp_avg_sq"]._array
        if self.decoupled:
            p *= 1 - lr * weight_decay
        elif weight_decay:
            g = g + weight_decay * p
        # From here on one array for all that is in between: memory, not arithmetic, takes the time.
        x = np.subtract(g, m, out=np.empty_like(p))
        x *= 1 - beta1
        m += x
        np.multiply(g, g, out=x)
        x *= 1 - beta2
        v *= beta2
        v += x
        # √v̂ + eps is (√v + eps · c) / c.
        c = (1 - beta2**t) ** 0.5
        np.sqrt(v, out=x)
        x += eps * c
        np.divide(m, x, out=x)
        x *= lr * c / (1 - beta1**t)
        p -= x


class AdamW(Adam):
    """Adam whose weight_decay is no part of the gradient: p ← (1 − lr · weight_decay) · p first.

    (Loshchilov and Hutter 2019)
    """

    decoupled = True

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)
