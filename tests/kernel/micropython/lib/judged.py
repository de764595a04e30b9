"""Say what is said of an answer, in whichever Python it runs."""

import json

import known_answers

from bptt.check import TARGETS, judge_formula


def said(name):
    target, answer = known_answers.ANSWERS[name]
    return judge_formula(TARGETS[target], answer).as_dict()
