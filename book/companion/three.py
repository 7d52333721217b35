"""Three representations of one thing: an equation, code and a chart, compared at points."""

import math

LEAST_POINTS = 20


class Disagreement(ValueError):
    """Two of the three differ; the message names the point and all three values."""


def agree(equation, symbols, code, chart, points, tolerance=1e-6):
    """Evaluate equation, code and chart at every point and return their number; Disagreement if two differ.

    `equation` is a sympy expression in `symbols`; `code(*point)` and `chart(*point)` give a number, the
    latter read from the data of a drawn Chart. There must be at least 20 points, and not all with the same
    value.
    """
    import sympy
    points = [tuple(point) if isinstance(point, (tuple, list)) else (point,) for point in points]
    if len(points) < LEAST_POINTS:
        raise ValueError(f"{len(points)} points prove little; take at least {LEAST_POINTS}")
    evaluate, seen = sympy.lambdify(symbols, equation, "numpy"), set()
    for point in points:
        values = float(evaluate(*point)), float(code(*point)), float(chart(*point))
        if not all(math.isclose(values[0], v, rel_tol=tolerance, abs_tol=tolerance) for v in values):
            place = ", ".join(str(x) if getattr(x, "ndim", 0) == 0 else "…" for x in point)
            raise Disagreement("at ({}): equation {:.8g}, code {:.8g}, chart {:.8g}".format(place, *values))
        seen.add(values[0])
    if len(seen) == 1:
        raise ValueError(f"all {len(points)} points have the value {seen.pop():.6g}: a constant would do")
    return len(points)
