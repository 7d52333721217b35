"""The matrix product, and the others that it makes up."""

import math
from string import ascii_letters

import numpy as np

from picograd.ops.elementwise import mul
from picograd.ops.index import getitem
from picograd.ops.movement import expand, permute, reshape, unsqueeze
from picograd.ops.reduce import sum
from picograd.shapes import ShapeError
from picograd.tensor import Tensor, op


@op
def matmul(x, y):
    """x @ y: the last axis of x meets the second to last of y; axes before those are stacks, and broadcast.

    A vector is a row on the left and a column on the right; the axis that this adds is gone from the value.
    For O = X Y the gradients are G Yᵀ and Xᵀ G; each costs as much as O, so each comes as a function.
    """
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        raise ShapeError("a number is not a matrix; use *")
    if x.dtype != y.dtype:
        raise TypeError(f"{x.dtype} @ {y.dtype}; convert one of them, for example with .float()")
    if x.dtype == bool:
        raise TypeError("there is no product of truths; use .long() or .float()")
    inner = y.shape[-2] if y.ndim > 1 else len(y)
    if x.shape[-1] != inner:
        raise ShapeError(f"the inner sizes {x.shape[-1]} and {inner} differ")
    return _matmul_one(x, y) if y.ndim <= 2 else _matmul_stack(x, y)


def _matmul_one(x, y):
    """One matrix y for all rows of x, however they are stacked: one large product, not many small ones."""
    if x.ndim == y.ndim == 2:
        return x @ y, lambda g: (lambda: g @ y.T, lambda: x.T @ g)
    N, M, K = math.prod(x.shape[:-1]), math.prod(y.shape[1:]), len(y)
    x_NK, y_KM = x.reshape(N, K), y.reshape(K, M)

    def vjp(g):
        g_NM = g.reshape(N, M)
        return lambda: (g_NM @ y_KM.T).reshape(x.shape), lambda: (x_NK.T @ g_NM).reshape(y.shape)

    return (x_NK @ y_KM).reshape(x.shape[:-1] + y.shape[1:]), vjp


def _matmul_stack(x, y):
    """A stack of matrices y. Backward sums over the axes that were broadcast, the row's axis among them."""
    rows = x[None, :] if x.ndim == 1 else x
    out = rows @ y
    shape = out.shape

    def vjp(g):
        g = g.reshape(shape)
        return lambda: g @ y.swapaxes(-1, -2), lambda: rows.swapaxes(-1, -2) @ g

    return out.squeeze(-2) if x.ndim == 1 else out, vjp


def _of_rank(n, x, y):
    if x.ndim != n or y.ndim != n:
        raise ShapeError(f"both arguments have {n} axes")
    return x, y


def bmm(x, y):
    """The products of two stacks of matrices, one by one; nothing is broadcast."""
    _of_rank(3, x, y)
    if len(x) != len(y):
        raise ShapeError(f"there are {len(x)} matrices and {len(y)}")
    return matmul(x, y)


def dot(x, y):
    """Σ xᵢ yᵢ of two vectors."""
    return matmul(*_of_rank(1, x, y))


def outer(x, y):
    """xᵢ yⱼ for two vectors: a matrix."""
    _of_rank(1, x, y)
    return mul(unsqueeze(x, 1), y)


# Einstein's notation


def einsum(equation, *operands):
    """Products named by letters, "btd,sd->bts": one for each axis; those not behind the arrow are summed."""
    if len(operands) == 1 and isinstance(operands[0], (tuple, list)):
        operands = operands[0]
    terms, output = _terms(equation.replace(" ", ""), operands)
    sizes = _sizes(terms, operands)
    left, x = _without_repeats(terms[0], operands[0], sizes)
    for i, y in enumerate(operands[1:], start=1):
        right, y = _without_repeats(terms[i], y, sizes)
        left, x = _contracted(left, x, right, y, needed={*output}.union(*terms[i + 1 :]), sizes=sizes)
    gone = tuple(i for i, letter in enumerate(left) if letter not in output)
    x, kept = sum(x, gone) if gone else x, [letter for letter in left if letter in output]
    return permute(x, [kept.index(letter) for letter in output])


def _terms(equation, operands):
    """The letters of each operand and of the output; an ellipsis is spelled out in letters that are free."""
    inputs, arrow, output = equation.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise ShapeError(f"{equation!r} speaks of {len(terms)} tensors and there are {len(operands)}")
    hidden = [x.ndim - len(term.replace("...", "")) for term, x in zip(terms, operands, strict=True)]
    if any(n < 0 or (n and "..." not in term) for n, term in zip(hidden, terms, strict=True)):
        raise ShapeError(f"{equation!r} does not name the axes that there are")
    free = "".join(letter for letter in ascii_letters if letter not in equation)[: max(hidden)]
    terms = [term.replace("...", free[len(free) - n :]) for term, n in zip(terms, hidden, strict=True)]
    named = "".join(terms)
    if not arrow:
        output = "..." + "".join(sorted(c for c in {*named} - {*free} if named.count(c) == 1))
    output = output.replace("...", free)
    if not {*output} <= {*named} <= {*ascii_letters} or len({*output}) < len(output):
        raise ValueError(f"{equation!r}: letters, and behind the arrow each of them at most once")
    return terms, output


def _sizes(terms, operands):
    """How long each letter's axes are; those of size one are stretched."""
    sizes = dict.fromkeys("".join(terms), 1)
    for term, x in zip(terms, operands, strict=True):
        for letter, n in zip(term, x.shape, strict=True):
            if 1 != sizes[letter] != n != 1:
                raise ShapeError(f"{letter} is {sizes[letter]} and {n}")
            sizes[letter] = sizes[letter] if n == 1 else n
    return sizes


def _without_repeats(term, x, sizes):
    """(letters, tensor): stretched to the sizes; of an axis named twice, as in "ii", the diagonal."""
    letters, x = "".join(dict.fromkeys(term)), expand(x, *(sizes[letter] for letter in term))
    if letters == term:
        return term, x
    places = dict(zip(letters, np.indices([sizes[letter] for letter in letters], sparse=True), strict=True))
    return letters, getitem(x, tuple(Tensor(places[letter]) for letter in term))


def _contracted(left, x, right, y, needed, sizes):
    """The product over the letters that both have and nobody needs any more: a stack of matrix products."""
    shared = [letter for letter in left if letter in right]
    stack = [letter for letter in shared if letter in needed]
    inner = [letter for letter in shared if letter not in needed]
    rows = [letter for letter in left if letter not in right]
    columns = [letter for letter in right if letter not in left]

    def shape(letters):
        return [sizes[letter] for letter in letters]

    def arranged(letters, x, *groups):
        x = permute(x, [letters.index(letter) for group in (stack, *groups) for letter in group])
        return reshape(x, *shape(stack), *(math.prod(shape(group)) for group in groups))

    product = matmul(arranged(left, x, rows, inner), arranged(right, y, inner, columns))
    return stack + rows + columns, reshape(product, *shape(stack + rows + columns))
