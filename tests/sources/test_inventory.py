"""Hold the inventory of the source documents to its form: nothing is lost from it or tidied away in it."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

SOURCES = Path(__file__).resolve().parents[2] / "sources"

# source: records, records with a formula, records with a quote
CONTENT = {
    "000_d299d0e7f2605013.txt": (23, 17, 9),
    "001_c3f4455cf52a0869.txt": (53, 29, 33),
    "002_b46b1ca960040b42.txt": (27, 19, 22),
    "003_49e32ef16e1e22f2.txt": (49, 44, 26),
    "004_d1e1402161c70f1c.txt": (40, 37, 10),
}

REQUIRED = {"id", "source", "section", "kind", "says"}
OPTIONAL = {"formula", "quote", "translation", "from_picture", "confidence"}
KINDS = {"definition", "claim", "convention", "question", "worked-number"}
CONFIDENCES = {"high", "medium", "low"}

# What the formulas are written in; KaTeX sets every one of these.
# A new command is tried in KaTeX before it is added.
COMMAND = re.compile(
    r"""\\(
        begin | end | text | mathbf | mathrm | boldsymbol | operatorname | exp | log | tanh
        | frac | dfrac | sum | prod | partial | nabla | prime | hat | tilde | tau | theta | top
        | cdot | times | odot | in | ne | leftrightarrow | dots | quad | big | Big | [ ,{}\\]
    )""",
    re.VERBOSE,
)

# Slips and loose notation that a well-meant edit would correct; the ledger judges them as they stand.
SLIPS = {
    "S000-08": r"\sum_i^3 \sum_j^3",
    "S001-18": r"W^\top (\nabla_{h^{(t+1)}} L) \operatorname{diag}",
    "S001-19": r"\Big)^\top = W^\top",
    "S001-32": r"\partial b^{(t)}",
    "S002-11": r"S_{02} + W_2",
    "S003-03": r"-y_t\log\hat y_t",
    "S003-23": r"u*x_t + w*s_{t-1}",
    "S003-29": r"\partial s_0/dz_0",
    "S003-40": r"\partial E/do",
    "S003-41": r"\partial s_0/dz_0",
    "S004-17": r"\operatorname{softmax}(o^{(t)}_j)",
    "S004-27": r"\partial J^{(t)}}{\partial \mathbf{y}^{(t)}}",
    "S004-28": r"\partial \mathbf{o}^{(t)}} \times \mathbf{h}^{(t)}",
    "S004-29": r"(\mathbf{y}^{(t)} - \mathbf{y}'^{(t)}) \odot \mathbf{h}^{(t)}",
    "S004-34": r"\partial J^{T)}",
    "S004-35": r"\partial J^{T)}",
    "S004-36": r"\partial J^{T)}",
}


class UniqueKeyLoader(yaml.CSafeLoader):
    """Refuse a key that is given twice: PyYAML would silently keep the last one."""

    def construct_mapping(self, node, deep=False):
        repeated = [key for key, count in Counter(key.value for key, _ in node.value).items() if count > 1]
        if repeated:
            raise yaml.constructor.ConstructorError(None, None, f"given twice: {repeated}", node.start_mark)
        return super().construct_mapping(node, deep)


def load(text):
    return yaml.load(text, Loader=UniqueKeyLoader)


RECORDS = load((SOURCES / "formulas.yml").read_text(encoding="utf-8"))
DOCUMENTS = load((SOURCES / "documents.yml").read_text(encoding="utf-8"))


def record_defects(record):
    """List what is wrong with one record's form."""
    defects = []
    missing, unknown = REQUIRED - set(record), set(record) - REQUIRED - OPTIONAL
    if missing or unknown:
        defects.append(f"keys: missing {sorted(missing)}, unknown {sorted(unknown)}")
    for key in sorted((REQUIRED | {"formula", "quote", "translation"}) & set(record)):
        if not isinstance(record[key], str) or not record[key].strip() or record[key] != record[key].strip():
            defects.append(f"{key} is not a stripped, non-empty text")
    if defects:
        return defects

    if not re.fullmatch(r"S\d{3}-\d{2}[a-z]?", record["id"]) or record["id"][1:4] != record["source"][:3]:
        defects.append("id does not fit its pattern or its source")
    if record["kind"] not in KINDS:
        defects.append(f"kind {record['kind']!r}")
    for key in sorted({"says", "translation"} & set(record)):
        defects.extend(f"{key} {defect}" for defect in english_defects(record[key]))
    if "\\frac" in record["says"]:
        defects.append("says holds a fraction, which is too small in a line")
    if record.get("quote", "").isascii() != ("translation" not in record):
        defects.append("a quote is translated just where it is not English")
    if "formula" not in record and "quote" not in record:
        defects.append("neither formula nor quote")
    picture, confidence = record.get("from_picture"), record.get("confidence")
    if (picture, confidence) != (None, None) and (picture is not True or confidence not in CONFIDENCES):
        defects.append("from_picture and confidence do not go together")
    if "formula" in record:
        defects.extend(formula_defects(record["formula"]))
    return defects


def english_defects(text):
    """List what keeps a text from being a line of English with its mathematics between dollars."""
    parts = text.split("$")
    defects = [defect for formula in parts[1::2] for defect in formula_defects(formula)]
    if not text.isascii() or "\n" in text or len(parts) % 2 == 0:
        defects.append("is not one line of plain English")
    if re.search(r"[\^_]|\b(?!that\b|what\b)\w*hat\b", " ".join(parts[::2])):
        defects.append("holds mathematics outside dollars")
    return defects


def formula_defects(formula):
    """List what would keep KaTeX from setting a formula, or a reader from seeing mathematics only."""
    defects = []
    if "$" in formula:
        defects.append("formula holds $")
    if not re.sub(r"\\text\{[^{}]*\}", "", formula).isascii():
        defects.append("formula holds prose or full-width characters")
    unknown = {name for name in re.findall(r"\\(?:[A-Za-z]+|.)", formula) if not COMMAND.fullmatch(name)}
    if unknown:
        defects.append(f"formula holds the commands {sorted(unknown)}")
    if not braces_match(formula):
        defects.append("braces do not match")

    begun, ended = (Counter(re.findall(rf"\\{word}\{{(\w+)\}}", formula)) for word in ("begin", "end"))
    if begun != ended:
        defects.append("environments do not match")
    outside = re.sub(r"\\begin\{bmatrix\}.*?\\end\{bmatrix\}", "", formula, flags=re.DOTALL)
    if re.search(r"(?<!\\)&|\\\\", outside):
        defects.append("alignment marks outside a matrix")
    if formula.startswith("="):
        defects.append("a chain is continued by {}=")
    if re.search(r"[.,;=]$", formula):
        defects.append("closing punctuation, or a right side is missing")
    return defects


def braces_match(formula):
    depth = 0
    for brace in re.findall(r"[{}]", re.sub(r"\\[{}\\]", "", formula)):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def test_every_record_has_its_form():
    defective = {record["id"]: defects for record in RECORDS if (defects := record_defects(record))}
    assert defective == {}


def test_nothing_is_lost():
    sources = Counter(record["source"] for record in RECORDS)
    formulas = Counter(record["source"] for record in RECORDS if "formula" in record)
    quotes = Counter(record["source"] for record in RECORDS if "quote" in record)
    assert {source: (sources[source], formulas[source], quotes[source]) for source in sources} == CONTENT


def test_ids_are_unique_in_order_and_without_gaps():
    ids = [record["id"] for record in RECORDS]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    for source, (records, _, _) in CONTENT.items():
        places = [int(name[5:7]) for name in ids if name[1:4] == source[:3]]
        assert len(places) == records
        assert sorted(set(places)) == list(range(places[0], max(places) + 1))
        assert places[0] in (0, 1)  # 0 came late


def test_records_of_one_section_stand_together():
    sections = [(record["source"], record["section"]) for record in RECORDS]
    changes = sum(here != there for here, there in pairwise(sections))
    assert changes + 1 == len(set(sections))


@pytest.mark.parametrize("place", SLIPS)
def test_slips_stay_as_printed(place):
    (formula,) = (record["formula"] for record in RECORDS if record["id"] == place)
    assert SLIPS[place] in formula


def test_every_document_is_described():
    assert [document["source"] for document in DOCUMENTS] == list(CONTENT)
    for document in DOCUMENTS:
        assert document["number"] == document["source"][:3]
        assert set(document) - {"english"} == {"number", "source", "title", "language", "kind"}
        assert ("english" in document) != document["title"].isascii()


def test_a_continued_chain_has_a_record_before_it():
    for before, record in pairwise(RECORDS):
        if record.get("formula", "").startswith("{}="):
            assert before["section"] == record["section"], record["id"]


SOUND = {
    "id": "S001-01",
    "source": "001_c3f4455cf52a0869.txt",
    "section": "somewhere",
    "kind": "claim",
    "says": "A sum.",
    "formula": r"{}= \sum_t \begin{bmatrix} a & b \\ c & d \end{bmatrix} \text{还} \{N\}",
}


def test_a_sound_record_passes():
    assert record_defects(SOUND) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"latex": "x"}, "keys"),
        ({"says": " "}, "says is not a stripped"),
        ({"quote": ""}, "quote is not a stripped"),
        ({"formula": None}, "formula is not a stripped"),
        ({"id": "S1-1"}, "id does not fit"),
        ({"id": "S002-01"}, "id does not fit"),
        ({"kind": "remark"}, "kind"),
        ({"says": "梯度"}, "says is not one line of plain English"),
        ({"says": "$x"}, "says is not one line of plain English"),
        ({"says": "W^T is transposed."}, "says holds mathematics outside dollars"),
        ({"says": "Gives the vector yhat."}, "says holds mathematics outside dollars"),
        ({"says": "Entry a_11."}, "says holds mathematics outside dollars"),
        ({"says": r"Gives $\yhat$."}, "says formula holds the commands"),
        ({"says": r"Gives $\frac{a}{b}$."}, "too small in a line"),
        ({"quote": "梯度"}, "translated just where"),
        ({"quote": "a slope", "translation": "the slope"}, "translated just where"),
        ({"quote": "梯度", "translation": "梯度"}, "translation is not one line of plain English"),
        ({"from_picture": True}, "do not go together"),
        ({"confidence": "high"}, "do not go together"),
        ({"from_picture": True, "confidence": "sure"}, "do not go together"),
        ({"formula": "$x$"}, "holds $"),
        ({"formula": "x，y"}, "full-width"),
        ({"formula": r"\text{a} 还 \text{b}"}, "prose"),
        ({"formula": r"\softmax(x)"}, "commands"),
        ({"formula": r"\frac{a}{b"}, "braces"),
        ({"formula": "}{"}, "braces"),
        ({"formula": r"\begin{bmatrix} a"}, "environments"),
        ({"formula": "a &= b"}, "alignment"),
        ({"formula": r"a = b \\ c"}, "alignment"),
        ({"formula": "= b"}, "{}="),
        ({"formula": "a = b,"}, "closing punctuation"),
        ({"formula": "a ="}, "closing punctuation"),
    ],
)
def test_a_spoilt_record_is_reported(change, complaint):
    assert complaint in " ".join(record_defects({**SOUND, **change}))


def test_a_record_without_content_is_reported():
    empty = {key: value for key, value in SOUND.items() if key != "formula"}
    assert record_defects(empty) == ["neither formula nor quote"]


def test_a_key_given_twice_is_refused():
    with pytest.raises(yaml.constructor.ConstructorError, match="given twice: \\['formula'\\]"):
        load("- formula: a\n  formula: b\n")
