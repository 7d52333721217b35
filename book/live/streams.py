"""What a cell prints, sent to the page while it runs."""

import io
import time

MOST = 100_000      # characters that a cell may print, as in output.js; a page that holds more is slow
BURST = 100         # messages that may follow each other at once, and as many again each second


class Stream(io.TextIOBase):
    """A text stream that sends what is written, at once as long as that is not too often."""

    def __init__(self, name, send):
        self.name, self.send = name, send
        self.waiting, self.credit, self.last, self.left = [], BURST, time.monotonic(), MOST

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.left >= 0:
            cut = "" if len(text) <= self.left else f"\n… cut here: a cell may print {MOST:,} characters\n"
            self.waiting.append(text[: self.left] + cut)
            self.left -= len(text)
        now = time.monotonic()
        self.credit = min(BURST, self.credit + BURST * (now - self.last))
        self.last = now
        if self.credit >= 1 and "\n" in text:
            self.flush()
        return len(text)

    def flush(self):
        if self.waiting:
            self.credit -= 1
            text, self.waiting = "".join(self.waiting), []
            self.send("stream", {"name": self.name, "text": text})
