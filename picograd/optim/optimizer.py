"""SGD, Adam and AdamW. They write into the arrays of the parameters; nothing of it is recorded."""

import copy

import numpy as np

from picograd.graph import enable_grad, writes
from picograd.shapes import ShapeError
from picograd.tensor import Tensor


class Optimizer:
    """Groups of parameters, each with its own options, and what is remembered of each parameter.

    params: tensors, or dictionaries with "params" and the options that differ from the defaults. A subclass
    gives `_check(options)` and `_update(array, gradient, state, options)`.
    """

    def __init__(self, params, defaults):
        self._check(defaults)
        if isinstance(params, (Tensor, dict)):
            raise TypeError(
                f"{self._name}: params are several tensors or dicts, not a {type(params).__name__}"
            )
        groups = list(params)
        if not groups:
            raise ValueError(f"{self._name}: there are no parameters to optimise")
        self.defaults, self.param_groups, self.state = defaults, [], {}
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Optimise more parameters: {"params": tensors, option: value, …}; the defaults fill in the rest."""
        if not isinstance(param_group, dict) or isinstance(param_group.get("params"), (set, type(None))):
            raise TypeError(f'{self._name}: a group is a dict with "params", a tensor or a list of tensors')
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        group = {**self.defaults, **param_group, "params": params}
        if unknown := group.keys() - self.defaults.keys() - {"params", "initial_lr"}:
            raise ValueError(f"{self._name}: unknown options {sorted(unknown)}")
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for i, p in enumerate(params):
            if not isinstance(p, Tensor):
                raise TypeError(f"{self._name}: parameter {i} is a {type(p).__name__}, not a Tensor")
            if not p.is_leaf:
                raise ValueError(f"{self._name}: parameter {i} was computed, so it is no leaf to optimise")
            if id(p) in known:
                raise ValueError(f"{self._name}: parameter {i}, of shape {p.shape}, is there twice")
            known.add(id(p))
        self._check(group)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none=True):
        """Forget the gradients, or set those that are there to 0."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p.grad = None
                elif p.grad is not None:
                    p.grad.zero_()

    @np.errstate(all="ignore")
    def step(self, closure=None):
        """Move every parameter that has a gradient. closure computes the loss again, which is returned."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            # Python's numbers: a float64 of numpy, such as a schedule may give, would widen float32 arrays.
            options = {
                name: float(value) if isinstance(value, np.generic) else value
                for name, value in group.items()
            }
            for p in group["params"]:
                if p.grad is None:
                    continue
                if p.grad.shape != p.shape:
                    raise ShapeError(f"{self._name}: gradient {p.grad.shape} for a parameter {p.shape}")
                self._update(p._array, p.grad._array, self.state.setdefault(p, {}), options)
                writes.note(p._array)
        return loss

    def state_dict(self):
        """{"state": {number: …}, "param_groups": …}; parameters are numbered as they stand in the groups."""
        params = [p for group in self.param_groups for p in group["params"]]
        number = {p: i for i, p in enumerate(params)}
        groups = [{**group, "params": [number[p] for p in group["params"]]} for group in self.param_groups]
        return {
            "state": {number[p]: state for p, state in self.state.items() if state},
            "param_groups": groups,
        }

    def load_state_dict(self, state_dict):
        """Go on where another optimiser of parameters of the same shapes stood. The state is copied."""
        found, groups = copy.deepcopy((state_dict["state"], state_dict["param_groups"]))
        sizes = [len(group["params"]) for group in groups]
        if sizes != (own := [len(group["params"]) for group in self.param_groups]):
            raise ValueError(f"{self._name}: the state has groups of {sizes} parameters, here are {own}")
        params = {}
        for group, mine in zip(groups, self.param_groups, strict=True):
            self._check({**mine, **group})
            params |= dict(zip(group["params"], mine["params"], strict=True))
        for i, state in found.items():
            for name, value in state.items():
                if isinstance(value, Tensor) and name != "step":
                    if value.shape != params[i].shape:
                        raise ShapeError(
                            f"{self._name}: {name} {value.shape} for parameter {i} {params[i].shape}"
                        )
                    state[name] = Tensor(value.numpy().astype(params[i].dtype))
        self.state = {params[i]: state for i, state in found.items()}
        for group, mine in zip(groups, self.param_groups, strict=True):
            mine.update({**group, "params": mine["params"]})

    @property
    def _name(self):
        return type(self).__name__

    def _at_least_0(self, options, *names):
        for name in names:
            if not options[name] >= 0:
                raise ValueError(f"{self._name}: {name} is {options[name]}; it must be at least 0")

    def __repr__(self):
        groups = ({**group, "params": len(group["params"])} for group in self.param_groups)
        return f"{self._name}({', '.join(map(str, groups))})"


class SGD(Optimizer):
    """p ← p − lr · v, with velocity v ← momentum · v + (1 − dampening) · g; without momentum v is g.

    g is the gradient plus weight_decay · p. nesterov: g + momentum · v in place of v. maximize: uphill.
    """

    def __init__(
        self, params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False
    ):
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**options, "nesterov": nesterov, "maximize": maximize})

    def _check(self, options):
        self._at_least_0(options, "lr", "momentum", "weight_decay")
        if options["nesterov"] and (options["momentum"] <= 0 or options["dampening"] != 0):
            raise ValueError("SGD: nesterov needs a momentum, and no dampening")

    def _update(self, p, g, state, options):
        momentum = options["momentum"]
        if options["maximize"]:
            g = -g
        if options["weight_decay"]:
            g = g + options["weight_decay"] * p
        if momentum:
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = Tensor(np.array(g))
                v = state["momentum_buffer"]._array
            else:
                v = state["momentum_buffer"]._array
                v *= momentum
                v += (1 - options["dampening"]) * g
            g = g + momentum * v if options["nesterov"] else v
        p -= options["lr"] * g


class Adam(Optimizer):
    """p ← p − lr · m̂ / (√v̂ + eps), m and v being running means of g and g² (Kingma and Ba 2015).

    betas say how slowly they run; the hats undo their start at 0. weight_decay is added to the gradient, as
    weight_decay · p. amsgrad divides by the largest v so far. maximize: uphill.
    """

    _decoupled = False

    def __init__(
        self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False, *, maximize=False
    ):
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "amsgrad": amsgrad, "maximize": maximize})

    def _check(self, options):
        self._at_least_0(options, "lr", "eps", "weight_decay")
        if len(options["betas"]) != 2 or not all(0 <= beta < 1 for beta in options["betas"]):
            raise ValueError(f"{self._name}: betas are {options['betas']}; they are two numbers in [0, 1)")

    def _update(self, p, g, state, options):
        lr, eps, decay, (beta1, beta2) = (options[name] for name in ("lr", "eps", "weight_decay", "betas"))
        if not state:
            means = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")[: 3 if options["amsgrad"] else 2]
            state["step"] = Tensor(np.zeros((), np.float32))
            state.update({name: Tensor(np.zeros_like(p)) for name in means})
        state["step"]._array += 1
        t, m, v = state["step"].item(), state["exp_avg"]._array, state["exp_avg_sq"]._array
        if options["maximize"]:
            g = -g
        if decay and self._decoupled:
            p *= 1 - lr * decay
        elif decay:
            g = g + decay * p
        # From here on one array for all that is in between: memory, not arithmetic, takes the time.
        x = np.subtract(g, m, out=np.empty_like(p))
        x *= 1 - beta1
        m += x
        np.multiply(g, g, out=x)
        x *= 1 - beta2
        v *= beta2
        v += x
        if options["amsgrad"]:
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

    _decoupled = True

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
    ):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
