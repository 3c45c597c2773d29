"""Changes of a released version are frozen: their scripts are those that tests/schema/released.sha256 lists.

BTSQL_UPDATE_RELEASED=1 adds the digests of a tag that is new in sqitch.plan; it never changes one that is there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIGESTS = Path(__file__).with_name("released.sha256")


def released_scripts(project: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each tag of the plan with each script of the changes before it, and where that script is now.

    A change that is reworked after the tag leaves its released script under the tag's name, as Sqitch has it.
    """
    lines = [line.split() for line in (project / "sqitch.plan").read_text().splitlines()]
    lines = [words for words in lines if words and not words[0].startswith(("%", "#"))]
    for place, words in enumerate(lines):
        if not words[0].startswith("@"):
            continue
        before = {other[0] for other in lines[:place] if not other[0].startswith("@")}
        after = {other[0] for other in lines[place:]}
        for change in sorted(before):
            kept = change + words[0] if change in after else change
            for kind in ("deploy", "revert", "verify"):
                yield words[0], f"{kind}/{change}.sql", f"{kind}/{kept}.sql"


def frozen(digests: Path) -> dict[tuple[str, str], str]:
    """Return the digests on file, by tag and script."""
    lines = [line.split() for line in digests.read_text().splitlines() if not line.startswith("#")]
    return {(tag, script): digest for digest, tag, script in lines}


def faults(project: Path, digests: Path) -> list[str]:
    """Return what is wrong with the released scripts of a project, adding the digests of new tags if so asked."""
    known = frozen(digests)
    found = []
    for tag, script, kept in released_scripts(project):
        path = project / kept
        actual = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "missing"
        if (tag, script) not in known and os.environ.get("BTSQL_UPDATE_RELEASED"):
            with digests.open("a") as file:
                file.write(f"{actual} {tag} {script}\n")
        elif (tag, script) not in known:
            found.append(f"{script} of {tag} has no digest on file")
        elif actual != known[tag, script]:
            found.append(f"{kept} is not what was released with {tag}")
    return found


def test_released_changes_are_what_was_released() -> None:
    assert faults(ROOT, DIGESTS) == []


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two changes, the first of them released as v1, with its digests on file."""
    for kind in ("deploy", "revert", "verify"):
        (tmp_path / kind).mkdir()
        for change in ("first", "second"):
            (tmp_path / kind / f"{change}.sql").write_text(f"-- {kind} {change}\n")
    (tmp_path / "sqitch.plan").write_text(
        "%project=x\n\nfirst 2026-01-01T00:00:00Z a <a@b> # One\n@v1 2026-01-01T00:00:01Z a <a@b> # Out\n"
        "\nsecond [first] 2026-01-01T00:00:02Z a <a@b> # Two\n"
    )
    (tmp_path / "digests").write_text("")
    assert len(faults(tmp_path, tmp_path / "digests")) == 3
    with monkeypatch.context() as patch:
        patch.setenv("BTSQL_UPDATE_RELEASED", "1")
        faults(tmp_path, tmp_path / "digests")
    assert faults(tmp_path, tmp_path / "digests") == []
    return tmp_path


@pytest.mark.parametrize("kind", ["deploy", "revert", "verify"])
def test_an_edited_script_of_a_released_change_shows(project: Path, kind: str) -> None:
    (project / kind / "first.sql").write_text("-- better\n")
    assert faults(project, project / "digests") == [f"{kind}/first.sql is not what was released with @v1"]


def test_a_deleted_script_shows(project: Path) -> None:
    (project / "revert/first.sql").unlink()
    assert faults(project, project / "digests") == ["revert/first.sql is not what was released with @v1"]


def test_an_edit_cannot_be_put_on_file_afterwards(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BTSQL_UPDATE_RELEASED", "1")
    (project / "deploy/first.sql").write_text("-- better\n")
    assert faults(project, project / "digests") == ["deploy/first.sql is not what was released with @v1"]


def test_what_is_not_released_may_be_edited(project: Path) -> None:
    (project / "deploy/second.sql").write_text("-- better\n")
    assert faults(project, project / "digests") == []


def test_a_released_change_may_be_reworked(project: Path) -> None:
    for kind in ("deploy", "revert", "verify"):
        (project / kind / "first.sql").rename(project / kind / "first@v1.sql")
        (project / kind / "first.sql").write_text("-- reworked\n")
    with (project / "sqitch.plan").open("a") as plan:
        plan.write("first [first@v1] 2026-01-01T00:00:03Z a <a@b> # One, better\n")
    assert faults(project, project / "digests") == []
    (project / "deploy/first@v1.sql").write_text("-- rewritten\n")
    assert faults(project, project / "digests") == ["deploy/first@v1.sql is not what was released with @v1"]
