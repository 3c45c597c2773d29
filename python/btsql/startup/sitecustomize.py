"""Python runs this when it starts, where `btsql exec` has put this directory first on its search path.

It has the backtests of the process recorded, and leaves everything else as it would be without it: the search
path, and a `sitecustomize` that the user or the system has besides.
"""

import importlib
import sys


def _start() -> None:
    here = __file__.rpartition("sitecustomize")[0].rstrip("/\\")
    sys.path[:] = [place for place in sys.path if place.rstrip("/\\") != here]
    own = sys.modules.pop("sitecustomize", None)
    try:
        importlib.import_module("sitecustomize")  # another one: the path has changed
    except ModuleNotFoundError as exc:
        if exc.name != "sitecustomize":
            raise
    finally:
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)
        _watch()


def _watch() -> None:
    try:
        from btsql.autorecord import watch  # noqa: PLC0415

        watch()
    except Exception as exc:  # noqa: BLE001 - a script runs, recorded or not
        sys.stderr.write(f"btsql: backtests of this process are NOT SAVED: {type(exc).__name__}: {exc}\n")


_start()
