"""Every run draws the same: the examples of property tests, which take the time they need, and tensors."""

import pytest
from hypothesis import settings

import picograd as pg

settings.register_profile("picograd", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("picograd")


@pytest.fixture(autouse=True)
def _seeded():
    pg.manual_seed(1)
