"""How an error reads that the package raises on purpose: the reader's own lines, and one message.

It is on purpose where a ``raise`` of the package raises it, of whatever class: a verdict, a shape that does
not fit, an argument that is refused. What befalls the package, such as the TypeError of an operation or an
error of another library, is a fault and keeps its whole traceback; so does what calls the package wrong.
"""

import sys
from opcode import opmap
from types import TracebackType
from typing import Any

FAULTS = (AssertionError, NotImplementedError)


def install() -> None:
    """Shorten such an error before it is shown: by Python, and by the IPython that this runs in, if any."""
    show = sys.excepthook

    def shown(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        shorten(error)
        show(kind, error, error.__traceback__)

    sys.excepthook = shown
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    if shell and not shell.custom_exceptions:
        shell.set_custom_exc((Exception,), shown_in_cell)


def shown_in_cell(
    shell: Any, kind: type[BaseException], error: BaseException, _: Any, tb_offset: int | None = None
) -> None:
    shorten(error)
    shell.showtraceback((kind, error, error.__traceback__), tb_offset=tb_offset, running_compiled_code=True)


def shorten(error: BaseException) -> bool:
    """Leave of an error on purpose the lines that are not the package's; tell whether its message is enough.

    What it was raised from is shown before it, unless the message of that is enough too.
    """
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    enough = before is None or shorten(before)
    if not is_on_purpose(error):
        return False
    rest = None
    for line in reversed(lines(error)):
        if not is_ours(line):
            rest = TracebackType(rest, line.tb_frame, line.tb_lasti, line.tb_lineno)
    error.__traceback__ = rest
    if enough:
        error.__cause__ = None
    return enough


def is_on_purpose(error: BaseException) -> bool:
    found = lines(error)
    if not found or not is_ours(found[-1]) or isinstance(error, FAULTS):
        return False
    return found[-1].tb_frame.f_code.co_code[found[-1].tb_lasti] == opmap["RAISE_VARARGS"]


def is_ours(line: TracebackType) -> bool:
    return str(line.tb_frame.f_globals.get("__name__")).partition(".")[0] == __package__


def lines(error: BaseException) -> list[TracebackType]:
    """List the lines of a traceback, the one that raised last."""
    found = []
    line = error.__traceback__
    while line:
        found.append(line)
        line = line.tb_next
    return found
