"""The book's films: scenes for Manim, rendered by `make animations`. Readers never need Manim."""
