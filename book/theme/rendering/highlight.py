"""Code coloured by weight and slope: only what the look distinguishes gets a span."""

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Operator, String
from pygments.util import ClassNotFound

from .markup import Markup, escape, join

CLASSES = [
    (String.Doc, "sd"), (String.Affix, "sa"), (String.Interpol, "si"), (String, "s1"), (Comment, "c1"),
    (Name.Function, "nf"), (Name.Class, "nc"), (Keyword, "k"), (Operator.Word, "ow"),
]  # fmt: skip


def class_of(token):
    return next((name for kind, name in CLASSES if token in kind), None)


def highlight(code, language="python"):
    try:
        lexer = get_lexer_by_name(
            {"ipython3": "python"}.get(language, language), stripnl=False, ensurenl=False
        )
    except ClassNotFound:
        return escape(code)
    spans = []
    for token, text in lexer.get_tokens(code):
        name = class_of(token)
        spans.append(Markup('<span class="{}">{}</span>').format(name, text) if name else escape(text))
    return join(spans)
