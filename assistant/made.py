"""A part that is made once, when it is first needed, whichever thread needs it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")


class made(cached_property[T]):
    """A cached_property that two threads don't make twice (as Python 3.12's would).

    The instance holds a lock for it, `making`, that one thread may take again.
    """

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            if instance is None:
                return self
            with instance.making:
                return super().__get__(instance, owner)
