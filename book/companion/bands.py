"""in_band: what a page says about a number that is not the same on every machine."""

import math

WIDEST_NATS, WIDEST_SHARE = 0.06, 0.05


class BandError(ValueError):
    """A number left its band, or the band is too wide to say anything."""


def in_band(value, low, high, why):
    """Print the band, which is the same everywhere, if low ≤ value ≤ high; else BandError.

    `why` says in a few words what makes the value vary. A band is at most 0.06 nats wide, or 5 % of its
    middle.
    """
    value = float(value)
    if not isinstance(why, str) or not why.strip():
        raise BandError("a band needs a reason: say in a few words why the value varies")
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BandError(f"a band runs from a lower to a higher number, not from {low} to {high}")
    if high - low > max(WIDEST_NATS, WIDEST_SHARE * abs(low + high) / 2) + 1e-12:
        raise BandError(f"{low} … {high} is {high - low:.4g} wide; "
                        f"a band may have {WIDEST_NATS} nats or {WIDEST_SHARE:.0%} of its middle")
    if not low <= value <= high:
        raise BandError(f"{value:.6g} lies outside {low} … {high} ({why.strip()})")
    print(f"within {low} … {high}: {why.strip()}")
