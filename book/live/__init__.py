"""Python in the page: what runs there (runner, show, explain, streams, canvas) and what assembles it."""
