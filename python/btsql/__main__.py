"""`python -m btsql` is the `btsql` command."""

from btsql.cli import main

main()
