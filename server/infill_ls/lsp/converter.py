"""JSON <-> lsprotocol's records: those alone that come and go here.

lsprotocol's own converter prepares all of its 500 records first, and compiles code for each kind that comes: some 37 ms
of work before the first suggestion, where this takes 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Union, get_args, get_origin

import attrs
from lsprotocol import types

_CHANGE = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument

Reader = Callable[[Any], Any]
"""Takes plain JSON; raises whatever a value of another kind raises."""


class Converter:
    """What pygls asks of a converter.

    Args:
        own: read what is not read by its fields alone, by what it is.
    """

    def __init__(self, own: Mapping[Any, Reader]) -> None:
        self._readers: dict[Any, Reader] = {
            str: _as_it_is,  # the records look at them themselves
            Any: _as_it_is,
            _CHANGE: self._change,
            **own,
        }
        self._fields: dict[type, list[tuple[str, str, Any]]] = {}

    def structure(self, value: Any, kind: Any) -> Any:
        """What plain JSON means; raises whatever a value of another kind raises."""
        reader = self._readers.get(kind)
        if reader is None:
            reader = self._readers[kind] = self._reader(kind)
        return reader(value)

    def unstructure(self, record: Any) -> dict[str, Any]:
        """A record as JSON has it, without what is as if it were not there; records in it stay what they are."""
        kind = type(record)
        fields = self._fields.get(kind)
        if fields is None:
            fields = self._fields[kind] = [
                (field.name, _name(field), _untold(kind, field)) for field in attrs.fields(kind)
            ]
        values = ((name, getattr(record, own), untold) for own, name, untold in fields)
        return {name: value for name, value, untold in values if value != untold}

    def _reader(self, kind: Any) -> Reader:
        if attrs.has(kind):
            return self._record(kind)
        choices = get_args(kind)
        if get_origin(kind) is Sequence:
            return lambda values: tuple(self.structure(each, choices[0]) for each in _list(values))
        if get_origin(kind) is not Union:
            return kind  # type: ignore[no-any-return]  # a number or an enumeration
        meant = [each for each in choices if each is not NoneType]
        if len(meant) > 1:
            return _as_it_is  # numbers or words, for whoever looks at them
        return lambda value: None if value is None else self.structure(value, meant[0])

    def _record(self, kind: type[attrs.AttrsInstance]) -> Reader:
        attrs.resolve_types(kind)
        fields = [
            (field.name, _name(field), field.default is attrs.NOTHING, field.type)
            for field in attrs.fields(kind)
        ]

        def read(value: Any) -> Any:
            found = {
                own: self.structure(value[name], of)
                for own, name, is_needed, of in fields
                if is_needed or name in value
            }
            return kind(**found)

        return read

    def _change(self, value: Any) -> Any:
        part, whole = get_args(_CHANGE)
        return self.structure(value, part if "range" in value else whole)


def _as_it_is(value: Any) -> Any:
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value


def _name(field: attrs.Attribute[Any]) -> str:
    first, *more = field.name.removesuffix("_").split("_")
    return first + "".join(map(str.title, more))


def _untold(kind: type, field: attrs.Attribute[Any]) -> Any:
    """The value of a field that JSON does not have then; of some the protocol wants a null."""
    return attrs.NOTHING if types.is_special_property(kind, field.name) else field.default
