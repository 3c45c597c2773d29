"""Where a run's code came from, read from real repositories."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from btsql import provenance


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, and the working directory."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "somebody")
    place = tmp_path / "project"
    place.mkdir()
    git(place, "init", "--quiet")
    (place / "strategy.py").write_text("FAST = 10\n")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "first")
    monkeypatch.chdir(place)
    for known in (provenance._commit_of, provenance._is_untracked, provenance.file_digest):
        known.cache_clear()
    return place


def git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=place, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def told(place: Path, file: str | None = "strategy.py") -> tuple[object, object]:
    commit = provenance.commit_of([(place, file)])
    return commit.get("git_commit"), commit.get("git_dirty")


def test_a_commit_is_named_in_full(repository: Path) -> None:
    assert told(repository) == (git(repository, "rev-parse", "HEAD"), False)


def test_a_changed_file_makes_it_dirty(repository: Path) -> None:
    (repository / "strategy.py").write_text("FAST = 11\n")
    assert told(repository)[1] is True


def test_a_file_that_git_does_not_know_is_in_no_commit(repository: Path) -> None:
    (repository / "new.py").write_text("")
    assert told(repository, "new.py")[1] is True
    assert told(repository, "strategy.py")[1] is False


def test_a_directory_below_is_of_the_repository_too(repository: Path) -> None:
    (repository / "below").mkdir()
    assert told(repository / "below", None) == (git(repository, "rev-parse", "HEAD"), False)


def test_without_a_commit_or_a_repository_nothing_is_told(repository: Path, tmp_path: Path) -> None:
    assert provenance.commit_of([(tmp_path, None)]) == {}
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    assert provenance.commit_of([(empty, None), (tmp_path / "gone", None)]) == {}


def test_the_first_place_in_a_repository_counts(repository: Path, tmp_path: Path) -> None:
    commit = provenance.commit_of([(tmp_path, "x.py"), (repository, None)])
    assert commit["git_commit"] == git(repository, "rev-parse", "HEAD")


def test_without_git_nothing_is_told(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.fspath(repository))
    assert provenance.commit_of([(repository, None)]) == {}


def test_git_that_takes_too_long_is_not_waited_for(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(provenance, "GIT_PATIENCE", 0.1)
    assert provenance.commit_of([(repository, None)]) == {}


def test_what_a_hook_of_gits_sets_does_not_lead_astray(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", os.fspath(tmp_path / "elsewhere"))
    assert told(repository)[0] is not None


def test_a_repository_cannot_have_a_program_run(repository: Path) -> None:
    program = repository / "program"
    program.write_text("#!/bin/sh\ntouch ran\n")
    program.chmod(0o755)
    git(repository, "config", "core.fsmonitor", os.fspath(program))
    assert told(repository)[0] is not None
    assert not (repository / "ran").exists()


def test_it_is_read_once_in_a_process(repository: Path) -> None:
    before = told(repository)
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "second")
    assert told(repository) == before


def test_the_source_of_one_module_is_the_digest_of_its_file(repository: Path) -> None:
    own = Path(__file__)
    digest = hashlib.sha256(own.read_bytes()).hexdigest()
    assert provenance.source_digest([own]) == f"sha256:{digest}"


def test_the_source_of_several_modules_depends_on_each(repository: Path) -> None:
    one, two = repository / "strategy.py", repository / "other.py"
    two.write_text("SLOW = 30\n")
    both = provenance.source_digest([one, two])
    assert both not in (provenance.source_digest([one]), provenance.source_digest([two, one]), None)
    assert provenance.source_digest([one, repository / "gone.py"]) is None
    assert provenance.source_digest([]) is None


def test_a_removed_working_directory_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    told = provenance.provenance(["no_such_module"])
    assert "source_digest" not in told


@pytest.mark.parametrize("module", ["sys", "no_such_module"])
def test_a_module_without_source_has_no_file(module: str) -> None:
    assert provenance.source_file(module) is None


def test_installed_packages_are_nobodys_project() -> None:
    assert provenance.is_installed(Path(pytest.__file__))
    assert provenance.is_installed(Path(provenance.__file__))
    assert not provenance.is_installed(Path(__file__))


def test_the_script_is_the_process_own(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text("from btsql.provenance import main_script\nprint(main_script())")
    environment = os.environ | {"PYTHONPATH": os.fspath(Path(provenance.__file__).parents[1])}
    for command, expected in (([os.fspath(script)], str(script)), (["-c", script.read_text()], "None")):
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected
