"""Negative controls: each line broken on purpose here is a line whose break the tests notice."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from broken import broken_copy, checked, failed_in_a_test

pytestmark = pytest.mark.slow

# What holds each package, or one of its files, to account.
BANKS = {
    "kernel": "tests/kernel/test_proofs.py tests/kernel/test_time.py",
    "kernel/language/time.py": "tests/kernel/test_time.py",
    "kernel/proof/normal_form_time.py": "tests/kernel/test_time.py",
    "kernel/language/series.py": "tests/kernel/test_time.py",
    "kernel/language/equations.py": "tests/kernel/test_time.py",
    "kernel/proof/rules.py": "tests/kernel/test_time.py",
    "kernel/language/formula.py": "tests/kernel/test_formula.py tests/kernel/test_time.py",
    "kernel/language/latex.py": "tests/kernel/test_formula.py tests/kernel/test_time.py",
    "check": "tests/check/test_mutants.py tests/check/test_time_mutants.py",
    "symbolic/entry.py": "tests/symbolic/test_entry.py",
    "symbolic/explicit.py": "tests/symbolic/test_entry.py",
    "symbolic/differentiate.py": "tests/symbolic/test_differentiate.py tests/symbolic/test_jacobian.py",
    "symbolic/network.py": "tests/symbolic/test_jacobian.py tests/symbolic/test_recurrent.py",
    "symbolic/ring.py": "tests/symbolic/test_ring.py",
    "book": "tests/book/test_claims.py tests/book/test_claims_in_time.py",
    "book/network_sample.py": "tests/book/test_claims_in_time.py",
    "site/ledger.py": "tests/site/test_ledger.py",
    "site/ledger_text.py": "tests/site/test_ledger.py",
}

# What breaks: the file, the text, the text instead of it.
BREAKS = {
    # The index form: what a formula means.
    "transpose does not swap": (
        "kernel/proof/index_form.py",
        "return index_form(node.args[0], col, row, scope)",
        "return index_form(node.args[0], row, col, scope)",
    ),
    "the identity is all ones": (
        "kernel/proof/index_form.py",
        "return constant(1) if row is None or col is None else monomial(Delta(row, col))\n\n\ndef add",
        "return constant(1)\n\n\ndef add",
    ),
    "diag is not diagonal": (
        "kernel/proof/index_form.py",
        "return on_diagonal * index_form(node.args[0], row, None, scope)",
        "return index_form(node.args[0], row, None, scope)",
    ),
    "a product of sums shares its bound index": (
        "kernel/proof/polynomial.py",
        "right = term.freshen()",
        "right = term",
    ),
    "two sums over one index object share it": (
        "kernel/proof/index_form.py",
        "running = node.index.fresh()",
        "running = node.index",
    ),
    "freshening forgets the factors": (
        "kernel/proof/polynomial.py",
        "factors = tuple((atom.rename(renaming), power) for atom, power in self.factors)\n"
        "        return Term(self.coefficient, factors, tuple(renaming.values()))",
        "factors = self.factors\n        return Term(self.coefficient, factors, tuple(renaming.values()))",
    ),
    "the sign of a difference is lost": (
        "kernel/proof/polynomial.py",
        "Term(-term.coefficient, term.factors, term.bound)",
        "Term(abs(term.coefficient), term.factors, term.bound)",
    ),
    "renaming does not reach into functions": (
        "kernel/proof/polynomial.py",
        "return Image(self.function, self.argument.rename(renaming))",
        "return self",
    ),
    "renaming does not reach into denominators": (
        "kernel/proof/polynomial.py",
        "return Group(self.inside.rename(renaming))",
        "return self",
    ),
    "a derivative is taken for its function": (
        "kernel/proof/index_form.py",
        "Image(repr(node.function),",
        "Image(node.function.name,",
    ),
    "rows and columns of by_entry exchanged": (
        "kernel/proof/index_form.py",
        "((node.row, row), (node.col, col))",
        "((node.row, col or row), (node.col, row or col))",
    ),
    "an entry ignores the scope of its index": (
        "kernel/proof/index_form.py",
        "place = tuple(index and scope.get(index, index) for index in (node.row, node.col))",
        "place = (node.row, node.col)",
    ),
    # The normal form: which rewritings keep the value.
    "contraction forgets the factors": (
        "kernel/proof/normal_form.py",
        "factors = [(other.rename({old: new}), exponent) for other, exponent in factors]",
        "factors = list(factors)",
    ),
    "contraction forgets the other deltas": (
        "kernel/proof/normal_form.py",
        "waiting = [(other.rename({old: new}), exponent) for other, exponent in waiting]",
        "waiting = list(waiting)",
    ),
    "contraction forgets the deltas that were kept": (
        "kernel/proof/normal_form.py",
        "waiting += [(other, exponent) for other, exponent in kept if isinstance(other, Delta)]\n"
        "            kept = []",
        "pass",
    ),
    "a delta that was kept is dropped": (
        "kernel/proof/normal_form.py",
        "waiting += [(other, exponent) for other, exponent in kept if isinstance(other, Delta)]\n",
        "pass\n",
    ),
    "a delta of free indices is dropped": (
        "kernel/proof/normal_form.py",
        "kept = [(other.rename({old: new}), 1) for other, _ in kept] + [(atom, 1)]",
        "kept = list(kept)",
    ),
    "a delta of free indices renames nothing": (
        "kernel/proof/normal_form.py",
        "return sorted(found, key=lambda pair: (pair[0] in bound, label({}, pair[0])), reverse=True)",
        "return [pair for pair in found if pair[0] in bound] or [(found[0][0], found[0][0])]",
    ),
    "a sum over an unused index counts once": (
        "kernel/proof/normal_form.py",
        "parts + [(Extent(index.size), 1) for index in term.bound if index not in used]",
        "parts",
    ),
    "all extents are one number": (
        "kernel/proof/normal_form.py",
        'return ("extent", atom.size.name)',
        'return ("extent",)',
    ),
    "the name of a matrix does not matter": (
        "kernel/proof/normal_form.py",
        '("element", atom.name)',
        '("element", "")',
    ),
    "the name of a function does not matter": (
        "kernel/proof/normal_form.py",
        'return ("image", atom.function, polynomial_key(atom.argument, labels))',
        'return ("image", polynomial_key(atom.argument, labels))',
    ),
    "coefficients inside a function do not matter": (
        "kernel/proof/normal_form.py",
        "(term_key(term, labels), str(term.coefficient))",
        "(term_key(term, labels), '')",
    ),
    "all bound indices have one name": (
        "kernel/proof/normal_form.py",
        'f"~{len(labels) + n}"',
        'f"~{len(labels)}"',
    ),
    "free indices of one range have one name": (
        "kernel/proof/normal_form.py",
        'f"{index.name} {index.size} {index.serial}"',
        'f"{index.size}"',
    ),
    "only one order of the bound indices is tried": (
        "kernel/proof/normal_form.py",
        "for first in permutations(rest[0]):",
        "for first in [rest[0]]:",
    ),
    "tanh is even": (
        "kernel/proof/normal_form.py",
        "return Fraction(-1) ** power, ((Image(function, normal_form(-argument)), power),)",
        "return Fraction(1), ((Image(function, normal_form(-argument)), power),)",
    ),
    "every function is odd": (
        "kernel/proof/normal_form.py",
        'if function == "tanh" and leads_with_minus(argument):',
        "if leads_with_minus(argument):",
    ),
    "every function turns sums into products": (
        "kernel/proof/normal_form.py",
        'if function == "exp":',
        'if function != "tanh":',
    ),
    "a single term loses its power": (
        "kernel/proof/normal_form.py",
        "return term.coefficient**power,",
        "return term.coefficient,",
    ),
    "a sum in a denominator is a single term": (
        "kernel/proof/normal_form.py",
        "if len(inside.terms) == 1 and not inside.terms[0].bound:",
        "if len(inside.terms) == 1:",
    ),
    "a denominator of a bound index is multiplied away": (
        "kernel/proof/normal_form.py",
        "if isinstance(atom, Group) and not set(atom.indices) & set(term.bound):",
        "if isinstance(atom, Group):",
    ),
    "a denominator is multiplied away from one term": (
        "kernel/proof/normal_form.py",
        "missing = group.inside.power(highest + exponent_of(term, key))",
        "missing = constant(1)",
    ),
    "nothing differs": (
        "kernel/proof/normal_form.py",
        "return without_denominators(normal_form(left + -right))",
        "return Polynomial()",
    ),
    "a denominator may be zero": (
        "kernel/proof/normal_form.py",
        'raise Undecided("a denominator is zero")',
        "return Fraction(0), ()",
    ),
    "the sign of a sum is that of terms that cancel": (
        "kernel/proof/normal_form.py",
        "uneven = [key for key in leading if leading[key]]",
        "uneven = list(leading)",
    ),
    "all names of bound indices are tried, however long it takes": (
        "kernel/proof/normal_form.py",
        "if count > MOST_RENAMINGS:",
        "if False:",
    ),
    "more is multiplied out than was meant": (
        "kernel/proof/polynomial.py",
        "MOST_TERMS = 5000",
        "MOST_TERMS = 10000",
    ),
    # The rules: when a proof is made, when a claim is refuted.
    "what is left does not matter": ("kernel/proof/theorem.py", "    if rest:\n", "    if False:\n"),
    "anyone may make a proof": ("kernel/proof/theorem.py", "if made_by is not DECIDED:", "if False:"),
    "no assumption is recorded": (
        "kernel/proof/theorem.py",
        "isinstance(node, Power) and node.exponent < 0",
        "False",
    ),
    "names are not compared when deciding": (
        "kernel/proof/theorem.py",
        "    check_names(left, right, *sides_of(given))\n    check_shapes(left, right)\n    check_given",
        "    check_shapes(left, right)\n    check_given",
    ),
    "names are not compared when refuting": (
        "kernel/run/refutation.py",
        "    check_names(left, right, *sides_of(given))\n    check_shapes(left, right)\n    compared",
        "    check_shapes(left, right)\n    compared",
    ),
    "a name may have two meanings": (
        "kernel/language/wellformed.py",
        "if before[1] != meaning:",
        "if False:",
    ),
    "an index may be free and bound": (
        "kernel/language/wellformed.py",
        "if index.name in around:",
        "if False:",
    ),
    "an index in a name clashes with one outside": (
        "kernel/language/wellformed.py",
        "        around = {index.name for index in free_indices(node)}\n",
        "        pass\n",
    ),
    "inside a name an index may be free and bound": (
        "kernel/language/wellformed.py",
        "        around = {index.name for index in free_indices(node)}\n",
        "        around = set()\n",
    ),
    "shapes are not compared": (
        "kernel/language/wellformed.py",
        "if left.shape != right.shape:",
        "if False:",
    ),
    "exact values never differ": ("kernel/run/refutation.py", "return left != right", "return False"),
    "rounding is a difference": ("kernel/run/refutation.py", "tolerance = 1e-9 if", "tolerance = 0 if"),
    "all sizes are one": (
        "kernel/run/refutation.py",
        "chosen = [dict(zip(names, order)) for order in orders]",
        "chosen = [dict(zip(names, [2] * len(names))) for order in orders]",
    ),
    "free indices stay at the first entry": (
        "kernel/run/refutation.py",
        "for n in spot.taken_by(index)]",
        "for n in list(spot.taken_by(index))[:1]]",
    ),
    "the key of a fraction is that of its numerator": (
        "kernel/proof/equality.py",
        "return polynomial_key(normal_form(index_form(node, row, col)))",
        "return polynomial_key(difference(index_form(node, row, col), index_form(node - node, row, col)))",
    ),
    "proved without a run": (
        "kernel/proof/theorem.py",
        "    if not refute(left, right, given):\n        raise Undecided",
        "    if False:\n        raise Undecided",
    ),
    # The evaluation, which must be right by itself.
    "evaluated without transposing": (
        "kernel/run/evaluate.py",
        "lambda i, j: value[j][i]",
        "lambda i, j: value[i][j]",
    ),
    "a value may have any shape": (
        "kernel/run/evaluate.py",
        "if not isinstance(value, list) or len(value) != rows or any(len(row) != cols for row in value):",
        "if False:",
    ),
    "a sum evaluated without its last term": (
        "kernel/run/evaluate.py",
        "for n in place.taken_by(node.index)]",
        "for n in list(place.taken_by(node.index))[:-1]]",
    ),
    # Time: what a sum over time means, and which rewritings of it keep its value for every T.
    "a range that may end before it begins": (
        "kernel/proof/index_form.py",
        "if not at_most(first, last + 1):",
        "if False:",
    ),
    "a dependent limit may lie outside of 1 to T": (
        "kernel/proof/index_form.py",
        "if not inside or (",
        "if False and (",
    ),
    "a sum up to t is one up to T": (
        "kernel/proof/index_form.py",
        "if declared.last.base != whole:",
        "if False:",
    ),
    "a sum from t on is one from 1 on": (
        "kernel/proof/index_form.py",
        "if declared.first.base is not None:",
        "if False:",
    ),
    "the terms before the range are kept": (
        "kernel/proof/index_form.py",
        "+ -written_out(body, running, low, first - 1)",
        "+ written_out(body, running, low, low - 1)",
    ),
    "the terms after the range are kept": (
        "kernel/proof/index_form.py",
        "+ -written_out(body, running, last + 1, high)",
        "+ written_out(body, running, last + 1, last)",
    ),
    "the terms beyond T are lost": (
        "kernel/proof/index_form.py",
        "+ written_out(body, running, high + 1, last)",
        "+ written_out(body, running, high + 1, high)",
    ),
    "a moment is renamed without its offset": (
        "kernel/proof/polynomial.py",
        "return new + when.offset",
        "return new",
    ),
    "a label has no time": (
        "kernel/proof/normal_form.py",
        'return ("label", place.name, place_key(labels, place.moment))',
        'return ("label", place.name)',
    ),
    "a label has no name": (
        "kernel/proof/normal_form.py",
        'return ("label", place.name, place_key(labels, place.moment))',
        'return ("label", place_key(labels, place.moment))',
    ),
    "a moment has no offset": (
        "kernel/proof/normal_form.py",
        'return ("moment", base, place.offset)',
        'return ("moment", base)',
    ),
    "a delta reaches moments that no step takes": (
        "kernel/proof/normal_form.py",
        "factors += within_time(old, new)",
        "factors += []",
    ),
    "a delta of moments forgets how far they are apart": (
        "kernel/proof/normal_form.py",
        "found.append((this.base, other - this.offset))",
        "found.append((this.base, other))",
    ),
    "x ≤ y turned round without x = y": (
        "kernel/proof/normal_form.py",
        "pieces = (other, with_factor(term.coefficient), with_factor(term.coefficient, Delta(x, y)))",
        "pieces = (other, with_factor(term.coefficient))",
    ),
    "the log of a sum is the sum of the logs": (
        "kernel/proof/normal_form.py",
        'if function == "log" and len(argument.terms) == 1 and is_positive(argument):',
        'if function == "log" and is_positive(argument):',
    ),
    "a shifted sum has no boundary": (
        "kernel/proof/normal_form_time.py",
        "terms += [at(last - n, term.coefficient), at(Moment(None, -n), -term.coefficient)]",
        "pass",
    ),
    "a sum shifted back has no boundary": (
        "kernel/proof/normal_form_time.py",
        "terms += [at(Moment(None, n), term.coefficient), at(last + n, -term.coefficient)]",
        "pass",
    ),
    "a sum is shifted the wrong way": (
        "kernel/proof/normal_form_time.py",
        ".rename({step: Moment(new, -ahead)})]",
        ".rename({step: Moment(new)})]",
    ),
    "t ≤ s+1 is t ≤ s": (
        "kernel/proof/normal_form_time.py",
        "for offset in range(1, gap + 1):",
        "for offset in range(0):",
    ),
    "t ≤ s-1 is t ≤ s": (
        "kernel/proof/normal_form_time.py",
        "for offset in range(gap + 1, 1):",
        "for offset in range(0):",
    ),
    "not after is before": (
        "kernel/proof/normal_form_time.py",
        "return constant(1) + -monomial(Before(y, x)) + monomial(Delta(x, y))",
        "return constant(1) + -monomial(Before(y, x))",
    ),
    "the factors stand in the other order": (
        "kernel/run/evaluate.py",
        "result = [[sum(a * row[j] for a, row in zip(us, result)) for j in range(len(us))] for us in left]",
        "result = [[sum(a * row[j] for a, row in zip(us, left)) for j in range(len(us))] for us in result]",
    ),
    "a factor is split off and another lost": (
        "kernel/proof/polynomial.py",
        "rest = Product((between, col), (first, last - 1), self.own, self.body)",
        "rest = Product((between, col), (first, last - 2), self.own, self.body)",
    ),
    "a product is split though it may be empty": (
        "kernel/proof/normal_form_time.py",
        "or not follows(first, last, order):",
        "or False:",
    ),
    "an empty product is all ones": (
        "kernel/proof/normal_form_time.py",
        "return constant(1) if row is None else monomial(Delta(row, col))",
        "return constant(1)",
    ),
    "a product has no limits": (
        "kernel/proof/normal_form.py",
        "for place in atom.places + atom.limits)",
        "for place in atom.places)",
    ),
    "T is at least 2": (
        "kernel/language/time.py",
        "return x.offset <= y.offset + 1",
        "return x.offset <= y.offset + 2",
    ),
    "the ranges of steps are exchanged": (
        "kernel/language/time.py",
        "at_most(x.base.last + x.offset, y)",
        "at_most(x.base.first + x.offset, y)",
    ),
    "horizons of any name are one": (
        "kernel/language/time.py",
        "if x.base == y.base:",
        "if x.base == y.base or type(x.base) is type(y.base) is Horizon:",
    ),
    "a bound step is moved": (
        "kernel/language/series.py",
        "inside[old] = Moment(new)",
        "pass",
    ),
    "a recurrence holds everywhere": (
        "kernel/language/equations.py",
        "if not (at_most(self.step.first, here) and at_most(here, self.step.last)):",
        "if False:",
    ),
    "what is given reaches other moments": (
        "kernel/language/equations.py",
        "same = root.name == equation.left.name and root.moment == equation.left.moment",
        "same = root.name == equation.left.name",
    ),
    "what is given is caught by a sum": (
        "kernel/language/equations.py",
        "if index in spoken_of:",
        "if False:",
    ),
    "a value may be said by itself": (
        "kernel/language/equations.py",
        "if any(isinstance(node, At) and str(node) == str(left) for node in walk(right)):",
        "if False:",
    ),
    "the claim may be given": (
        "kernel/language/equations.py",
        "if is_same(equation.left, side) and same(equation.right, other):",
        "if False:",
    ),
    "two values for one thing": (
        "kernel/language/equations.py",
        "if key in seen:\n            raise",
        "if False:\n            raise",
    ),
    "a proof forgets what it was given": (
        "kernel/proof/theorem.py",
        "return Proof(left, right, assumes, DECIDED, tuple(given))",
        "return Proof(left, right, assumes, DECIDED)",
    ),
    "points where the given does not hold refute": (
        "kernel/run/refutation.py",
        "place = where_given(free, given)",
        "place = free",
    ),
    "a value may print as a variable that it is not": (
        "kernel/language/equations.py",
        "    check_values([left, right] + sides_of(given), given)\n",
        "",
    ),
    "any equation for a variable makes it its value": (
        "kernel/language/equations.py",
        "if node.name not in known or not is_same(node.args[0], known[node.name]):",
        "if node.name not in known:",
    ),
    "values in what is given are not looked at": (
        "kernel/language/equations.py",
        "check_values([left, right] + sides_of(given), given)",
        "check_values([left, right], given)",
    ),
    "what holds everywhere is run at one moment": (
        "kernel/run/refutation.py",
        "return every_index(place, set(equation.steps())) if equation.everywhere else [place]",
        "return every_index(place, set(equation.steps()))[:1]",
    ),
    "what holds at one moment is run at all": (
        "kernel/run/refutation.py",
        "return every_index(place, set(equation.steps())) if equation.everywhere else [place]",
        "return every_index(place, set(equation.steps()))",
    ),
    "what holds everywhere speaks of one step": (
        "kernel/language/equations.py",
        "for step in sorted(equation.steps(), key=depth, reverse=True) if equation.everywhere else ():",
        "for step in ():",
    ),
    "the steps of what holds everywhere are bound from the outside": (
        "kernel/language/equations.py",
        "for step in sorted(equation.steps(), key=depth, reverse=True) if equation.everywhere else ():",
        "for step in sorted(equation.steps(), key=depth) if equation.everywhere else ():",
    ),
    "what is given is gone through once": (
        "kernel/run/refutation.py",
        "        if not changed:\n            return place\n",
        "        return place\n",
    ),
    "a value bears another name": (
        "kernel/language/equations.py",
        "return Named(str(self.left), self.right, latex(self.left))",
        'return Named("value", self.right, latex(self.left))',
    ),
    "only the steps of the left side are free": (
        "kernel/language/equations.py",
        "free = free_indices(self.left) | free_indices(self.right)",
        "free = free_indices(self.left)",
    ),
    "what is summed was given at one moment": (
        "kernel/proof/rules.py",
        "Sum(t, step.right), (step,), generalised(step.given, t))",
        "Sum(t, step.right), (step,), step.given)",
    ),
    "a sum forgets what its step assumes": (
        "kernel/proof/rules.py",
        "Sum(t, step.right), (step,), generalised(step.given, t))",
        "Sum(t, step.right), (), generalised(step.given, t))",
    ),
    "names are not compared in what is concluded": (
        "kernel/proof/rules.py",
        "    check_names(left, right)\n",
        "",
    ),
    "neighbouring labels may be equal": (
        "kernel/run/refutation.py",
        "label = (label + draw.randrange(1, max(count, 2))) % count",
        "label = 0",
    ),
    "T = 1 is not tried": ("kernel/run/refutation.py", "    if horizons:\n", "    if False:\n"),
    "any base will do": (
        "kernel/proof/rules.py",
        'for proof, when, name in ((base, t.first, "base"), (step, s + 1, "step")):',
        'for proof, when, name in ((step, s + 1, "step"),):',
    ),
    "any step will do": (
        "kernel/proof/rules.py",
        'for proof, when, name in ((base, t.first, "base"), (step, s + 1, "step")):',
        'for proof, when, name in ((base, t.first, "base"),):',
    ),
    "the step need not reach the last moment": (
        "kernel/proof/rules.py",
        "if not (at_most(s.first, t.first) and at_most(t.last - 1, s.last)):",
        "if False:",
    ),
    "any assumption is the hypothesis": (
        "kernel/proof/rules.py",
        "return not item.everywhere and is_same(item.left, left) and is_same(item.right, right)",
        "return is_same(item.left, left)",
    ),
    "a hypothesis for all moments is discharged": (
        "kernel/proof/rules.py",
        "return not item.everywhere and is_same",
        "return is_same",
    ),
    "what was given at one moment holds at all": (
        "kernel/proof/rules.py",
        "item.made_general() if t in",
        "item if t in",
    ),
    "telescoped without looking at the step": (
        "kernel/proof/rules.py",
        "agree(step.right, s - moved(s, {t: t + 1}) + r,",
        "agree(step.right, step.right,",
    ),
    "telescoped to the last moment": (
        "kernel/proof/rules.py",
        "ends = moved(s, {t: t.first}) - moved(s, {t: t.last + 1})",
        "ends = moved(s, {t: t.first}) - moved(s, {t: t.last})",
    ),
    "telescoped over a range that may be none": (
        "kernel/proof/rules.py",
        "if not at_most(t.first, t.last + 1):",
        "if False:",
    ),
    "a chain forgets what its second proof was given": (
        "kernel/proof/rules.py",
        "return concluded(first.left, second.right, (first, second), first.given + second.given)",
        "return concluded(first.left, second.right, (first, second), first.given)",
    ),
    "what does not agree passes": ("kernel/proof/rules.py", "        decide(one, other)\n", "        pass\n"),
    "a sum takes the time of its step as a position": (
        "kernel/run/evaluate.py",
        "return range(self.time(index.first), self.time(index.last) + 1)",
        "return range(self.time(index.first), self.time(index.last))",
    ),
    "functions round before they cancel": (
        "kernel/run/evaluate.py",
        "return lambda x: known(x) if isinstance(x, float) else Fraction(known(x))",
        "return known",
    ),
    # Formulas and their printing.
    "products conform by their outer sizes": (
        "kernel/language/formula.py",
        "if left.shape[1] != right.shape[0]:",
        "if left.shape[1] != right.shape[0] and left.shape[0] != right.shape[1]:",
    ),
    "floats are exact": (
        "kernel/language/formula.py",
        "isinstance(value, (int, Fraction))",
        "isinstance(value, (int, float, Fraction))",
    ),
    "a formula is a sequence": ("kernel/language/formula.py", "    __iter__ = None\n", ""),
    "the minus of a sum is set before its first term": (
        "kernel/language/latex.py",
        'return printer.within(args[0], alone) if args else "1"',
        'return printer.full(args[0]) if args else "1"',
    ),
    "zeros are set as 0 times ones": ("kernel/language/latex.py", "if f.is_zero(node):", "if False:"),
    "zeros are written as 0 times ones": ("kernel/language/text.py", "if f.is_zero(node):", "if False:"),
    "0 times anything is written as 0": (
        "kernel/language/formula.py",
        "not first.value and all(isinstance(arg, Ones) for arg in rest)",
        "not first.value",
    ),
    "an interval ends where it begins": (
        "kernel/language/latex.py",
        "{name(step.name)} \\\\le {when(step.last)}",
        "{name(step.name)} \\\\le {when(step.first)}",
    ),
    # Mutants.
    "one mutant is counted as often as it is made": ("check/mutants.py", "if key in seen:", "if False:"),
    "no mutant forgets a transpose": ("check/mutants.py", "lambda: node.args[0]", "lambda: node"),
    "the range of a step alone keeps that of a sum around": (
        "check/mutants.py",
        "limits = () if steps_in(first) + steps_in(last) else (first, last)",
        "limits = (first, last)",
    ),
    "no mutant swaps": (
        "check/mutants.py",
        "MatMul(*node.args[:n], node.args[n + 1], node.args[n],",
        "MatMul(*node.args[:n], node.args[n], node.args[n + 1],",
    ),
    "one misfit is counted as often as it is made": (
        "check/mutants.py",
        "if words not in seen:",
        "if True:",
    ),
    "what is transposed is transposed again": (
        "check/mutants.py",
        " and not isinstance(around, Transpose):",
        ":",
    ),
    "two factors are turned round twice": ("check/mutants.py", " and len(node.args) > 2:", ":"),
    "an undecided mutant is lost": (
        "check/mutants.py",
        "judgement.undecided.append((mutant, Undecided(str(reason))))",
        "pass",
    ),
    "misfits are lost": (
        "check/mutants.py",
        "judgement.misfits.append(Mutant(mutant.slip, mutant.formula, error))",
        "pass",
    ),
    "an index left free is taken at one value": (
        "check/mutants.py",
        "for spot in spots\n",
        "for spot in spots[:1]\n",
    ),
    "mutants are given nothing": (
        "check/mutants.py",
        "prove(left, mutant.formula, given)",
        "prove(left, mutant.formula)",
    ),
    "what equals the right side is held against the left alone": (
        "check/mutants.py",
        "decide(right, mutant.formula)",
        "decide(left, mutant.formula)",
    ),
    "whatever is undecided is the same": (
        "check/mutants.py",
        "decide(right, mutant.formula)",
        "decide(right, right)",
    ),
    # Derivatives.
    "captured indices are not caught": ("symbolic/differentiate.py", "    if caught:\n", "    if False:\n"),
    "derivatives left undone pass": (
        "symbolic/differentiate.py",
        "if result.has(sp.Derivative, sp.Subs):",
        "if False:",
    ),
    "the gradient is transposed": (
        "symbolic/differentiate.py",
        "derived(y, x, row, col))",
        "derived(y, x, row, col) if col is None or row.size != col.size else derived(y, x, col, row))",
    ),
    "a name and a symbol may be confused": (
        "symbolic/differentiate.py",
        '    check_names(y, x)\n    row, col = places(("row"',
        '    row, col = places(("row"',
    ),
    "a name and a symbol may be confused in a Jacobian": (
        "symbolic/differentiate.py",
        '    check_names(y, x)\n    row, col = places(("of_y"',
        '    row, col = places(("of_y"',
    ),
    "a square Jacobian is transposed": (
        "symbolic/differentiate.py",
        "f.ByEntry(row, col, derived(one, x, col, None))",
        "f.ByEntry(*((col, row) if y.shape == x.shape else (row, col)), derived(one, x, col, None))",
    ),
    "a Jacobian of anything": ("symbolic/differentiate.py", "if arg.shape[1] != 1:", "if False:"),
    "an immediate gradient is set as a gradient": (
        "symbolic/differentiate.py",
        ', mark="^{+}")',
        ")",
    ),
    "W is transposed in the states": ("symbolic/network.py", "tanh(W @ h[t - 1]", "tanh(W.T @ h[t - 1]"),
    "the copy of the step before is used": (
        "symbolic/network.py",
        "W_[t] @ h[t - 1]",
        "W_[t - 1] @ h[t - 1]",
    ),
    "the loss is turned round": ("symbolic/network.py", "-inner(onehot", "inner(onehot"),
    "label minus prediction": (
        "symbolic/network.py",
        "softmax(o[t]) - onehot(y[t])",
        "onehot(y[t]) - softmax(o[t])",
    ),
    "the slope of the state itself": (
        "symbolic/network.py",
        "W.T @ slope(t + 1) @ g[t + 1]",
        "W.T @ slope(t) @ g[t + 1]",
    ),
    "something follows the last step": (
        "symbolic/network.py",
        "nothing_after = defined(g, T + 1, 0)",
        "nothing_after = defined(g, T + 1, 1)",
    ),
    "a variable that does not occur": (
        "symbolic/differentiate.py",
        'raise ValueError(f"x: {variable} does',
        'print(f"{variable} does',
    ),
    "f' is read as f": ("symbolic/entry.py", 'name.count("\'")', "0"),
    "f' is written as f": (
        "symbolic/entry.py",
        "unknown_function(name, order + 1)",
        "unknown_function(name, order)",
    ),
    "one dummy for all contractions": (
        "symbolic/entry.py",
        'sp.Dummy("i", integer=True)',
        'sp.Symbol("i", integer=True)',
    ),
    "sums with other limits are read as whole": (
        "symbolic/entry.py",
        "if low != 0 or high + 1 not in self.sizes:",
        "if high + 1 not in self.sizes:",
    ),
    "a product over time is written out the other way round": (
        "symbolic/explicit.py",
        "result = at.matrix(node.args[0], {**places, node.index: n}) * result",
        "result = result * at.matrix(node.args[0], {**places, node.index: n})",
    ),
    "a product over time is written out one short": (
        "symbolic/explicit.py",
        "return range(at.time(index.first, places), at.time(index.last, places) + 1)",
        "return range(at.time(index.first, places), at.time(index.last, places))",
    ),
    "entries of a and A are one": ("symbolic/explicit.py", "!= meaning:", "is None:"),
    "entries of large matrices are one": ("symbolic/explicit.py", '"," if max(rows, cols) > 9 else ""', '""'),
    "nothing differs in the ring": (
        "symbolic/ring.py",
        "return not polynomials.from_expr(numerator)",
        "return True",
    ),
    "all functions are one unknown": (
        "symbolic/ring.py",
        "type(value)(*(sp.expand(arg) for arg in value.args))",
        "value.args[0]",
    ),
    # The book: what is shown, and what is believed.
    "a refuted claim is shown": (
        "book/claims.py",
        "proof = prove(left, right, given)",
        "proof = prove(left, left, given)",
    ),
    "few wrong variants need no reason": (
        "book/claims.py",
        "if conforming < ENOUGH_MUTANTS",
        "if conforming < 0",
    ),
    "NumPy need not agree": ("book/claims.py", "if not report.passed(TOLERANCE):", "if False:"),
    "nothing is measured": ("book/claims.py", "if by is not None and (loss or run.network):", "if False:"),
    "what a claim assumes is not shown": (
        "book/claims.py",
        "dict.fromkeys(c for proof in proofs for c in proof.conditions)",
        "()",
    ),
    "undecided mutants are not shown": (
        "book/claims.py",
        'lines.append(f"- {code(str(mutant.formula))} — **undecided**")',
        "pass",
    ),
    "sizes beyond those of a run": ("book/sample.py", "if len(names) > len(free):", "if False:"),
    "what holds can be rejected": (
        "book/claims.py",
        'raise NotProved(f"{label}: {left} = {right} was',
        'self.title = (f"{label}: {left} = {right} was',
    ),
    "a run has equal sizes": (
        "book/sample.py",
        "EXTENTS = (3, 5, 4, 7, 6, 8, 9)",
        "EXTENTS = (3, 3, 3, 3, 3, 3, 3)",
    ),
    "a claim is given nothing": (
        "book/claims.py",
        "proof = prove(left, right, given)",
        "proof = prove(left, right)",
    ),
    "the mutants of a claim are given nothing": (
        "book/claims.py",
        "judge(proof.left, proof.right, proof.given)",
        "judge(proof.left, proof.right)",
    ),
    "what is rejected is given nothing": (
        "book/claims.py",
        "                prove(left, right, given)\n",
        "                prove(left, right)\n",
    ),
    "the definitions that are given are not named": (
        "book/claims.py",
        "if defined else []",
        "if False else []",
    ),
    "what is given is not said": ("book/claims.py", 'return found + [f"given', 'return found or [f"given'),
    "what is given is not listed": (
        "book/claims.py",
        'lines += [f"- given {equation}" for equation in equations(self.proof)]',
        "lines += []",
    ),
    "a definition holds at any time": (
        "book/claims.py",
        "self.equal.steps()] if self.equal",
        "()] if self.equal",
    ),
    "T is one of the sizes": ("book/claims.py", "if not isinstance(size, Horizon)]", "]"),
    "what the network has is drawn": ("book/sample.py", "if item.name not in self.values:", "if True:"),
    "a size of the network is taken again": (
        "book/sample.py",
        "if extent not in self.sizes.values()]",
        "]",
    ),
    "the network is measured by its last step": (
        "book/sample.py",
        "self.network.measured_at(by.name, time) for time in times",
        "self.network.measured_at(by.name, times[-1]) for time in times",
    ),
    "the network is square": (
        "book/network_sample.py",
        '{"n": 3, "m": 5, "k": 4, "T": 6}',
        '{"n": 3, "m": 3, "k": 3, "T": 3}',
    ),
    "the network starts at 0": ("book/network_sample.py", "draw.uniform(-0.9, 0.9, H)", "np.zeros(H)"),
    "the labels of the network are equal": (
        "book/network_sample.py",
        "np.cumsum(draw.integers(1, K, T)) % K",
        "np.full(T, 1)",
    ),
    "h(0) is not where the network starts": (
        "book/network_sample.py",
        "0: columns(h0)}",
        "0: columns(run.h[0])}",
    ),
    "the last step is followed by itself": (
        "book/network_sample.py",
        "beyond = columns(np.zeros_like(array[0]))",
        "beyond = columns(array[-1])",
    ),
    "the network is measured at any time": (
        "book/network_sample.py",
        ' or not 1 <= time <= self.sizes["T"]:',
        ":",
    ),
    "the network is measured from another start": (
        "book/network_sample.py",
        'self.arrays["y"], self.arrays["h0"])',
        'self.arrays["y"])',
    ),
    "a derivation is given nothing": (
        "book/derivations.py",
        "prove(last, line, self.given)",
        "prove(last, line)",
    ),
    "an answer is given nothing": (
        "book/exercises.py",
        "prove(expected, formula(answer), given)",
        "prove(expected, formula(answer))",
    ),
    "a step need not be equal": (
        "book/derivations.py",
        "self.proofs.append(prove(last, line, self.given))",
        "self.proofs.append(prove(last, last, self.given))",
    ),
    "a step may change nothing": ("book/derivations.py", "if latex(line) == latex(last):", "if False:"),
    "a printed number is believed": (
        "book/numbers.py",
        "if not same(self.value, exact(printed)):",
        "if False:",
    ),
    "floats pass for exact numbers": ("book/exact.py", "if result.atoms(sp.Float):", "if False:"),
    "every answer is right": (
        "book/exercises.py",
        "proof = prove(expected, formula(answer), given)",
        "proof = prove(expected, expected, given)",
    ),
    "every number is right": ("book/exercises.py", "if not same(given, wanted):", "if False:"),
    "argued is held to be proved": (
        "site/ledger.py",
        "YES = (evidence.PROVED, evidence.COMPUTED)",
        "YES = (evidence.PROVED, evidence.COMPUTED, evidence.ARGUED)",
    ),
    "a convention need make no difference": (
        "site/ledger.py",
        "if all_of(evidence.UNDER, outcomes) - set(YES) or all_of(evidence.WITHOUT, outcomes) - set(NO):",
        "if False:",
    ),
    "any two conventions are one": (
        "site/ledger.py",
        "if words[evidence.UNDER] != words[evidence.WITHOUT]:",
        "if False:",
    ),
    "one half of a convention is enough": ("site/ledger.py", "if len(words) < 2:", "if False:"),
    "one reading is ambiguous": ("site/ledger.py", "if len(outcomes) < 2:", "if False:"),
    "equal readings are ambiguous": (
        "site/ledger.py",
        "if len({came_out <= set(YES) for came_out in outcomes.values()}) < 2:",
        "if False:",
    ),
    "a reading may be a definition": (
        "site/ledger.py",
        "if all_of(evidence.READING, outcomes) - {*YES, *NO}:",
        "if False:",
    ),
    "what is corrected need not be wrong": (
        "site/ledger.py",
        "if not printed or printed - set(NO):",
        "if False:",
    ),
    "proved and refuted at once": (
        "site/ledger.py",
        "if came_out & set(YES) and came_out & set(NO):",
        "if False:",
    ),
    "words do not matter": (
        "site/ledger.py",
        "outcomes.setdefault((item.role, item.words), set())",
        'outcomes.setdefault((item.role, ""), set())',
    ),
    "as printed and under a convention at once": ("site/ledger.py", "if len(judges) > 1:", "if False:"),
    "a verdict without evidence": (
        "site/ledger.py",
        "judges.pop()(id, outcomes) if judges else NOT_YET",
        'judges.pop()(id, outcomes) if judges else "holds"',
    ),
    "an answer may rest on anything": (
        "site/ledger.py",
        'certain = {output["label"]: output for _, output in outputs if output["outcome"] in YES}',
        'certain = {output["label"]: output for _, output in outputs}',
    ),
    "what an answer rests on is not shown": ("site/ledger_text.py", "if item.rests_on:", "if False:"),
    "what a record assumes is not shown": (
        "site/ledger_text.py",
        'facts += output.get("assumes", ())',
        "facts += []",
    ),
    "rows of fractions touch": (
        "site/ledger_text.py",
        "if matrix_of_fractions else []",
        "if False else []",
    ),
    "any id will do": ("site/ledger.py", 'if taken["id"] not in table:', "if False:"),
}


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[CompletedProcess[str]]]]:
    """Start the checks of all selected breaks at once, a few at a time."""

    def run(broken: str) -> CompletedProcess[str]:
        file, old, new = BREAKS[broken]
        copy = broken_copy(places[broken], file, old, new)
        return checked(copy, *(BANKS.get(file) or BANKS[file.split("/")[0]]).split())

    items = [item for item in request.session.items if item.module is request.module]
    selected = [item.callspec.params["broken"] for item in items if hasattr(item, "callspec")]
    # Here and not in the threads, which would make the folder that holds them all at the same time.
    places = {broken: tmp_path_factory.mktemp("broken") for broken in selected}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {broken: pool.submit(run, broken) for broken in selected}


@pytest.mark.parametrize("broken", BREAKS)
def test_the_break_is_noticed(broken: str, runs: dict[str, Future[CompletedProcess[str]]]) -> None:
    run = runs[broken].result()
    assert failed_in_a_test(run), f"no check noticed it:\n{run.stdout}{run.stderr}"


def test_an_unbroken_copy_passes(tmp_path: Path) -> None:
    run = checked(broken_copy(tmp_path), *sorted(set(" ".join(BANKS.values()).split())))
    assert run.returncode == 0, run.stdout
