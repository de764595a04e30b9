"""Theorems at random: trees of all rules, most of which look true, and some of which are not."""

from collections.abc import Callable
from typing import Any

from bptt.kernel import Equation, Step, extent, log, moment, sum_over, total
from falsifier.author import Author, Failed, Made, Stopped, Watch
from falsifier.given import (
    by_definitions,
    by_double_sum,
    by_ends,
    by_folding,
    by_hypotheses,
    by_two_proofs,
    by_two_sums,
    by_value,
    zero_by_zero,
)
from falsifier.over_time import by_induction, by_telescope, excursion
from falsifier.wording import (
    by_bound_name,
    by_derivative,
    by_function,
    by_name,
    by_rounding,
    imitated,
    with_matrices,
)

Family = Callable[[Author], Made]


def theorem(
    seed: int, watch: Watch, failed: Failed = lambda rule, told, error: None, family: str = ""
) -> None:
    """Make one theorem, and perhaps others out of it; the same seed, the same theorems.

    ``family`` asks for those of one family alone.
    """
    author = Author(seed, watch, failed)
    try:
        families = [item for item in FAMILIES if family in ("", item.__name__)]
        made = author.random.choices(families, [FAMILIES[item] for item in families])[0](author)
        while author.chance(0.55):
            made = extended(author, made)
    except Stopped:
        pass
    except (ValueError, TypeError) as error:
        failed("words", (), error)  # what is to be said was refused before any rule was asked


def extended(author: Author, made: Made) -> Made:
    """Take a sum over something free, or chain with something that is mostly true."""
    words, theorem = author.words, made.theorem
    scope = theorem.context
    roll = author.random.random()
    if scope and roll < 0.5:
        # The first of those that are free, so that ranges depend on what is summed over; or any.
        index = scope[0] if author.chance(0.4) else author.random.choice(scope)
        return author.apply("summed", index, premises=[made])
    if roll < 0.72:
        return author.chain(made, author.equal(theorem.right, author.rewritten(theorem.right, scope)))
    if roll < 0.87:
        return author.chain(author.equal(author.rewritten(theorem.left, scope), theorem.left), made)
    if roll < 0.9:
        # Two that do not meet: what is between them is nearly the same.
        wrong = author.random.choice((theorem.right * 2, theorem.right + words.leaf(scope)))
        return author.chain(made, author.equal(wrong, author.rewritten(wrong, scope)))
    if theorem.right.shape != (1, 1):
        return author.chain(made, author.equal(theorem.right, theorem.right + 0))
    q, u = words.step(author.random.choice("qqts"), scope), words.some_series()
    more = theorem.right + (u[q] - words.a) * words.leaf(scope)
    return author.chain(made, author.equal(theorem.right, more, [Equation(u[q], words.a)]))


def plain(author: Author) -> Made:
    """A formula and the same in other words."""
    scope = author.scope()
    left = author.words.scalar(scope, author.random.choice((1, 2, 2, 3)))
    return author.equal(left, author.rewritten(left, scope, author.random.choice((1, 1, 2, 3))))


def there_and_back(author: Author) -> Made:
    """A = B = A, where B speaks of more than A."""
    scope, more = author.scope(), author.scope()
    left = author.words.scalar(scope, author.random.choice((0, 1)))
    middle = left + 0 * author.words.leaf(more) if author.chance(0.6) else author.rewritten(left, more)
    return author.chain(author.equal(left, middle), author.equal(middle, author.rewritten(left, scope)))


def slip(author: Author) -> Made:
    """A formula and what is nearly the same: most of these are undecided or refuted."""
    scope = author.scope()
    left = author.words.scalar(scope, 1)
    more = author.words.leaf(scope)
    wrong = author.random.choice((left + 0 * more, left * 1, 2 * left, left + more * more, left * more))
    if author.chance(0.1):
        i, x = author.words.index(), author.words.x
        left, wrong = sum_over(i, (extent(i.size) * x[i] - total(x)) / (1 + x[i] ** 2)), 0 * more
    return author.equal(left, author.rewritten(wrong, scope, 1))


def through_a_denominator(author: Author) -> Made:
    """X + D Y = X + D Y + G/G - 1 = X, where D is a delta and G vanishes with it."""
    scope = author.scope()
    words = author.words
    delta, below = words.vanishing(scope)
    rest = author.random.choice((0 * words.a, words.leaf(scope), words.scalar(scope, 1)))
    whole = rest + author.random.choice((delta, delta * words.leaf(scope), words.leaf(scope)))
    middle = author.random.choice((whole + below / below - 1, whole * below / below))
    return author.chain(author.equal(whole, middle), author.equal(middle, author.rewritten(rest, scope, 1)))


def by_quotients(author: Author) -> Made:
    """Σ G/G Y = Σ Y over one range and then over another, whose steps may have one name; or a log beside."""
    words = author.words
    one = words.step("s")
    two = words.step("s" if author.chance(0.7) else "r")
    u = words.some_series()
    if author.chance(0.3):
        scope = author.scope()
        above = author.random.choice((u[words.when(scope)], words.a, words.leaf(scope)))
        left = author.random.choice((log(above) / above, 1 / above + log(above)))
        return author.equal(left, author.rewritten(left, scope))
    first = author.equal(sum_over(one, u[one] / u[one]) * words.a, sum_over(one, words.a))
    zero = sum_over(two, u[two] / u[two]) - sum_over(two, words.a / words.a)
    return author.chain(first, author.equal(sum_over(one, words.a), sum_over(one, words.a) + zero))


def changed(author: Author) -> Made:
    """A theorem of another family, in which something is assigned to afterwards."""
    made = author.random.choice([family for family in FAMILIES if family is not changed])(author)
    theorem, words = made.theorem, author.words
    targets: list[tuple[Any, str, Any]] = [(theorem, "hypotheses", ()), (theorem, "conditions", ())]
    targets += [(theorem, "right", words.b + 0), (theorem, "left", words.b + 0), (words.a, "name", "b")]
    for step in theorem.context:
        if isinstance(step, Step):
            targets += [(step, "last", step.horizon + 1), (step, "first", moment(0)), (step, "name", "T")]
    return author.apply("assign", *author.random.choice(targets), premises=[made])


# How often each family is tried, in relation to the others.
FAMILIES: dict[Family, int] = {
    plain: 14,
    there_and_back: 6,
    slip: 2,
    through_a_denominator: 9,
    zero_by_zero: 5,
    by_hypotheses: 10,
    by_two_proofs: 5,
    by_two_sums: 5,
    excursion: 8,
    by_derivative: 4,
    by_function: 2,
    by_rounding: 2,
    by_definitions: 4,
    by_folding: 6,
    by_ends: 4,
    by_value: 4,
    by_name: 4,
    by_bound_name: 4,
    by_double_sum: 4,
    by_quotients: 4,
    by_telescope: 16,
    by_induction: 18,
    with_matrices: 6,
    changed: 1,
    imitated: 1,
}
