"""Count what is said of the answers that were written before the reader: `python benchmarks/answers.py`.

The answers were written by the authors of this book, and not by students. A third is kept aside: nobody who
wrote the reader or the judge looked at it before its first count, which is kept below as it came out.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bptt.check import check, follow

ROOT = Path(__file__).parents[1]
ANSWERS = ROOT / "tests/check/answers"
RESULT = ROOT / "benchmarks/results/answers.md"
PARTS = {"tuned on": ("wrong", "right", "derivations"), "kept aside": ("aside",)}

# As they came out first. The part tuned on was read and judged before a line was changed for it, but for the
# slips, which were named first after one round of mending; the part kept aside was counted when all was done,
# before anybody had looked at it.
FIRST = {
    "wrong answers": ("176", "88"),
    "wrong answers proved": ("4", "0"),
    "wrong answers with the right slip named": ("119 of 170", "75"),
    "wrong answers with another slip named": ("9 of 170", "4"),
    "right answers": ("110", "55"),
    "right answers proved": ("105", "52"),
    "right answers refuted": ("4", "0"),
    "right answers said not to conform": ("0", "1"),
    "right answers not understood": ("1", "2"),
    "derivations with a wrong line": ("10", "5"),
    "the wrong line found": ("10", "5"),
    "derivations without one": ("10", "5"),
    "their ends told": ("10", "5"),
    "right lines": ("46", "24"),
    "right lines refuted": ("0", "0"),
}


def entries(part: str) -> dict[str, list[dict[str, Any]]]:
    """Load the answers of a part: wrong, right, and whole derivations."""
    files = {name: yaml.safe_load((ANSWERS / f"{name}.yml").read_text("utf-8")) for name in PARTS[part]}
    found: dict[str, list[dict[str, Any]]] = files.get("aside", files)
    return found


def typed(entry: dict[str, Any]) -> str:
    return f"{entry['where']}; {entry['text']}" if "where" in entry else str(entry["text"])


def slips(entry: dict[str, Any]) -> set[str]:
    """Collect the kinds of slip that a teacher would name."""
    also = entry.get("also", [])
    return {entry["slip"], *([also] if isinstance(also, str) else also)}


def of_answers(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Name, for each answer, the rows in which it counts."""
    for entry in found["wrong"]:
        said = check(entry["target"], typed(entry)).as_dict()
        named = {reason["slip"] for reason in said["reasons"]}
        yield "wrong answers"
        if said["verdict"] == "proved":
            yield "wrong answers proved"
        elif named:
            yield f"wrong answers with {'the right' if named & slips(entry) else 'another'} slip named"
    for entry in found["right"]:
        verdict = check(entry["target"], typed(entry)).verdict
        yield "right answers"
        how = {"does not conform": "said not to conform"}.get(verdict, verdict)
        yield f"right answers {how}"


def of_derivations(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Name, for each derivation and its lines, the rows in which they count."""
    for entry in found["derivations"]:
        derivation = follow(entry["target"], "\n".join(entry["lines"]))
        wrong, verdicts = entry.get("wrong"), [step.verdict for step in derivation.steps]
        right = verdicts[: wrong - 1] if wrong else verdicts
        for verdict in right:
            yield "right lines"
            if verdict in ("refuted", "does not conform", "circular", "no sum over t"):
                yield "right lines refuted"
            elif verdict in ("undecided", "not understood"):
                yield f"right lines {verdict}"
        if wrong:
            yield "derivations with a wrong line"
            if derivation.wrong == wrong:
                yield "the wrong line found"
        else:
            yield "derivations without one"
            if derivation.ends == entry["ends"]:
                yield "their ends told"


def counts(part: str) -> Counter[str]:
    found = entries(part)
    return Counter([*of_answers(found), *of_derivations(found)])


def written(now: dict[str, Counter[str]]) -> str:
    """Write what was counted, with what came out first."""
    tuned, aside = (now[part] for part in PARTS)
    rows = [
        f"| {row} | {first[0]} | {tuned[row]} | {first[1]} | {aside[row]} |" for row, first in FIRST.items()
    ]
    more = sorted((tuned.keys() | aside.keys()) - FIRST.keys())
    rows += [f"| {row} | | {tuned[row]} | | {aside[row]} |" for row in more]
    return f"""# What is said of answers

`python benchmarks/answers.py` counted this.
The answers stand in `tests/check/answers`.
They were written by the authors of the book, and not by students, before there was anything that reads them.
They are published slips and habits, and right answers in unusual forms, each evaluated beforehand.
A third was kept aside until the reader, the judge and the diagnosis were done.

| | tuned on, first | now | kept aside, first | now |
|---|---:|---:|---:|---:|
{chr(10).join(rows)}

The four wrong answers that were first called right are transposes of the right matrix, taken for rows.
What to expect of an answer that nobody has seen is the part kept aside, as it came out first.
"""


if __name__ == "__main__":
    RESULT.write_text(written({part: counts(part) for part in PARTS}), "utf-8")
    print(f"wrote {RESULT.relative_to(ROOT)}")
