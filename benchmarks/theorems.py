"""Random theorems of all rules, each judged in worlds that share nothing with the kernel: false ones by kind.

    python benchmarks/theorems.py [conclusions] [file]

It fails if a false conclusion is found, and writes what it found to the file if there is one.
"""

import subprocess
import sys
import time
from pathlib import Path

# The tests know how to make the theorems, and keep the first thousand conclusions.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "kernel"))
from falsifier.judge import FAULTS, LARGEST, LATEST, WORLDS
from falsifier.kinds import KINDS
from falsifier.search import Found, by_kind, search, smallest

CONCLUSIONS = 20_000


def report(found: Found, seconds: float, command: str, commit: str) -> str:
    """Write what was found as a page."""
    kinds = by_kind(found)
    false = sum(found.verdicts[kind] for kind in FAULTS)
    lines = [
        "# What the falsifier finds",
        f"`{command}` at commit {commit}: {found.attempts:,} applications of a rule gave "
        f"{found.conclusions:,} conclusions in {seconds:.0f} s of processor time. Each was judged in "
        f"{WORLDS} worlds (sizes up to {LARGEST}, horizons up to {LATEST}), {found.points:,} places in all.",
        "",
        f"**{false:,} conclusions are false**, of which {len(found.faults):,} are where the fault enters: "
        "their premises are true.",
        "",
        "| verdict | conclusions |",
        "|---|---|",
        *(f"| {kind} | {count:,} |" for kind, count in found.verdicts.most_common()),
        "",
        "*False*: in a world as declared, what is assumed holds and the sides differ. *False by two "
        "definitions*: so they do whichever of two definitions is taken at its word. *Misread*: true as "
        "declared, false as printed. *Alike*: two things print as one, and it cannot be read. *Vacuous*: no "
        "place was found at which what is assumed holds. *Unjudged*: the sides have no value there, or none "
        "that could be computed.",
        "",
        "| refused with | attempts |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in found.refusals.most_common()),
        "",
    ]
    lines += [f"True, and refuted: {len(found.denied):,}."] if found.denied else []
    lines += [f"- {text}" for text in sorted(found.denied, key=len)[:3]]
    lines += [f"No answer: {rule} ({text})" for rule, text in sorted(found.strange.items())]
    lines += ["", "| kind | | found | first after |", "|---|---|---|---|"]
    for name, words in KINDS.items():
        faults = kinds.get(name, [])
        first = f"{min(fault.after for fault in faults):,}" if faults else ""
        lines.append(f"| {name} | {words} | {len(faults):,} | {first} |")
    for name, faults in kinds.items():
        lines += ["", f"## {name}: {KINDS[name]}", "```", *smallest(faults[0]), "```"]
    return "\n".join(lines) + "\n"


def main(count: int = CONCLUSIONS, file: str = "") -> int:
    describe = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(describe, capture_output=True, text=True, check=False).stdout.strip()
    start = time.process_time()
    found = search(count)
    seconds = time.process_time() - start
    page = report(found, seconds, " ".join(["python", *sys.argv]), commit)
    print(page)
    if file:
        Path(file).write_text(page, encoding="utf-8")
    return 1 if any(found.verdicts[kind] for kind in FAULTS) else 0


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(main(int(words[0]) if words else CONCLUSIONS, words[1] if len(words) > 1 else ""))
