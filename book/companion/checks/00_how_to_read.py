"""Chapter 00, the self-test: seven values, one for each tool that the book leans on."""

import math

from companion.check import Question

LARGEST = 100_000   # trial division of n² + n + 41 takes longer beyond


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


def refutes_euler(n):
    """A whole number 0 ≤ n ≤ LARGEST for which n² + n + 41 is not a prime."""
    return n == int(n) and 0 <= n <= LARGEST and not is_prime(int(n) ** 2 + int(n) + 41)


def prime_for(n):
    if n != int(n) or n < 0:
        return f"{n} is no whole number from 0 on"
    if n > LARGEST:
        return "that may be one, but it takes long to find out; there are smaller ones"
    return f"for n = {int(n)} the number is {int(n) ** 2 + int(n) + 41}, a prime"


EXERCISES = {
    "inverse": Question(
        4, offered=(4, 25, 1 / 25, 2.5, 14),
        right="11 − 3 = 8, and half of 8 is 4",
        hints={25: "That is f(11). Which x has f(x) = 11?",
               1 / 25: "The raised −1 is no exponent: f⁻¹(11) is the x with f(x) = 11.",
               2.5: "f doubles first and adds 3 last. What has to be undone first?"}),
    "log": Question(
        lambda x: 2.25 <= x <= 2.35, offered=(2.3, 1.12, 0.44, 10, 1),
        right="log 10 = log 2 + log 5, about 2.3",
        hints={1.12: "10 is the product of 2 and 5. What does the logarithm of a product do?",
               1: "That is the logarithm to base 10. This book writes log for the one to base e."}),
    "sum": Question(
        30, offered=(30, 100, 20, 14, 10),
        right="1 + 4 + 9 + 16 = 30",
        hints={100: "You squared the sum. The square stands inside: square first, then add.",
               14: "The number above the Σ is included: the last square is that of 4."}),
    "matmul": Question(
        (2, 5), offered=((2, 5), (3, 3), (5, 2), (2, 3), (6, 15)),
        right="rows of the first, columns of the second; the 3 in between is summed over",
        hints={(3, 3): "The inner lengths have to agree, and they vanish. Which two are left?",
               (5, 2): "Rows first: those of A, then the columns of B."}),
    "slope": Question(
        lambda x: abs(x - 6) < 0.01, offered=(6, 9, 3, 2, 12),
        right="the slope of x² is 2x, here 6",
        hints={9: "That is the value at 3. How much does it change when x moves a little?",
               2: "2 comes down from the exponent, but the slope also depends on where you are: at x = 3."}),
    "chain": Question(
        lambda x: abs(x - 12) < 0.01, offered=(12, 6, 4, 9, 2),
        right="the square has the slope 2 · 3 where it stands, at 3, and 2x + 1 has 2",
        hints={6: "That is the slope of the square, at 3. But 2x + 1 moves faster than x; how much?",
               4: "The slope of the square is taken at what goes into it, and that is 2x + 1, not x."}),
    "proof": Question(
        refutes_euler, offered=(40, 41, 0, 1, 39, 2.5, -41), explain=prime_for,
        right="one counterexample is enough: the claim is false",
        hints={39: "For 39 it still holds, and so it does for every smaller n. Go on."}),
}
