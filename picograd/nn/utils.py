"""What is done to gradients before a step."""

from picograd.creation import zeros
from picograd.ops.elementwise import clamp
from picograd.ops.movement import stack
from picograd.tensor import Tensor


def clip_grad_norm_(parameters, max_norm, norm_type=2.0):
    """Scale all gradients alike, in place, so that their norm together is at most max_norm.

    Returns the norm that they had. It is one vector of all gradients whose norm is meant, not that of each.
    """
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    gradients = [x.grad for x in parameters if x.grad is not None]
    norms = [g.norm(norm_type) for g in gradients]
    total = stack(norms).norm(norm_type) if norms else zeros(())
    scale = clamp(max_norm / (total + 1e-6), max=1.0)
    for g in gradients:
        g.mul_(scale)
    return total
