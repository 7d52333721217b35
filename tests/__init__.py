"""The tests. A package, so that `python -m tests` runs them and helpers are imported by their full names."""
