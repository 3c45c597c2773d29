"""A database that does something more when a run is recorded, and a user who interrupts just then."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from btsql.database import Target, connect
from btsql.record import RunRecord

PATIENCE = 60  # seconds


def meddle_with(connection: psycopg.Connection[Any], run: RunRecord | None, statement: str) -> None:
    """Have the database do something whenever this run, or any, is recorded."""
    connection.execute(
        "CREATE OR REPLACE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql "
        f"AS 'BEGIN PERFORM {statement}; RETURN NEW; END'"
    )
    condition = "" if run is None else f"WHEN (NEW.run_id = '{run.run_id}')"
    connection.execute(
        f"CREATE TRIGGER meddle BEFORE INSERT ON btsql.backtest_run FOR EACH ROW {condition} "
        "EXECUTE FUNCTION meddle()"
    )


@contextmanager
def interrupted_while_asleep(target: Target) -> Iterator[None]:
    """Expect that this process is interrupted, which is done once somebody sleeps in the database."""

    def interrupt() -> None:
        asleep = """
            SELECT count(*) FROM pg_stat_activity
             WHERE wait_event = 'PgSleep' AND datname = current_database()"""
        deadline = time.monotonic() + PATIENCE
        with connect(target) as other:
            while other.execute(asleep).fetchone() == (0,):
                if time.monotonic() > deadline:
                    return  # what is expected is then missed
                time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    with pytest.raises(KeyboardInterrupt):
        yield
    interrupting.join()
