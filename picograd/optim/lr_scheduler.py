"""Schedules: after each step() the learning rate of every group is what the next step of training takes."""

import math
from bisect import bisect_right


class LRScheduler:
    """At time t the rate is `eta_min` + (base − eta_min) · `factor(t)`; base is the rate it began with.

    As in PyTorch a rate comes from the one before it, so that schedules can act on one optimiser together. A
    subclass gives `factor`. last_epoch: the time at which an earlier run stopped; −1 begins.
    """

    eta_min = 0.0

    def __init__(self, optimizer, last_epoch=-1):
        self.optimizer, self.last_epoch = optimizer, last_epoch
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"group {i} has no initial_lr: load the optimiser's state before going on")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self._begin()

    def step(self):
        """Go on by one."""
        self.last_epoch += 1
        t, low = self.last_epoch, self.eta_min
        now, before = self.factor(t), self.factor(t - 1) if t else 1
        if before:
            self._set(low + (lr - low) * (now / before) for lr in self._rates())
        else:  # nothing to multiply: start again from the base
            self._set(lr + (base - low) * now for lr, base in zip(self._rates(), self.base_lrs, strict=True))

    def get_last_lr(self):
        """The rates that step() has set, one for each group."""
        return self._last_lr

    def state_dict(self):
        """All but the optimiser, and functions."""
        left_out = "optimizer", "lr_lambdas", "_schedulers"
        return {name: value for name, value in vars(self).items() if name not in left_out}

    def load_state_dict(self, state_dict):
        vars(self).update(state_dict)

    def _begin(self):
        """The first step; to go on from last_epoch the rates stay what they are."""
        if self.last_epoch == -1:
            self.step()
        else:
            self.last_epoch, self._last_lr = self.last_epoch + 1, self._rates()

    def _restart(self):
        self._set(self.base_lrs)
        self.last_epoch = -1
        self.step()

    def _rates(self):
        return [group["lr"] for group in self.optimizer.param_groups]

    def _set(self, rates):
        self._last_lr = list(rates)
        for group, lr in zip(self.optimizer.param_groups, self._last_lr, strict=True):
            group["lr"] = lr


class StepLR(LRScheduler):
    """Times gamma after every step_size steps."""

    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, t):
        return self.gamma ** (t // self.step_size)


class CosineAnnealingLR(LRScheduler):
    """Half a wave of the cosine, from the base down to eta_min in T_max steps, and up again after that."""

    def __init__(self, optimizer, T_max, eta_min=0.0, last_epoch=-1):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def factor(self, t):
        return (1 + math.cos(math.pi * t / self.T_max)) / 2


class LinearLR(LRScheduler):
    """From start_factor to end_factor times the base in total_iters steps, and constant after that."""

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5, last_epoch=-1):
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            given = f"{start_factor}, {end_factor}"
            raise ValueError(f"LinearLR: the factors are in (0, 1] and [0, 1], not {given}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, t):
        done = min(t, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * done


class LambdaLR(LRScheduler):
    """lr_lambda(t) times the base; or a list of such functions, one for each group."""

    def __init__(self, optimizer, lr_lambda, last_epoch=-1):
        groups = len(optimizer.param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * groups
        if len(self.lr_lambdas) != groups:
            raise ValueError(f"LambdaLR: {len(self.lr_lambdas)} functions for {groups} groups")
        super().__init__(optimizer, last_epoch)

    def step(self):
        self.last_epoch += 1
        self._set(base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas, strict=True))

    _begin = step


class SequentialLR(LRScheduler):
    """One schedule after the other: the next begins, at its own time 0, when t reaches its milestone."""

    def __init__(self, optimizer, schedulers, milestones):
        if not schedulers or len(milestones) != len(schedulers) - 1:
            raise ValueError(f"SequentialLR: {len(schedulers)} schedules and {len(milestones)} milestones")
        if any(scheduler.optimizer is not optimizer for scheduler in schedulers):
            raise ValueError("SequentialLR: the schedules are those of one optimiser")
        self._schedulers, self._milestones = schedulers, milestones
        super().__init__(optimizer)

    def step(self):
        self.last_epoch += 1
        now = self._schedulers[bisect_right(self._milestones, self.last_epoch)]
        if self.last_epoch in (0, *self._milestones):
            now._restart()
        else:
            now.step()
        self._last_lr = now.get_last_lr()

    def state_dict(self):
        return {**super().state_dict(), "_schedulers": [s.state_dict() for s in self._schedulers]}

    def load_state_dict(self, state_dict):
        super().load_state_dict({**state_dict, "_schedulers": self._schedulers})
        for scheduler, state in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)
