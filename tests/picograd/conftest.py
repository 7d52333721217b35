"""Property tests draw the same examples in every run, and take the time they need."""

from hypothesis import settings

settings.register_profile("picograd", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("picograd")
