"""Things that cannot be changed once they are made: what was proved of them stays true of them."""

from typing import NoReturn


class Frozen:
    """A thing whose parts are set while it is made, by ``fix``, and never afterwards.

    A copy of it is the thing itself. It is not pickled: an index read back would be another one under the
    same serial number.
    """

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}: {name} cannot be changed; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__}: {name} cannot be taken away; make another one")

    def __copy__(self) -> "Frozen":
        return self

    def __deepcopy__(self, memo: object) -> "Frozen":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__}: cannot be pickled, for it would come back as another one")


def fix(thing: Frozen, **parts: object) -> None:
    """Set the parts of a thing that is being made; what is set already stays as it is."""
    for name, part in parts.items():
        if hasattr(thing, name):
            raise AttributeError(f"{type(thing).__name__}: {name} is set already and cannot be changed")
        object.__setattr__(thing, name, part)
