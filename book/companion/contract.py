"""The contract of the book: what a language model is, seen from outside. contract_check.py enforces it.

The class stands in picograd, whose own models answer the same questions; here it is for the chapters.
"""

from picograd.models.language_model import END, LanguageModel
from picograd.tokenize import decode, encode

__all__ = ["END", "LanguageModel", "decode", "encode"]
