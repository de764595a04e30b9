"""What the kernel says where it says neither proved nor refuted."""


class Undecided(Exception):
    """The kernel can neither prove nor refute; it is never evidence for either."""


class Vacuous(Undecided):
    """All that is supposed holds at no point that was tried, so that nothing was said of any."""


class Contradiction(AssertionError):
    """One statement is proved and refuted: a fault of the kernel, after which nothing it says counts."""
