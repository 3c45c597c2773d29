"""The command line: each command parses, makes one call and renders. Nothing heavy is imported before it is needed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the `btsql` command."""
    from btsql.cli.app import app  # noqa: PLC0415

    sys.exit(app())
