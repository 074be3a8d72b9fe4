"""Columns that all tables share: encrypted text, and references that never cascade silently."""

from enum import Enum, auto
from typing import TYPE_CHECKING, Any, overload
from uuid import UUID as RowId

from piccolo.columns import Bytea, ForeignKey, OnDelete
from piccolo.columns.reference import LazyTableReference

from teamhope.kit import crypto
from teamhope.tables import reads

if TYPE_CHECKING:
    from piccolo.table import Table


class Reading(Enum):
    """Whether to open a value is an act that the audit keeps: it is, unless the column says otherwise."""

    COUNTS = auto()
    COUNTS_FOR_OTHERS = auto()  # not for the person whose row it is
    DOES_NOT_COUNT = auto()


class Encrypted(Bytea):
    """Text that only the key ring can read; what is stored opens in this column of this row alone."""

    def __init__(self, reading: Reading = Reading.COUNTS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reading = reading

    @property
    def column_type(self) -> str:
        return "BYTEA"

    @overload
    def __get__(self, obj: "Table", objtype: Any = None) -> bytes: ...
    @overload
    def __get__(self, obj: None, objtype: Any = None) -> "Encrypted": ...
    def __get__(self, obj: Any, objtype: Any = None) -> Any:
        return obj.__dict__[self._meta.name] if obj else self

    def __set__(self, obj: Any, value: bytes | None) -> None:
        obj.__dict__[self._meta.name] = value

    def _place(self, row_id: RowId) -> str:
        return f"{self._meta.table._meta.tablename}.{self._meta.name}.{row_id}"

    def seal(self, row_id: RowId, text: str) -> bytes:
        return crypto.seal(crypto.keys(), self._place(row_id), text)

    def seal_if(self, row_id: RowId, text: str | None) -> bytes | None:
        return None if text is None else self.seal(row_id, text)

    def reseal(self, row_id: RowId, value: bytes) -> bytes:
        """The same text under the newest key; nobody reads it. Raises KeyProblem."""
        place = self._place(row_id)
        return crypto.seal(crypto.keys(), place, crypto.unseal(crypto.keys(), place, value))

    def unseal(self, row_id: RowId, value: bytes) -> str:
        """Raises OutsideTransaction where the read would count and nobody is known to read."""
        if self.reading is not Reading.DOES_NOT_COUNT:
            reads.note(self._meta.table._meta.tablename, row_id, own=self.reading is Reading.COUNTS_FOR_OTHERS)
        return crypto.unseal(crypto.keys(), self._place(row_id), value)

    def unseal_if(self, row_id: RowId, value: bytes | None) -> str | None:
        return None if value is None else self.unseal(row_id, value)


def belongs_to(
    table: "type[Table] | LazyTableReference | str", on_delete: OnDelete = OnDelete.restrict
) -> ForeignKey[Any]:
    return ForeignKey(table, on_delete=on_delete, null=False, default=None)


def may_belong_to(
    table: "type[Table] | LazyTableReference | str", on_delete: OnDelete = OnDelete.restrict
) -> ForeignKey[Any]:
    return ForeignKey(table, on_delete=on_delete, null=True, default=None)
