"""Notes and tags beside the records. Each function has the name of its SQL function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.rows import scalar_row

from btsql.database import translated_errors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    import psycopg


def add_note(connection: psycopg.Connection[Any], reference: str, note: str) -> UUID:
    """Add a note to a run and return the run's id.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.
    UsageError
        The note is empty.

    """
    query = "SELECT btsql.add_note(%s, %s)"
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        row: Any = cursor.execute(query, [reference, note]).fetchone()
    run_id: UUID = row
    return run_id


def set_tags(
    connection: psycopg.Connection[Any],
    reference: str,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> list[str]:
    """Add tags to a run and remove others; return the tags that it then has.

    Raises
    ------
    RunNotFound, AmbiguousReference
        No run fits the reference, or several do.
    UsageError
        A text cannot be a tag, or is to be both added and removed.

    """
    query = "SELECT btsql.set_tags(%s, add => %s::text[], remove => %s::text[])"
    with translated_errors(), connection.cursor(row_factory=scalar_row) as cursor:
        tags: list[str] = cursor.execute(query, [reference, list(add), list(remove)]).fetchone() or []
        return tags
