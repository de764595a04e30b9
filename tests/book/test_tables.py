"""Tables of numbers."""

import numpy as np

from bptt.book.tables import Table


def test_a_table_has_names_a_head_and_few_digits():
    table = Table({"$w$": ("$Q$", 2), "size": (np.float64(2 / 3), 1.23456e-17)})
    assert (
        str(table) == "| $w$ | $Q$ | 2 |\n| --- | ---: | ---: |\n| size | 0.6667 | $1.235\\cdot 10^{-17}$ |"
    )
    assert str(Table({"w": (1.0,), "x": (123456.0,)}, 2)).endswith(r"| x | $1.2\cdot 10^{5}$ |")
