"""bands.py: a band is printed, a number outside is refused, and so is a band that says nothing."""

import contextlib
import io
import math

import pytest
from companion import BandError, in_band
from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(2.09, 2.15))
def test_the_text_does_not_hang_on_the_value(value):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        in_band(value, 2.09, 2.15, "the seed decides")
    assert out.getvalue() == "within 2.09 … 2.15: the seed decides\n"


@pytest.mark.parametrize("value", [2.08999, 2.15001, math.inf, -math.inf, math.nan])
def test_a_value_outside_is_refused(value, capsys):
    with pytest.raises(BandError, match=r"lies outside 2.09 … 2.15 \(seed\)"):
        in_band(value, 2.09, 2.15, "seed")
    assert capsys.readouterr().out == ""


def test_a_band_has_at_most_6_hundredths_of_a_nat_or_5_percent():
    in_band(100, 98, 102.9, "seed")
    in_band(0.01, 0, 0.06, "seed")
    for low, high in [(2.0, 2.11), (97, 103), (-10, 10)]:
        with pytest.raises(BandError, match="a band may have 0.06 nats or 5% of its middle"):
            in_band((low + high) / 2, low, high, "seed")


@pytest.mark.parametrize("low, high", [(2, 2), (3, 2), (math.nan, 2), (2, math.inf)])
def test_a_band_runs_upwards(low, high):
    with pytest.raises(BandError, match="from a lower to a higher number"):
        in_band(2, low, high, "seed")


@pytest.mark.parametrize("why", ["", "  ", None])
def test_a_band_needs_a_reason(why):
    with pytest.raises(BandError, match="needs a reason"):
        in_band(1, 1, 1.05, why)
