"""Runs the cells of one page in one namespace: in the page's Python, and natively where it is tested.

What a cell prints and shows goes through `send` while it runs, as ("stream", {name, text}) or ("output",
{bundle, page}); what became of it is the dict that `run` returns.
"""

import ast
import builtins
import importlib
import linecache
import logging
import os
import symtable
import sys
import time
import types
from contextlib import contextmanager, suppress
from dataclasses import asdict

from live import explain
from live.show import Shower
from live.streams import Stream


class Runner:
    """One namespace, and the cells that ran in it.

    `page` is what the page says about itself (book/theme/rendering/live.py). `later` is {word: file} of what
    is loaded only when a cell mentions the word.
    """

    def __init__(self, send, page=None, later=None):
        os.environ["MPLBACKEND"] = "module://live.canvas"      # for whoever imports matplotlib from now on
        os.environ["APPENDIX_PAGE"] = "1"                      # companion.keep() shows what it is given
        self.send, self.later = send, dict(later or {})
        self.main = types.ModuleType("__main__")
        self.cells = {}                                        # {name of a compiled file: name of its cell}
        self.verdict = None
        self.shower = Shower(lambda bundle, page: send("output", {"bundle": bundle, "page": page}), page)
        self.main.__dict__["display"] = self.shower.display
        self.defined = page and page.get("code") and defined(page["code"])
        self.drawn = {}                                         # what of the companion draws: its module

    def attend(self):
        """Import the companion, and hear of the verdicts of its exercises."""
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)    # it says that it begins
        companion = importlib.import_module("companion")
        self.drawn = companion._DRAWN
        importlib.import_module("companion.check").listeners.append(self.hear)

    def hear(self, name, verdict):
        self.verdict = {"exercise": name, **asdict(verdict)}

    def needs(self, code):
        """What has to be loaded before the cell runs: "matplotlib", and files of `later`."""
        try:
            words, modules = mentioned(ast.parse(code))
        except (SyntaxError, ValueError):
            return []
        charts = {"matplotlib", *self.drawn, *(f"companion.{module}" for module in self.drawn.values())}
        draws = bool(charts & (words | modules))
        return ["matplotlib"] * draws + [self.later[word] for word in self.later if word in words]

    def run(self, code, name):
        """{seconds, error, verdict} of a cell; `error` is None or what explain.py says of it."""
        file, error, self.verdict = f"<{name}, run {len(self.cells) + 1}>", None, None
        self.cells[file] = name
        linecache.cache[file] = (len(code), None, code.splitlines(True), file)
        start = time.perf_counter()
        with self.in_place():
            try:
                self.execute(code, file)
                self.shower.figures()
            except BaseException as raised:
                error = explain.explained(raised, self.cells, code, self.main.__dict__, self.defined)
                self.shower.forget_figures()
        return {"seconds": time.perf_counter() - start, "error": error, "verdict": self.verdict}

    def execute(self, code, file):
        tree = ast.parse(code, file)
        for name in checked(tree):  # an answer is what this cell defines, and not what was tried before
            self.main.__dict__.pop(name, None)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), self.main.__dict__)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), file, "eval"), self.main.__dict__)
            if value is not None and not silenced(code):
                self.shower.display(value)

    @contextmanager
    def in_place(self):
        """While a cell runs, its namespace is __main__, its streams are the page's, and nobody is asked."""
        before = sys.modules.get("__main__"), sys.stdout, sys.stderr, builtins.input
        sys.modules["__main__"] = self.main
        sys.stdout, sys.stderr = Stream("stdout", self.send), Stream("stderr", self.send)
        builtins.input = refuse_input
        self.shower.streams = sys.stdout, sys.stderr
        try:
            yield
        finally:
            for stream in self.shower.streams:
                stream.flush()
            sys.modules["__main__"], sys.stdout, sys.stderr, builtins.input = before


def checked(tree):
    """The names that a cell hands to check("03.smooth", smooth)."""
    values = [node.value for node in tree.body if isinstance(node, ast.Expr)]
    calls = [call for call in values if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)]
    arguments = [argument for call in calls if call.func.id == "check" for argument in call.args]
    return [argument.id for argument in arguments if isinstance(argument, ast.Name)]


def mentioned(tree):
    """(every identifier and every short string, every module imported from) in a tree."""
    words, modules = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            words.add(node.id)
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names]
            modules |= {node.module} if isinstance(node, ast.ImportFrom) else set(names)
            words |= {part for name in names for part in name.split(".")}
            words |= set((getattr(node, "module", None) or "").split("."))
            if getattr(node, "module", None) == "companion" and "*" in names:
                words.add("matplotlib")
    return words, modules


def defined(codes):
    """The names that the cells of a page bind."""
    names = set()
    for code in codes:
        with suppress(SyntaxError, ValueError):
            symbols = symtable.symtable(code, "cell", "exec").get_symbols()
            names |= {s.get_name() for s in symbols if s.is_assigned() or s.is_imported() or s.is_namespace()}
    return names


def silenced(code):
    """Does the cell end in a semicolon, comments aside?"""
    last = ast.parse(code).body[-1]
    rest = "\n".join(code.splitlines()[last.end_lineno - 1 :]).encode()[last.end_col_offset :]
    return rest.lstrip().startswith(b";")


def refuse_input(prompt=""):
    raise RuntimeError("input() has nobody to ask in the page: put the value into the code instead")
