"""PyTorch's own sample generators over every operation that picograd has: nothing wrong, refusals named.

The full sweep takes about half a minute of one core. `python -m tests.picograd.opinfo` prints the table.
"""

import functools
import os
import re
from collections import Counter
from importlib.util import find_spec

import pytest

REQUIRED = os.environ.get("CI") == "true" or os.environ.get("PARITY") == "1"
MISSING = [name for name in ("torch", "expecttest") if find_spec(name) is None]

if MISSING and not REQUIRED:
    reason = "PyTorch is a test-only peer: set PARITY=1 to install it and run these"
    pytest.skip(reason, allow_module_level=True)
if not MISSING:
    import torch

    from tests.picograd import opinfo

    torch.set_num_threads(1)
    KNOWN = {opinfo.label(info): info for info in opinfo.known()}
else:
    KNOWN = {}

# What picograd does not do and says so: the samples of these entries may be refused, for these reasons only.
REFUSALS = {
    "__rpow__": "a whole number to a negative power",
    "add": "unexpected keyword argument 'alpha'",
    "sub": "unexpected keyword argument 'alpha'",
    "div floor_rounding": "unexpected keyword argument 'rounding_mode'",
    "div trunc_rounding": "unexpected keyword argument 'rounding_mode'",
    "masked_fill": "10 does not go into bool",
    "norm nuc": "there is no norm 'nuc'",
    "repeat_interleave": "unexpected keyword argument 'output_size'",
    "to": "takes from 2 to 4 positional arguments",
    "nn.functional.batch_norm": r"the input is \(N, channels, …\)",
    "nn.functional.cross_entropy": "targets are int64 class numbers, not float",
    "nn.functional.kl_div": "unexpected keyword argument 'log_target'",
    "nn.functional.pad circular": "the mode 'circular' is not here",
    "nn.functional.pad reflect": "the mode 'reflect' is not here",
    "nn.functional.pad replicate": "the mode 'replicate' is not here",
    "nn.functional.pad replicate_negative": "the mode 'replicate' is not here",
}


@pytest.fixture(autouse=True)
def _torch_is_there():
    if MISSING:
        pytest.fail(f"PARITY=1 or CI=true asks for {MISSING}: pip install -e .[parity]", pytrace=False)


@functools.cache
def outcomes(name):
    info = KNOWN[name]
    return [(dtype, sample, opinfo.tried(info, sample)) for dtype, sample in opinfo.samples(info)]


@pytest.mark.parametrize("name", KNOWN)
def test_every_sample_is_as_in_pytorch_or_refused_for_a_named_reason(name):
    for dtype, sample, outcome in outcomes(name):
        if outcome.verdict == "refused":
            allowed = name in REFUSALS and re.search(REFUSALS[name], outcome.reason)
            assert allowed, f"{dtype} {sample.summary()}: {outcome.reason}"
        else:
            assert outcome.verdict == "passed", f"{dtype} {sample.summary()}: {outcome.reason}"


def test_no_refusal_is_named_that_does_not_happen():
    refused = {name for name in KNOWN if any(o.verdict == "refused" for _, _, o in outcomes(name))}
    assert refused == set(REFUSALS)


def test_at_least_95_percent_of_the_samples_pass():
    count = Counter(outcome.verdict for name in KNOWN for _, _, outcome in outcomes(name))
    assert count["wrong"] == 0
    assert count["passed"] >= 0.95 * sum(count.values())
    assert len(KNOWN) > 150
