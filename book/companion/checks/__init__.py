"""The exercises of each chapter: modules NN_slug.py with a dict EXERCISES, name → Exercise or Question."""
