from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from btsql.errors import UsageError
from btsql.sources import DataSource, InvalidSourceError


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("csv:/data/a.csv", DataSource(kind="csv", path=Path("/data/a.csv"))),
        ("csv:odd:name.csv", DataSource(kind="csv", path=Path("odd:name.csv"))),
        ("catalog:somewhere/there", DataSource(kind="catalog", path=Path("somewhere/there"))),
        ("mock", DataSource(kind="mock")),
        ("mock:0", DataSource(kind="mock", seed=0)),
        ("mock:42", DataSource(kind="mock", seed=42)),
    ],
)
def test_a_source_reads_and_writes_the_same_text(text: str, source: DataSource) -> None:
    assert DataSource.parse(text) == source
    assert str(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "csv",
        "csv:",
        "catalog:",
        "mock:",
        "mock:x",
        "mock:-1",
        "mock:1.5",
        "mock:²",
        f"mock:{'9' * 5000}",
        "csv:~nobody-of-this-name/bars.csv",
        "ftp:x",
        "a.csv",
        "CSV:x",
    ],
)
def test_anything_else_is_refused_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(InvalidSourceError) as caught:
        DataSource.parse(text)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, UsageError)
    assert caught.value.hint is not None
    assert "csv:PATH" in caught.value.hint


def test_a_home_directory_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/trader")
    assert DataSource.parse("csv:~/a.csv").path == Path("/home/trader/a.csv")


def test_path_and_seed_must_fit_the_kind() -> None:
    with pytest.raises(InvalidSourceError, match="needs a path"):
        DataSource(kind="csv")
    with pytest.raises(InvalidSourceError, match="takes a seed"):
        DataSource(kind="mock", path=Path("x"))
    with pytest.raises(InvalidSourceError, match="seed of 3"):
        DataSource(kind="csv", path=Path("x"), seed=3)


def test_sources_requests_and_names_import_neither_nautilus_nor_pandas() -> None:
    script = (
        "import sys, btsql.sources, btsql.request, btsql.strategies\n"
        "print([m for m in ('nautilus_trader', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
