"""SGD, Adam and AdamW. They write into the arrays of the parameters; nothing of it is recorded."""

import copy

import numpy as np

from picograd.graph import enable_grad, writes
from picograd.shapes import ShapeError
from picograd.tensor import Tensor


class Optimizer:
    """Groups of parameters, each with its own options, and what is remembered of each parameter.

    params: tensors, or dictionaries with "params" and the options that differ from the defaults. A subclass
    gives `_check(options)` and `_update(array, gradient, state, **options)`.
    """

    def __init__(self, params, defaults):
        kind = type(self).__name__
        if isinstance(params, (Tensor, dict)):
            raise TypeError(f"{kind}: params are several tensors or dicts, not a {type(params).__name__}")
        groups = list(params)
        if not groups:
            raise ValueError(f"{kind}: there are no parameters to optimise")
        self.defaults, self.param_groups, self.state = defaults, [], {}
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Optimise more parameters: {"params": tensors, option: value, …}; the defaults fill in the rest."""
        kind, params = type(self).__name__, param_group["params"]
        if isinstance(params, set):
            raise TypeError(f"{kind}: a set of parameters has no order; use a list")
        group = {**self.defaults, **param_group}
        group["params"] = params = [params] if isinstance(params, Tensor) else list(params)
        if unknown := group.keys() - self.defaults.keys() - {"params", "initial_lr"}:
            raise ValueError(f"{kind}: unknown options {sorted(unknown)}")
        known = {*self._parameters()}
        for i, p in enumerate(params):
            if not isinstance(p, Tensor):
                raise TypeError(f"{kind}: parameter {i} is a {type(p).__name__}, not a Tensor")
            if not p.is_leaf or p in known:
                raise ValueError(f"{kind}: parameter {i} is {'there twice' if p.is_leaf else 'no leaf'}")
            known.add(p)
        self._check(group)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, or set those that are there to 0."""
        for p in self._parameters():
            if p.grad is not None:
                p.grad = None if set_to_none else p.grad.zero_()

    @np.errstate(all="ignore")
    def step(self, closure=None):
        """Move every parameter that has a gradient. closure computes the loss again, which is returned."""
        with enable_grad():
            loss = None if closure is None else closure()
        for group in self.param_groups:
            options = {name: group[name] for name in self.defaults}
            for name, x in options.items():
                if isinstance(x, np.generic):  # a schedule's float64 would widen float32 arrays
                    options[name] = x.item()
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad.shape != p.shape:
                    raise ShapeError(f"step: a gradient {p.grad.shape} for a parameter {p.shape}")
                self._update(p._array, p.grad._array, self.state.setdefault(p, {}), **options)
                writes.note(p._array)
        return loss

    def state_dict(self):
        """{"state": {number: …}, "param_groups": …}; parameters are numbered as they stand in the groups."""
        number = {p: i for i, p in enumerate(self._parameters())}
        groups = [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups]
        state = {number[p]: state for p, state in self.state.items() if state}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Go on where another optimiser of parameters of the same shapes stood. The state is copied."""
        found, groups = copy.deepcopy((state_dict["state"], state_dict["param_groups"]))
        sizes, own = ([len(group["params"]) for group in g] for g in (groups, self.param_groups))
        if sizes != own:
            raise ValueError(f"load_state_dict: groups of {sizes} parameters, here are {own}")
        params = self._parameters()
        for group, mine in zip(groups, self.param_groups, strict=True):
            group.update({**mine, **group, "params": mine["params"]})
            self._check(group)
        for i, state in found.items():
            p = params[i]
            for name, value in state.items():
                if name != "step" and value is not None:
                    if value.shape != p.shape:
                        raise ShapeError(f"load_state_dict: {name} {value.shape} for a parameter {p.shape}")
                    state[name] = value.to(p.dtype)
        self.state, self.param_groups = {params[i]: state for i, state in found.items()}, groups

    def _parameters(self):
        return [p for group in self.param_groups for p in group["params"]]

    def _at_least_0(self, options, *names):
        for name in names:
            if not options[name] >= 0:
                raise ValueError(f"{type(self).__name__}: {name} is {options[name]}; it must be at least 0")


class SGD(Optimizer):
    """p ← p − lr · v, with velocity v ← momentum · v + (1 − dampening) · g; without momentum v is g.

    g is the gradient plus weight_decay · p. nesterov: g + momentum · v in place of v. maximize: uphill.
    """

    def __init__(self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *,
                 maximize=False):  # fmt: skip
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**options, "nesterov": nesterov, "maximize": maximize})

    def _check(self, options):
        self._at_least_0(options, "lr", "momentum", "weight_decay")
        if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
            raise ValueError("SGD: nesterov needs a momentum, and no dampening")

    def _update(self, p, g, state, lr, momentum, dampening, weight_decay, nesterov, maximize):
        if maximize:
            g = -g
        if weight_decay:
            g = g + weight_decay * p
        if momentum:
            v = state.get("momentum_buffer")
            if v is None:
                v = state["momentum_buffer"] = Tensor(np.array(g))
            else:
                v._array *= momentum
                v._array += (1 - dampening) * g
            g = g + momentum * v._array if nesterov else v._array
        p -= lr * g


class Adam(Optimizer):
    """p ← p − lr · m̂ / (√v̂ + eps), m and v being running means of g and g² (Kingma and Ba 2015).

    betas say how slowly they run; the hats undo their start at 0. weight_decay is added to the gradient, as
    weight_decay · p. amsgrad divides by the largest v so far. maximize: uphill.
    """

    decoupled = False

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *,
                 maximize=False):  # fmt: skip
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "amsgrad": amsgrad, "maximize": maximize})

    def _check(self, options):
        self._at_least_0(options, "lr", "eps", "weight_decay")
        if len(options["betas"]) != 2 or not all(0 <= beta < 1 for beta in options["betas"]):
            kind, betas = type(self).__name__, options["betas"]
            raise ValueError(f"{kind}: betas are two numbers in [0, 1), not {betas}")

    def _update(self, p, g, state, lr, betas, eps, weight_decay, amsgrad, maximize):
        if not state:
            state["step"] = Tensor(np.zeros((), np.float32))
            for name in ("exp_avg", "exp_avg_sq", *["max_exp_avg_sq"][:amsgrad]):
                state[name] = Tensor(np.zeros_like(p))
        state["step"]._array += 1
        t, (beta1, beta2) = state["step"].item(), betas
        m, v = state["exp_avg"]._array, state["exp_avg_sq"]._array
        if maximize:
            g = -g
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
        if amsgrad:
            v = np.maximum(v, state["max_exp_avg_sq"]._array, out=state["max_exp_avg_sq"]._array)
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

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *,
                 maximize=False):  # fmt: skip
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
