"""Looks for false conclusions: theorems at random, each judged in worlds that share nothing with the kernel.

``statement`` says what a conclusion claims, in a form of its own; ``declared`` and ``printed`` read it off a
theorem, by what was declared and by what is shown; ``worlds`` draws a world and computes in it; ``judge``
looks for one in which the claim is false. ``families`` makes the theorems, of words from ``vocabulary`` and
by the ``author``; ``search`` counts what comes of them. ``guards`` takes guards out, to see what it notices.
"""
