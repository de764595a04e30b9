"""What MicroPython's itertools lacks."""


def permutations(items):
    items = tuple(items)
    if not items:
        yield ()
    for n in range(len(items)):
        for rest in permutations(items[:n] + items[n + 1 :]):
            yield (items[n],) + rest  # noqa: RUF005 (no star in a display in MicroPython)
