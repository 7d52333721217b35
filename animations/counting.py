"""The film of chapter 03."""

from manim import DOWN, LEFT, UP, FadeIn, FadeOut, LaggedStart, ReplacementTransform, VGroup

from animations import numbers
from animations.pieces import Bars, CountTable, Number, TokenRow, on_line
from animations.theme import BookScene, formula, role, text

PANEL = 4.4  # the middle of the right half


class Counting(BookScene):
    """Chapter 03: text slides over the table of counts and fills it; rows become PMFs."""

    claim = "Counting is a stamp that moves; dividing a row by its sum makes it a PMF."

    def numbers(self):
        return numbers.counting()

    def construct(self):
        shown = self.numbers()
        steps, names = iter(shown["steps"]), shown["slow"]
        self.counts = [[0] * (len(shown["letters"]) + 1) for _ in shown["letters"]]

        self.beat("Take a name, and put a dot before it and a dot after it.")
        large = self.walk(names[0])

        self.beat("A stamp covers two letters: the first picks the row, the second the column.")
        self.table = CountTable(shown["letters"]).place([-3.1, 0.45, 0])
        tape = TokenRow(f".{names[0]}.").move_to([PANEL, 1.4, 0])
        stamp = tape.stamp(0)
        self.play(ReplacementTransform(large, tape), FadeIn(self.table), run_time=1)
        self.play(FadeIn(stamp, scale=1.3), run_time=0.6)
        self.pairs = Number(0, [PANEL, -0.4, 0], 0.8, "data")
        self.unit = text("pair counted", 0.45, "quiet").move_to([PANEL, -1.05, 0])
        self.first_pair(tape, *next(steps))

        self.beat("It moves one letter on. At every step, one cell of the table grows by one.")
        for first in range(1, len(tape) - 1):
            self.step(tape, stamp, first, *next(steps), seconds=0.85)
        following = TokenRow(f".{names[1]}.").move_to(tape)
        self.play(FadeOut(tape, shift=LEFT), run_time=0.3)
        self.play(FadeIn(following), stamp.animate.become(following.stamp(0)), run_time=0.4)
        for first in range(len(following) - 1):
            self.step(following, stamp, first, *next(steps), seconds=0.6)
        self.wait(0.6)

        rest = "Other letters share the last column, and get no row here."
        self.beat(f"On through all {shown['names']:,} names. {rest}")
        self.play(FadeOut(following, stamp, self.pairs, self.unit), run_time=0.4)
        self.read_on(shown)

        self.beat(f"One row is the record of one letter: all that ever came after {shown['row']}.")
        chosen = shown["letters"].index(shown["row"])
        bars = self.one_row(chosen, shown)

        self.beat("Divide the row by its sum: the bars keep their shape, and now they add up to 1.")
        self.divide(chosen, bars, shown)

        self.beat("Every row becomes a PMF: a probability for each next letter.")
        self.normalise(shown)

        self.beat(self.claim)
        lines = ("Counting is a stamp", "that moves; dividing", "a row by its sum", "makes it a PMF.")
        claim = VGroup(*(text(line, 0.5, weight="SEMIBOLD") for line in lines))
        for number, line in enumerate(claim):
            line.move_to([0, -0.6 * number, 0]).align_to(self.bars.line, LEFT)
            line.shift(DOWN * (line[0].get_bottom()[1] + 0.6 * number))
        claim.shift(UP * 3.2)
        self.play(FadeOut(self.formula), run_time=0.3)
        self.stated = claim
        self.play(FadeIn(claim), run_time=0.6)
        self.wait(4.5)

    def walk(self, name):
        """The name, and then its two dots."""
        tape = TokenRow(f".{name}.", size=1.3)
        self.play(FadeIn(tape[1:-1]), run_time=0.6)
        self.wait(0.8)
        self.play(FadeIn(tape[0], shift=LEFT * -0.4), FadeIn(tape[-1], shift=LEFT * 0.4), run_time=0.6)
        self.wait(0.8)
        return tape

    def first_pair(self, tape, i, j, count, pairs):
        """Slowly: one letter finds the row, the other the column, and where they meet a count appears."""
        table = self.table
        letters = [tape[k][1].copy() for k in (0, 1)]
        heads = table.sides[i], table.columns[j]
        row = table.frame(*table.row(i)[0])
        column = table.frame(*(table.cell(k, j) for k in range(table.rows)))
        for letter, head, band in zip(letters, heads, (row, column), strict=True):
            self.play(letter.animate(remover=True).move_to(head).match_height(head), run_time=0.8)
            self.play(FadeIn(band), run_time=0.4)
        self.wait(0.4)
        cell = table.frame(table.cell(i, j))
        self.play(row.animate.become(cell), column.animate.become(cell), run_time=0.6)
        self.remove(row, column)
        self.add(self.pairs, self.unit)
        self.grow(i, j, count, pairs)
        self.wait(0.5)
        self.remove(self.unit)
        self.unit = text("pairs counted", 0.45, "quiet").move_to(self.unit)

    def step(self, tape, stamp, first, i, j, count, pairs, seconds):
        """The stamp moves on, its pair flies to the cell, and the cell grows."""
        self.play(stamp.animate.become(tape.stamp(first)), run_time=seconds * 0.35)
        pair = VGroup(tape[first][1].copy(), tape[first + 1][1].copy())
        target = self.table.cell(i, j)
        self.play(pair.animate(remover=True).scale(0.6).move_to(target), run_time=seconds * 0.65)
        self.grow(i, j, count, pairs)

    def grow(self, i, j, count, pairs):
        self.counts[i][j] = count
        self.table.show_counts(self.counts)
        self.pairs.show(pairs)
        self.add(self.unit)

    def read_on(self, shown):
        """More and more names, and the table after each lot."""
        unit = text("names read", 0.45, "quiet").move_to([PANEL, -1.05, 0])
        name = tally = None
        for number, last, counts in zip(shown["after"], shown["last"], shown["tables"], strict=True):
            self.remove(*(old for old in (name, tally) if old))
            name = text(last, 0.62, "token", "mono").move_to([PANEL, 1.4, 0])
            tally = Number(number, [PANEL, -0.4, 0], 0.8, "data")
            self.table.show_counts(counts)
            self.add(name, tally, unit)
            self.wait(1.1)
        self.counts = counts
        self.wait(1.2)
        self.play(FadeOut(name, tally, unit), run_time=0.4)

    def one_row(self, chosen, shown):
        """The row's counts step out of the table as bars, and its sum appears at its end."""
        table, counts = self.table, shown["tables"][-1][chosen]
        rest = [i for i in range(table.rows) if i != chosen]
        self.frame = table.frame(*table.row(chosen)[0])
        faded = [part.animate.set_opacity(0.25) for i in rest for part in (table.row(i)[1], table.sides[i])]
        paper = [cell.animate.set_fill(role("data", 0.04)) for i in rest for cell in table.row(i)[0]]
        self.play(FadeIn(self.frame), *faded, *paper, run_time=0.8)
        self.bars = Bars(counts, [*shown["letters"], "rest"]).place([PANEL, -2.1, 0])
        self.title = text(f"what came after {shown['row']}", 0.45, "quiet").move_to([PANEL, 0.6, 0])
        self.title.align_to(self.bars.line, LEFT)
        cells = table.row(chosen)[0].copy()
        self.play(FadeIn(self.bars.line, self.bars.letters, self.title), run_time=0.5)
        flights = (
            cell.animate(remover=True).become(bar) for cell, bar in zip(cells, self.bars.bars, strict=True)
        )
        self.play(LaggedStart(*flights, lag_ratio=0.15), run_time=1.6)
        self.add(self.bars.bars, self.bars.numbers)
        self.wait(0.6)
        x = table.cell(chosen, table.rows).get_right()[0] + 0.62
        head = on_line(text("sum", 0.38, "quiet"), [x, 0, 0]).align_to(table.columns[-1], DOWN)
        self.sums = VGroup(
            *(Number(n, [x, table.cell(i, 0).get_y(), 0], 0.38, "data") for i, n in enumerate(shown["sums"]))
        )
        self.head = head
        self.play(FadeIn(head, self.sums[chosen]), run_time=0.6)
        self.wait(1.2)
        return self.bars

    def divide(self, chosen, bars, shown):
        """Count over sum, once in numbers and once for all; then the same bars with other numbers."""
        total, row, p = shown["sums"][chosen], shown["row"], shown["pmf"][chosen]
        most = max(range(len(p)), key=p.__getitem__)
        letter, n = shown["letters"][most], shown["tables"][-1][chosen][most]
        self.formula = VGroup(
            formula(f'P("{letter}" | "{row}") = "{n:,}" / "{total:,}" = {p[most]:.3f}'),
            formula("P(b | a) = C_(a b) / (sum_c C_(a c))"),
        )
        for part, y in zip(self.formula, (2.85, 1.6), strict=True):
            part.move_to([PANEL, y, 0]).align_to(bars.line, LEFT)
        for part in self.formula:
            self.play(FadeIn(part), run_time=0.6)
            self.wait(0.9)
        self.play(bars.bars.animate.set_fill(role("probability")),
                  self.frame.animate.set_stroke(role("probability")), run_time=0.6)
        for number, value in zip(bars.numbers, p, strict=True):
            number.show(value)
        self.table.show_pmf(chosen, p)
        self.sums[chosen].show(1, "probability")
        self.wait(1.8)

    def normalise(self, shown):
        """Row after row, from the top."""
        for i, pmf in enumerate(shown["pmf"]):
            self.table.show_pmf(i, pmf)
            self.table.sides[i].set_opacity(1)
            self.sums[i].show(1, "probability")
            self.add(self.sums[i])
            self.wait(0.45)
        self.play(FadeOut(self.frame), run_time=0.4)
        self.wait(1.2)
