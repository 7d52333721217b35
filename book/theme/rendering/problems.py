"""What is wrong with the book, as `file:line: message`."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    file: str
    line: int
    message: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class Problems:
    """Collected over the whole book, so that one build tells everything."""

    def __init__(self):
        self.found = set()

    def add(self, file, line, message):
        self.found.add(Problem(file, line or 0, message))

    def sorted(self):
        return sorted(self.found)
