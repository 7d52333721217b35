"""Schedules: after each step() the learning rate of every group is what the next step of training takes."""

import math


class LRScheduler:
    """At time t the rate is `eta_min` + (base − eta_min) · `factor(t)`; base is the rate it began with.

    As in PyTorch a rate comes from the one before it, so that schedules can act on one optimiser together. A
    subclass gives `factor`.
    """

    eta_min = 0.0

    def __init__(self, optimizer):
        self.optimizer, self.last_epoch = optimizer, -1
        self.base_lrs = [group.setdefault("initial_lr", group["lr"]) for group in optimizer.param_groups]
        self.step()

    def step(self):
        """Go on by one."""
        self.last_epoch += 1
        t, low = self.last_epoch, self.eta_min
        now, before = self.factor(t), self.factor(t - 1) if t else 1
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            if before:
                group["lr"] = low + (group["lr"] - low) * (now / before)
            else:  # nothing to multiply: start again from the base
                group["lr"] += (base - low) * now
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def get_last_lr(self):
        """The rates that step() has set, one for each group."""
        return self._last_lr

    def _restart(self):
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = base
        self.last_epoch = -1
        self.step()


class StepLR(LRScheduler):
    """Times gamma after every step_size steps."""

    def __init__(self, optimizer, step_size, gamma=0.1):
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def factor(self, t):
        return self.gamma ** (t // self.step_size)


class CosineAnnealingLR(LRScheduler):
    """Half a wave of the cosine, from the base down to eta_min in T_max steps, and up again after that."""

    def __init__(self, optimizer, T_max, eta_min=0.0):
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def factor(self, t):
        return (1 + math.cos(math.pi * t / self.T_max)) / 2


class LinearLR(LRScheduler):
    """From start_factor to end_factor times the base in total_iters steps, and constant after that."""

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        if not (0 < start_factor <= 1 and 0 <= end_factor <= 1):
            raise ValueError(f"LinearLR: factors in (0, 1] and [0, 1], not {start_factor} and {end_factor}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer)

    def factor(self, t):
        done = min(t, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * done


class SequentialLR(LRScheduler):
    """One schedule after the other: the next begins, at its own time 0, when t reaches its milestone."""

    def __init__(self, optimizer, schedulers, milestones):
        n, m = len(schedulers), len(milestones)
        if m != n - 1 or any(scheduler.optimizer is not optimizer for scheduler in schedulers):
            raise ValueError(f"SequentialLR: n schedules of this optimiser, n − 1 milestones, not {n}, {m}")
        self._schedulers, self._milestones = schedulers, milestones
        super().__init__(optimizer)

    def step(self):
        self.last_epoch += 1
        now = self._schedulers[sum(milestone <= self.last_epoch for milestone in self._milestones)]
        if self.last_epoch in (0, *self._milestones):
            now._restart()
        else:
            now.step()
        self._last_lr = now.get_last_lr()
