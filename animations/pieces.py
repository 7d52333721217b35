"""What more than one film is made of: rows of tokens, tables of counts, bars."""

from math import log1p

from manim import DOWN, LEFT, RIGHT, UP, Rectangle, RoundedRectangle, VGroup

from animations.theme import role, text

DEEPEST = 0.4  # of a role under type in ink: its contrast stays above 4.5 in both themes


def on_line(letter, point):
    """Move type into the middle of `point` by its first glyph, whatever hangs below the line."""
    height = 0.49 if letter.original_text[0] in ".aemn" else 0.66
    letter.move_to(point)
    return letter.shift(UP * (point[1] - height * letter.em / 2 - letter[0].get_bottom()[1]))


class TokenRow(VGroup):
    """Tokens in boxes, side by side, in monospaced type."""

    def __init__(self, tokens, size=0.68, gap=0.05):
        super().__init__()
        for number, token in enumerate(tokens):
            box = RoundedRectangle(width=size, height=size * 1.15, corner_radius=0.08, stroke_width=2)
            box.set_stroke(role("token")).set_fill(role("raised"), opacity=1)
            box.move_to(RIGHT * number * (size + gap))
            self.add(VGroup(box, on_line(text(token, size * 0.8, face="mono"), box.get_center())))
        self.center()

    def stamp(self, first):
        """The frame that covers two neighbours."""
        pair = VGroup(self[first], self[first + 1])
        frame = RoundedRectangle(width=pair.width + 0.16, height=pair.height + 0.2, corner_radius=0.12)
        return frame.set_stroke(role("data"), width=7).set_fill(opacity=0).move_to(pair).set_z_index(1)


class Number(VGroup):
    """A number that can change what it shows; zero is a dot, because never is not rarely."""

    def __init__(self, value, point, em, colour="ink"):
        super().__init__()
        self.point, self.em, self.colour = point, em, colour
        self.show(value)

    def show(self, value, colour=None):
        self.colour = colour or self.colour
        string = "·" if value == 0 else f"{value:.3f}" if isinstance(value, float) else f"{value:,}"
        if self.submobjects and (string, self.colour) == self.shown:
            return self.set_opacity(1)
        self.shown = string, self.colour
        drawn = text(string, self.em, "quiet" if value == 0 else self.colour)
        drawn = drawn.move_to(self.point) if value == 0 else on_line(drawn, self.point)
        self.submobjects = [drawn]
        return self


class CountTable(VGroup):
    """Letters down the side and across the top, a count in each cell; the last column is all the rest."""

    def __init__(self, letters, cell=(1.04, 0.98), last=1.2, em=0.38):
        super().__init__()
        self.letters, width = letters, [cell[0]] * len(letters) + [last]
        self.rows = len(letters)
        self.shades, self.numbers = VGroup(), VGroup()
        edge = [sum(width[:j]) for j in range(len(width) + 1)]
        for i in range(self.rows):
            for j, w in enumerate(width):
                shade = Rectangle(width=w, height=cell[1], stroke_width=1.5).set_stroke(role("rule"))
                shade.set_fill(role("paper"), opacity=1).move_to([edge[j] + w / 2, -i * cell[1], 0])
                self.shades.add(shade)
                self.numbers.add(Number(0, shade.get_center(), em))
        head = self.shades[: len(width)].get_top()[1] + 0.36
        middles = [edge[j] + cell[0] / 2 for j in range(self.rows)]
        self.columns = VGroup(
            *(on_line(text(c, 0.5, face="mono"), [x, head, 0]) for c, x in zip(letters, middles, strict=True))
        )
        self.columns.add(on_line(text("rest", 0.38, "quiet"), [edge[-2] + last / 2, head, 0]))
        self.sides = VGroup(
            *(on_line(text(c, 0.5, face="mono"), [-0.34, -i * cell[1], 0]) for i, c in enumerate(letters))
        )
        across = text("the next letter", 0.38, "quiet").next_to(self.columns, UP, buff=0.22)
        down = text("the letter before", 0.38, "quiet").rotate(1.5708)
        down.next_to(self.sides, LEFT, buff=0.2)
        self.axes = VGroup(across.match_x(self.shades), down.match_y(self.shades))
        self.add(self.shades, self.numbers, self.columns, self.sides, self.axes)

    def place(self, point):
        """Move the table's middle to a point; the numbers know their places from then on."""
        self.move_to(point)
        for shade, number in zip(self.shades, self.numbers, strict=True):
            number.point = shade.get_center()
        return self

    def index(self, i, j):
        return i * (self.rows + 1) + j

    def cell(self, i, j):
        return self.shades[self.index(i, j)]

    def row(self, i):
        """Cells and numbers of one row."""
        span = slice(self.index(i, 0), self.index(i + 1, 0))
        return self.shades[span], self.numbers[span]

    def frame(self, *cells):
        """A frame around cells, in the colour of counts."""
        around = VGroup(*cells)
        frame = Rectangle(width=around.width, height=around.height).move_to(around)
        return frame.set_stroke(role("data"), width=6).set_fill(opacity=0)

    def show_counts(self, counts):
        """Write counts into all cells at once; the deeper, the more often, on a logarithmic scale."""
        top = log1p(max(4, *(n for row in counts for n in row)))
        for i, row in enumerate(counts):
            for j, n in enumerate(row):
                self.numbers[self.index(i, j)].show(n)
                self.cell(i, j).set_fill(role("data", DEEPEST * log1p(n) / top))
        return self

    def show_pmf(self, i, pmf):
        """Write probabilities into a row; the depth goes with the square root."""
        for j, p in enumerate(pmf):
            self.numbers[self.index(i, j)].show(p)
            self.cell(i, j).set_fill(role("probability", DEEPEST * p**0.5))
        return self


class Bars(VGroup):
    """One bar for each value from a common line up, its number above and its letter below."""

    def __init__(self, values, letters, width=0.76, height=1.9, colour="data"):
        super().__init__()
        self.bars, self.numbers, self.letters = VGroup(), VGroup(), VGroup()
        top = max(values)
        for j, (value, letter) in enumerate(zip(values, letters, strict=True)):
            bar = Rectangle(width=width * 0.7, height=max(height * value / top, 0.015), stroke_width=0)
            bar.set_fill(role(colour), opacity=1).move_to([j * width, 0, 0], aligned_edge=DOWN)
            self.bars.add(bar)
            self.numbers.add(Number(value, bar.get_top() + UP * 0.24, 0.36))
            drawn = text(letter, 0.46, face="mono") if len(letter) == 1 else text(letter, 0.36, "quiet")
            self.letters.add(on_line(drawn, [j * width, -0.34, 0]))
        line = Rectangle(width=len(values) * width, height=0.02, stroke_width=0).set_fill(role("quiet"), 1)
        self.line = line.move_to([(len(values) - 1) * width / 2, -0.01, 0])
        self.add(self.bars, self.numbers, self.letters, self.line)

    def place(self, point):
        """Move the middle of the line to a point."""
        self.shift(point - self.line.get_center())
        for bar, number in zip(self.bars, self.numbers, strict=True):
            number.point = bar.get_top() + UP * 0.24
        return self
