"""The ledger in words: its rows as the Markdown that the pages show."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from bptt.book import evidence
from bptt.site.ledger import NOT_YET, VERDICTS, Found, Row


def summary(table: list[Row]) -> str:
    """Count the verdicts of each document, in a Markdown table with a column for each document."""
    documents = sorted({row.document for row in table})
    links = [evidence.ledger_link(number) for number in documents]
    lines = [f"| verdict | {' | '.join(links)} | all |"]
    lines.append("|---" + "|---:" * (len(documents) + 1) + "|")
    counted = [(name, [row for row in table if row.verdict == name]) for name in (*VERDICTS, NOT_YET)]
    counted += [("all", table), ("argued only", [row for row in table if row.kinds == [evidence.ARGUED]])]
    for name, found in counted:
        if name == NOT_YET and not found:
            continue  # as in the book, whose build would have stopped
        counts = Counter(row.document for row in found)
        cells = [str(counts[number]) for number in documents]
        lines.append(f"| {name} | {' | '.join(cells)} | {len(found)} |")
    return "\n".join(lines)


def index(table: list[Row]) -> str:
    """List every record with its verdict and where it is dealt with, in a Markdown table."""
    lines = ["| record | what it says | verdict | document | settled in |", "|---|---|---|---|---|"]
    for row in table:
        page = row.found[0].page if row.found else ""
        chapter = f"{{doc}}`{short(page)} </{page}>`" if page else "—"
        document, says = evidence.ledger_link(row.document), escaped(str(row.record["says"]))
        lines.append(f"| {evidence.ledger_link(row.id)} | {says} | {row.verdict} | {document} | {chapter} |")
    return "\n".join(lines)


def short(page: str) -> str:
    """Name a chapter by its place, in a few words."""
    return page.removeprefix("chapters/").replace("/", ": ").replace("-", " ")


def about(table: list[Row], what: str) -> str:
    """Write the records of a document such as 001, its ``doubts 001``, or all those with one verdict."""
    if what in VERDICTS:
        return "\n\n".join(erratum(row) for row in table if row.verdict == what) or "None."
    kind, _, number = what.rpartition(" ")
    if number not in {row.document for row in table} or kind not in ("", "doubts"):
        raise ValueError(f"ledger: expected a document or one of {', '.join(VERDICTS)}, got {what!r}")
    if kind:
        return doubts(table, number)
    return document(table, what)


def doubts(table: list[Row], number: str) -> str:
    """List what is asked in a document: the question, its answer, and where it is answered."""
    return "\n\n".join(
        doubt(row) for row in table if row.document == number and row.record["kind"] == "question"
    )


def doubt(row: Row) -> str:
    (answer,) = row.found
    rests_on = ", ".join(link(other, said(other)) for other in answer.rests_on)
    place = f"{{doc}}`/{answer.page}`, {link(answer.output, 'where it is answered')}, from {rests_on}"
    lines = [*quotation(row.record), "", answer.output["text"], ""]
    return "\n".join([*lines, f"{evidence.ledger_link(row.id)} · {place}"])


def erratum(row: Row) -> str:
    """Write one record for a list of what was found: as printed, what came out, and why."""
    lines = [f"**{evidence.ledger_link(row.id)}.** {escaped(str(row.record['says']))}"]
    lines += [*displayed(str(row.record.get("formula", ""))), "", *reading(row.record)]
    lines += [line for item in row.found for line in ("", finding(item, row.record))]
    return "\n".join(lines)


def reading(record: Mapping[str, Any]) -> list[str]:
    """Say of what was read off a picture that it was, and how sure it is."""
    if not record.get("from_picture"):
        return []
    return [f"Read off a picture, with {record['confidence']} confidence."]


def finding(item: Found, record: Mapping[str, Any]) -> str:
    """Tell how a record was taken and what came out, with the counterexample or the correction under it."""
    output = item.output
    words = f"{taken(item, record)}: {output['outcome']}"
    reason = f", {output['reason']}" if output.get("reason") else ""
    formula = displayed(output["tex"]) if item.role != evidence.PRINTED else []
    return "\n  ".join([f"- {words}{reason} · {link(output, 'where it is run')}", *formula])


def document(table: list[Row], number: str) -> str:
    """Write the records of one document, each with its formula as printed and as it was checked."""
    blocks, shown = [], set[str]()  # what settles several records is set at the first of them
    for row in table:
        if row.document == number:
            blocks.append(block(row, shown))
            shown |= {item.output["label"] for item in row.found}
    return "\n\n".join(blocks)


def title(described: Mapping[str, str]) -> str:
    """Say what a document is: its title, in English too, its language and its kind."""
    english = f" (*{described['english']}*)" if "english" in described else ""
    return f"**{described['title']}**{english}: {described['kind']}. In {described['language']}."


def block(row: Row, shown: Collection[str] = ()) -> str:
    record, style = row.record, row.verdict.replace(" ", "-")
    lines = [f"(ledger-{row.id.lower()})="]
    lines += [
        f"::::{{admonition}} {row.id} · {row.verdict}",
        f":class: record {style}",
        escaped(str(record["says"])),
        *quotation(record),
    ]
    lines += [*displayed(str(record.get("formula", ""))), "", *reading(record)]
    lines += [line for item in row.found for line in account(item, record, item.output["label"] in shown)]
    return "\n".join([*lines, "::::"])


def account(item: Found, record: Mapping[str, Any], again: bool = False) -> list[str]:
    """Tell one piece of evidence: how the record was taken, what came out, and where."""
    output = item.output
    facts = [f"{taken(item, record)}: **{output['outcome']}**"]
    facts += [output["reason"]] if output.get("reason") else []
    facts += [f"for {output['proved_for']}"] if output.get("proved_for") else []
    facts += output.get("assumes", ())
    counts = ", ".join(counted(number, what) for what, number in output.get("mutants", {}).items() if number)
    facts += [f"slips: {counts}"] if counts else []
    if output.get("residual") is not None:
        facts.append(evidence.agreement(output["residual"], output.get("measured", ())))
    if item.rests_on:
        facts += ["resting on " + ", ".join(link(other, said(other)) for other in item.rests_on)]
    argued = output["outcome"] == evidence.ARGUED
    facts += [link(output, "where it is argued" if argued else "where it is run")]
    lines = ["", " · ".join(facts)]
    lines += ["", output["text"]] if "text" in output else []
    return lines if again else lines + displayed(output["tex"])


def result(words: str, output: Mapping[str, Any]) -> list[str]:
    """Write a proved equation with its shapes, and under it what it is, for what it holds, and where."""
    facts = ", ".join([f"for {output['proved_for']}", *output["assumes"]])
    shown = displayed(output["tex"])
    return [":::{container} result", *shown, "", f"{words} {{eq}}`{output['label']}`: {facts}.", ":::", ""]


def taken(item: Found, record: Mapping[str, Any]) -> str:
    """Say in words how a record was taken; only what the document prints as a formula is as printed."""
    if item.role == evidence.PRINTED:
        return "As read" if record.get("from_picture") else "As printed" if "formula" in record else "As said"
    return " ".join([TAKEN[item.role], item.words] if item.role in NAMED else [TAKEN[item.role]])


NAMED = (evidence.UNDER, evidence.WITHOUT, evidence.READING)  # these ways have words of their own
TAKEN = {
    evidence.UNDER: "If",
    evidence.WITHOUT: "Unless",
    evidence.READING: "Read so that",
    evidence.CORRECTED: "Corrected",
    evidence.DENIED: "As the document denies it",
}


def counted(number: int, what: str) -> str:
    return f"{number} {what.replace('do not', 'does not') if number == 1 else what}"


def link(output: Mapping[str, Any], words: str) -> str:
    """Link an output, by the number of its equation if it has one."""
    numbered = output["tex"] and output["outcome"] in (evidence.PROVED, evidence.DEFINED)
    return f"{{eq}}`{output['label']}`" if numbered else f"{{ref}}`{words} <{output['label']}>`"


def said(output: Mapping[str, Any]) -> str:
    """Put the label of an output in words."""
    return str(output["label"]).replace("-", " ")


def displayed(tex: str) -> list[str]:
    """Set a formula on a line of its own."""
    return ["", "$$", tex, "$$"] if tex else []


FORMULA = re.compile(r"(\$[^$]*\$)")  # what stands between dollars in the inventory


def escaped(text: str) -> str:
    """Let the words of the inventory stand in Markdown as they are, and its formulas be formulas."""
    parts = FORMULA.split(text)
    parts[::2] = map(evidence.escaped, parts[::2])
    return "".join(parts)


def quotation(record: Mapping[str, Any]) -> list[str]:
    """Quote a document's own words, with their translation under them."""
    if "quote" not in record:
        return []
    lines = ["", f"> {quoted(str(record['quote']))}"]
    if "translation" in record:
        lines += [">", f"> *In English:* {quoted(str(record['translation']))}"]
    return lines


def quoted(text: str) -> str:
    """Write a document's own Markdown and TeX in the Markdown of this book."""
    text = text.replace("\n", " ")
    text = re.sub(r"\$\$(.*?)\$\$", lambda formula: f"${formula[1]}$".replace(r"\_", "_"), text)
    text = re.sub(r"\\emph\{(.*?)\}", r"*\1*", re.sub(r"\{\\tt (\w+)\}", r"`\1`", text))
    return re.sub(r"\\(sec|eqn)\?", r"`\g<0>`", text)  # the document's lost references
