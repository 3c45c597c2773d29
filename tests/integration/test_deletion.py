"""What happens to those who are about to do something to a run that another session deletes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

import records
from btsql.database import Target, connect


@pytest.mark.parametrize("call", ["add_note(%s, 'seen')", "set_tags(%s, '{keep}')", "delete_run(%s)"])
def test_who_waits_for_a_deletion_is_told_that_there_is_no_such_run(
    connection: psycopg.Connection[Any], database: Target, call: str
) -> None:
    record = records.success()
    connection.execute("SELECT btsql.record_run(%s::jsonb)", [record.document()])
    with connect(database) as deleting, ThreadPoolExecutor(1) as pool:
        with deleting.transaction():
            deleting.execute("SELECT btsql.delete_run(%s)", [str(record.run_id)])
            late = pool.submit(connection.execute, f"SELECT btsql.{call}".encode(), [str(record.run_id)])
            waited = "SELECT FROM pg_locks WHERE NOT granted AND pid = %s"
            while not deleting.execute(waited, [connection.info.backend_pid]).rowcount:
                assert not late.done()
                time.sleep(0.01)
        with pytest.raises(psycopg.errors.NoDataFound, match=f'no run answers to "{record.run_id}"'):
            late.result(timeout=60)
