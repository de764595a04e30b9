"""Draws the error of claimed gradients against the step size that they are measured with."""

import html
import math
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN, LINE = 520, 300, 48, 18
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56708a")
LOWEST = 1e-17


@dataclass(frozen=True, repr=False)
class Plot:
    """Errors against steps, as an SVG in a notebook and as a table when printed.

    Attributes:
        steps: the step sizes, from large to small.
        errors: line -> its relative error at each step, such as "W, central differences".
    """

    steps: tuple[float, ...]
    errors: dict[str, tuple[float, ...]]

    def __str__(self) -> str:
        width = max(map(len, self.errors))
        lines = [f"{'step':{width}}  " + "  ".join(f"{step:7.0e}" for step in self.steps)]
        lines += [
            f"{name:{width}}  " + "  ".join(f"{error:7.0e}" for error in errors)
            for name, errors in self.errors.items()
        ]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_svg_(self) -> str:
        left, right = math.log10(min(self.steps)), math.log10(max(self.steps))
        finite = [error for errors in self.errors.values() for error in errors if LOWEST < error < math.inf]
        top, bottom = math.ceil(math.log10(max(finite, default=1.0))), -17

        def at(step: float, error: float) -> str:
            x = MARGIN + (math.log10(step) - left) / (right - left) * (WIDTH - 2 * MARGIN)
            height = math.log10(min(max(error, LOWEST), 10.0**top))
            y = MARGIN / 2 + (top - height) / (top - bottom) * (HEIGHT - 1.5 * MARGIN)
            return f"{x:.1f},{y:.1f}"

        parts = []
        for power in range(bottom + 1, top + 1, 4):
            x, y = at(min(self.steps), 10.0**power).split(",")
            parts.append(_text(MARGIN - 6, float(y) + 4, f"1e{power}", "end"))
            parts.append(f'<path d="M{x} {y}H{WIDTH - MARGIN}" stroke="currentColor" stroke-opacity=".2"/>')
        for power in range(math.ceil(left), math.floor(right) + 1, 2):
            x = at(10.0**power, 1).split(",")[0]
            parts.append(_text(float(x), HEIGHT - MARGIN + 16, f"1e{power}", "middle"))
        parts.append(_text(WIDTH / 2, HEIGHT - 8, "step size", "middle"))
        parts.append(_text(6, 14, "relative error", "start"))
        for k, (name, errors) in enumerate(self.errors.items()):
            colour, dash = COLOURS[k // 2 % len(COLOURS)], "" if k % 2 == 0 else ' stroke-dasharray="5 3"'
            points = " ".join(map(at, self.steps, errors))
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
            )
            # Names below, two in a row: beside their lines they would cover each other.
            left_of, below = MARGIN + k % 2 * (WIDTH - 2 * MARGIN) / 2, HEIGHT + LINE * (k // 2 + 0.5)
            parts.append(f'<path d="M{left_of} {below}h24" stroke="{colour}" stroke-width="2"{dash}/>')
            parts.append(_text(left_of + 30, below + 4, name, "start", colour))
        whole = HEIGHT + LINE * math.ceil(len(self.errors) / 2) + 4
        described = html.escape(f"Relative error against step size: {', '.join(self.errors)}")
        font = 'font-family="sans-serif" font-size="11"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole}" width="{WIDTH}" '
            f'role="img" aria-label="{described}" {font}>{"".join(parts)}</svg>'
        )


def _text(x: float, y: float, text: str, anchor: str, colour: str = "currentColor") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{html.escape(text)}</text>'
