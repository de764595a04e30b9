"""The questions of ``check`` are answered: each reference is proved, by the claim that it names."""

import pytest
from chapter import CHAPTERS, ROOT, shown

from bptt.book.claims import Claim
from bptt.check import LADDER, TARGETS, Question
from bptt.kernel import Equation, Formula, Moment, Step, decide, induct, moved, prove, step
from bptt.kernel.language.formula import Symbol, free_indices
from bptt.network import T, h, output_gradients, t
from bptt.symbolic import grad, jacobian

IN_A_CHAPTER = [question for question in LADDER if question.proof]
AT_ONCE = [question for question in LADDER if isinstance(question.by, Symbol) and not question.definitions]
g_o = Equation(output_gradients.series[t], output_gradients.formula, (t,))


def claim(label: str) -> Claim:
    (page,) = [page for page in CHAPTERS if f'"{label}"' in (ROOT / f"{page}.md").read_text("utf-8")]
    (found,) = [value for value in shown(page) if isinstance(value, Claim) and value.label == label]
    return found


def in_the_words_of(question: Question, formula: Formula) -> Formula:
    """Let a formula speak of the step of a question, whatever it calls its own, and of the label."""
    steps = [index for index in free_indices(formula) if isinstance(index, Step)]
    moves = {index: Moment(question.step) for index in steps if question.step}
    return question.adopted(moved(formula, moves))


@pytest.mark.slow
@pytest.mark.parametrize("question", IN_A_CHAPTER, ids=repr)
def test_a_reference_is_what_a_claim_of_the_book_proves(question: Question) -> None:
    assert question.proof
    right = in_the_words_of(question, claim(question.proof).right)
    assert decide(question.reference, right, [g_o] if question.definitions else [])


@pytest.mark.parametrize("question", AT_ONCE, ids=repr)
def test_a_reference_is_what_sympy_derives_where_no_time_is_in_it(question: Question) -> None:
    assert question.by
    derive = jacobian if question.name == "softmax" else grad
    assert decide(derive(question.of, question.by), question.reference)


def test_the_states_without_tanh_are_what_an_induction_gives() -> None:
    question = TARGETS["linear"]
    (states,) = question.definitions
    r = step("r", T, 1, T - 1)

    def closed(when: Moment) -> Formula:
        return moved(question.reference, {t: when})

    first = prove(h[1], closed(Moment(None, 1)), given=[states[1]])
    so_far = Equation(h[r], closed(Moment(r)))
    onward = prove(h[r + 1], closed(r + 1), given=[states[r + 1], so_far])
    assert induct(t, h[t], question.reference, first, onward, r)


def test_each_question_is_answered_in_one_way_or_another() -> None:
    answered = [question.name for question in (*IN_A_CHAPTER, *AT_ONCE)]
    assert {question.name for question in LADDER} == {*answered, "linear"}
