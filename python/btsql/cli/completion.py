"""What a shell offers after TAB: ids, strategies, instruments, tags and metrics, each with its context.

It asks the database only when that answers at once, starts no server, and says nothing when it fails.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from btsql.cli.common import command, out
from btsql.errors import UsageError
from btsql.metric_names import METRICS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterable, Iterator

    import psycopg

    from btsql.runs import RunSummary

NEWEST = 200
MOST_READ = 1000
# One class of a module: not several strategies of one engine, `a:X+b:Y`, nor what cannot be imported again.
RUNNABLE = re.compile(r"(?!__main__:|btsql:no_strategy)[\w.]+:[\w.]+")
PATIENCE = "2"  # seconds to connect, and libpq's least

# Every shell reads the same lines, "candidate TAB context", which Typer writes for fish.
ASK = "_BTSQL_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS="

BASH = f"""_btsql_completion() {{
    local IFS=$'\\n' line lines typed="${{COMP_LINE:0:COMP_POINT}}" before=
    lines=( $({ASK}"$typed" "$1" 2>/dev/null) )
    typed="${{typed##*[[:space:]]}}"
    if [[ $COMP_WORDBREAKS == *:* && $typed == *:* ]]; then
        before="${{typed%"${{typed##*:}}"}}"  # bash completes what is after the last colon
    fi
    COMPREPLY=()
    for line in "${{lines[@]}}"; do
        local value="${{line%%$'\\t'*}}" context="${{line#*$'\\t'}}"
        if [[ ${{#lines[@]}} -gt 1 && "$value" != "$line" && $COMP_TYPE != 9 && $COMP_TYPE != 37 ]]; then
            COMPREPLY+=( "$value  ($context)" )  # while they are listed; what is typed is the value alone
        else
            value="${{value#"$before"}}"
            COMPREPLY+=( "$(printf '%q' "$value")" )
        fi
    done
}}
complete -o default -F _btsql_completion btsql
"""
ZSH = f"""#compdef btsql
_btsql_completion() {{
    local line
    local -a lines found
    lines=( ${{(f)"$({ASK}"${{(j: :)words[1,CURRENT]}}" ${{words[1]}} 2>/dev/null)"}} )
    for line in $lines; do
        found+=( "${{${{line%%$'\\t'*}}//:/\\\\:}}:${{line#*$'\\t'}}" )
    done
    if (( $#found )); then _describe -V btsql found; else _files; fi
}}
compdef _btsql_completion btsql
"""
FISH = f"""function __btsql_completion
    set -l found (env {ASK}(commandline -cp) btsql 2>/dev/null | string match -v '')
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c btsql -f -a '(__btsql_completion)'
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


@command
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print the script that makes a shell complete commands.

    In ~/.bashrc: eval "$(btsql completion bash)". In ~/.zshrc, after compinit: eval "$(btsql completion
    zsh)". In fish: btsql completion fish > ~/.config/fish/completions/btsql.fish
    """
    if shell not in SCRIPTS:
        raise UsageError(f"no completion for {shell}", hint=f"There is one for {', '.join(SCRIPTS)}.")
    out(SCRIPTS[shell])


def runs(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the newest runs by short id."""
    return _offered(ctx, incomplete, _runs)


def strategies(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the names of the strategies of the newest runs."""
    return _offered(ctx, incomplete, lambda connection: _counted(connection, lambda run: [run.strategy_name]))


def types(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the types of the strategies of the newest runs."""
    return _offered(ctx, incomplete, lambda connection: _counted(connection, lambda run: [run.strategy_type]))


def paths(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the strategies that come with btsql, and those of the newest runs by their import paths."""
    from btsql.strategies import BUILTIN

    shipped = [f"{name}\t{each.summary}" for name, each in BUILTIN.items() if name.startswith(incomplete)]
    return shipped + _offered(ctx, incomplete, _paths)


def tags(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the tags of the newest runs."""
    return _offered(ctx, incomplete, _tags)


def instruments(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the instruments of the newest runs."""
    return _offered(
        ctx, incomplete, lambda connection: _counted(connection, lambda run: run.instruments or [])
    )


def metrics(_ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the metrics."""
    from btsql.render.values import METRIC_TITLES

    return [f"{name}\t{METRIC_TITLES[name]}" for name in METRICS if name.startswith(incomplete)]


def plots(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the parameters of the newest runs, then the metrics to plot one against."""
    parameter, colon, metric = incomplete.rpartition(":")
    if colon:
        return [f"{parameter}:{offer}" for offer in metrics(ctx, metric)]
    return _offered(ctx, incomplete, _parameters)


def sort_keys(ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer what a listing is sorted by."""
    dates = ["date\twhen the run was started"] if "date".startswith(incomplete) else []
    return dates + metrics(ctx, incomplete)


def statuses(_ctx: typer.Context, incomplete: str) -> list[str]:
    """Offer the statuses."""
    return [status for status in ("success", "failure", "interrupted") if status.startswith(incomplete)]


def _offered(
    ctx: typer.Context,
    incomplete: str,
    candidates: Callable[[psycopg.Connection[Any]], Iterable[tuple[str, str]]],
) -> list[str]:
    from btsql.render.values import printable

    with contextlib.suppress(Exception), _reader(ctx.params.get("dsn")) as connection:
        return [
            f"{value}\t{printable(context)}"
            for value, context in candidates(connection)
            if value.startswith(incomplete) and value.isprintable()
        ]
    return []


@contextlib.contextmanager
def _reader(dsn: str | None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the database that is there, for a moment."""
    import os

    from btsql.database import connect, find_target

    target = find_target(dsn)
    if target.server is not None and not target.server.is_running():
        raise UsageError("nothing is started for this")
    os.environ.setdefault("PGCONNECT_TIMEOUT", PATIENCE)
    with connect(target) as connection:
        connection.execute("SET statement_timeout = '1s'")
        yield connection


def _runs(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    from btsql.render.values import local_time, percent
    from btsql.runs import list_runs

    for run in list_runs(connection, result_limit=NEWEST):
        result = percent(run.total_return, signed=True) if run.status == "success" else run.status
        where = " ".join(run.instruments or [])
        yield (
            run.short_id,
            f"{local_time(run.started_at, '%Y-%m-%d %H:%M')} {run.strategy_name} {where} {result}",
        )


def _paths(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    from collections import Counter

    from btsql.strategies import BUILTIN

    query = "SELECT strategy_path FROM btsql.backtest_run ORDER BY run_id DESC LIMIT %s"
    recorded = (path for (path,) in connection.execute(query, [MOST_READ]))
    counts = Counter(path for path in recorded if RUNNABLE.fullmatch(path))
    for shipped in BUILTIN.values():
        del counts[shipped.strategy_path]  # it has a name
    yield from _with_counts(counts)


def _tags(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    query = """
        SELECT tag, count(*)
          FROM (SELECT DISTINCT run_id FROM btsql.run_annotation ORDER BY run_id DESC LIMIT %s) AS annotated
         CROSS JOIN unnest(btsql.current_tags(annotated.run_id)) AS tag
         GROUP BY tag
         ORDER BY count(*) DESC, tag"""
    return [(tag, _runs_in_words(count)) for tag, count in connection.execute(query, [MOST_READ])]


def _parameters(connection: psycopg.Connection[Any]) -> Iterator[tuple[str, str]]:
    from btsql.comparison import best_runs

    names = {
        name for run in best_runs(connection, "total_return", result_limit=NEWEST) for name in run.parameters
    }
    for name in sorted(names):
        yield f"{name}:", "a parameter, against a metric"


def _counted(
    connection: psycopg.Connection[Any], values: Callable[[RunSummary], Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """Return each value with the number of the newest runs that have it, the most common first."""
    from collections import Counter

    from btsql.runs import list_runs

    counts = Counter(value for run in list_runs(connection, result_limit=MOST_READ) for value in values(run))
    yield from _with_counts(counts)


def _with_counts(counts: Counter[str]) -> Iterator[tuple[str, str]]:
    for value, count in counts.most_common():
        yield value, _runs_in_words(count)


def _runs_in_words(count: int) -> str:
    return f"{count} {'run' if count == 1 else 'runs'}"
