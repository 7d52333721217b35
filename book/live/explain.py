"""What went wrong in a cell: one plain sentence, and a traceback cut to the reader's own lines."""

import builtins
import difflib
import linecache
import re
import traceback

MAGIC = re.compile(r"\s*[%!]")
OFFERED = "numpy, matplotlib, picograd, companion and Python’s own library"


def explained(error, cells, code, namespace, defined=None):
    """{name, message, plain, trace, line} of an exception. `cells` is {file: name of the cell}.

    `defined` are the names that the printed cells of the page define; None if that is not known.
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in cells]
    trace = [line for frame in frames for line in shown_frame(frame, cells)]
    line = frames[-1].lineno if frames else None
    if isinstance(error, SyntaxError) and error.filename in cells:
        trace, line = shown_syntax(error, cells), error.lineno
    name, message = type(error).__name__, said(error)
    end = f"{name}: {message}" if message else name
    return {
        "name": name, "message": message, "plain": plain(error, code, namespace, defined),
        "trace": "\n".join([*earlier(error, cells), *trace, end]), "line": line,
    }  # fmt: skip


def said(error):
    """The message of an exception, even of one that cannot print itself."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return "an error that cannot be printed"
    return text or ""


def earlier(error, cells):
    """What led to the error, if the reader's code or a library says so."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is None:
        return []
    link = "which caused" if error.__cause__ else "and while that was handled"
    frames = [frame for frame in traceback.extract_tb(cause.__traceback__) if frame.filename in cells]
    if not frames:
        return []
    shown = [line for frame in frames for line in shown_frame(frame, cells)]
    return [*shown, f"{type(cause).__name__}: {said(cause)}", f"… {link}:"]


def shown_frame(frame, cells):
    """cell 12, line 3, in smooth / the line / carets under the part that failed."""
    place = f"{cells[frame.filename]}, line {frame.lineno}"
    source = linecache.getline(frame.filename, frame.lineno).rstrip("\n")
    lines = [place if frame.name == "<module>" else f"{place}, in {frame.name}"]
    if not source.strip():
        return lines
    lines.append("    " + source.strip())
    if frame.colno is not None and frame.end_lineno == frame.lineno:
        ends = frame.colno, frame.end_colno                     # in bytes
        start, end = (len(source.encode()[:at].decode(errors="replace")) for at in ends)
        indent = len(source) - len(source.lstrip())
        if end - start < len(source.strip()):
            lines.append("    " + " " * (start - indent) + "^" * max(1, end - start))
    return lines


def shown_syntax(error, cells):
    source = (error.text or "").rstrip("\n")
    lines = [f"{cells[error.filename]}, line {error.lineno}"]
    if source.strip():
        indent = len(source) - len(source.lstrip())
        lines.append("    " + source.strip())
        if error.offset and error.offset > 0:
            wide = error.end_offset - error.offset if error.end_lineno == error.lineno else 1
            lines.append("    " + " " * max(0, error.offset - 1 - indent) + "^" * max(1, wide))
    return lines


def plain(error, code, namespace, defined=None):
    """One sentence for a reader: what happened and, where one can know it, what helps. None if unknown."""
    if isinstance(error, NameError):
        return of_name(error, namespace, defined)
    for kind, sentence in SENTENCES.items():
        if isinstance(error, kind):
            return sentence(error, code, namespace)
    return None


def of_name(error, namespace, defined):
    found = re.search(r"'(\w+)'", said(error))
    if found is None:
        return "A name is used that does not exist yet. Run the cells above it first."
    name = found[1]
    if isinstance(error, UnboundLocalError):
        return f"`{name}` gets its value inside the function only after it is used there."
    if defined and name in defined:
        return f"`{name}` does not exist yet. Run the cell that defines it."
    near = like(name, {*namespace, *(defined or ()), *dir(builtins)}, "")
    if near:
        return f"`{name}` does not exist.{near}"
    if defined is None:
        return f"`{name}` does not exist yet. Run the cell above that defines it."
    return f"`{name}` does not exist: no cell of this page defines it."


def like(name, known, dot):
    """“ Or is it …?” if something of nearly that name is known."""
    near = difflib.get_close_matches(name, sorted(other for other in known if other[:1] != "_"), 1, 0.75)
    return f" Or is it `{dot}{near[0]}`?" if near else ""


def of_module(error, code, namespace):
    name = (getattr(error, "name", None) or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError):
        return f"`{name}` is not among what the page brings: {OFFERED}."
    return f"`{name}` is there, but it has nothing of that name." if name else "An import failed."


def of_attribute(error, code, namespace):
    name, owner = getattr(error, "name", None), getattr(error, "obj", None)
    if not name:
        return "Something was asked for a part that it does not have."
    if owner is None:
        return f"`.{name}` is asked of None; the function that gave it may lack its return."
    what = f"The module `{owner.__name__}`" if isinstance(owner, type(re)) else f"The type `{kind(owner)}`"
    try:
        return f"{what} has no `.{name}`.{like(name, dir(owner), '.')}"
    except Exception:
        return f"{what} has no `.{name}`."


def kind(value):
    return value.__name__ if isinstance(value, type) else type(value).__name__


def of_key(error, code, namespace):
    return f"The key {error.args[0]!r} is not in the dictionary." if error.args else "A key is missing."


def of_type(error, code, namespace):
    text = said(error)
    if found := re.match(r"'(\w+)' object is not callable", text):
        return f"A value of type `{found[1]}` is called like a function. Does one name stand for two things?"
    if "argument" in text and ("missing" in text or "takes" in text or "unexpected" in text):
        return "A function is called with too few, too many or unknown arguments."
    if "unsupported operand" in text or "not supported between" in text:
        return "Two values meet whose types do not go together here."
    if "NoneType" in text:
        return "A value is None where something else is needed; a function may lack its return."
    return "A value has a type that does not fit here."


def of_syntax(error, code, namespace):
    lines = code.splitlines()
    if error.lineno and error.lineno <= len(lines) and MAGIC.match(lines[error.lineno - 1]):
        return "Lines that begin with % or ! belong to Jupyter; the page runs Python alone."
    if isinstance(error, IndentationError):
        return f"The indentation of line {error.lineno} does not fit: 4 spaces for each level."
    return f"Line {error.lineno} is not Python yet: {error.msg}."


SENTENCES = {   # the first that fits; a subclass stands before its class
    KeyboardInterrupt: lambda *_: "Stopped. The variables keep their values.",
    SystemExit: lambda *_: "The cell ended itself by exit(); the page goes on.",
    SyntaxError: of_syntax,
    ImportError: of_module,
    AttributeError: of_attribute,
    KeyError: of_key,
    IndexError: lambda *_: "A position is asked for beyond the end; the first is 0, the last is len − 1.",
    TypeError: of_type,
    ZeroDivisionError: lambda *_: "Something is divided by zero.",
    RecursionError: lambda *_: "A function calls itself without end.",
    AssertionError: lambda *_: "An assert does not hold.",
    FileNotFoundError: lambda *_: "There is no such file; the page has the book’s data alone, by load().",
    MemoryError: lambda *_: "The page’s memory is used up. Take fewer or smaller arrays.",
    OverflowError: lambda *_: "A number has become too large.",
    ValueError: lambda *_: "A value has the right type, but not one that fits here.",
}  # fmt: skip
