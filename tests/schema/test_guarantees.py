"""docs/guarantees.md covers every requirement, and each test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "guarantees.md").read_text()
ROWS = re.findall(r"^\| ((?:FR|SC)-\d{3}) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE)
REQUIRED = [f"FR-{number:03}" for number in range(1, 35)] + [f"SC-{number:03}" for number in range(1, 11)]
PROMISES = re.findall(r"^\| ([^|]+) \| ([^|]*`(?:tests|pgtap_tests)/[^|]+) \|$", TEXT, re.MULTILINE) + [
    (promise, proof) for _, promise, proof in ROWS
]
NAMED = sorted(set(re.findall(r"`((?:tests|pgtap_tests)/[^`]+)`", TEXT)))


def test_every_requirement_has_one_row() -> None:
    assert sorted(identifier for identifier, _, _ in ROWS) == sorted(REQUIRED)


@pytest.mark.parametrize(("identifier", "promise", "proof"), ROWS)
def test_every_row_has_a_proof_or_says_why_not(identifier: str, promise: str, proof: str) -> None:
    assert promise
    assert re.search(r"`(tests|pgtap_tests)/|not measured here", proof), identifier


@pytest.mark.parametrize(("promise", "proof"), PROMISES)
def test_what_only_the_benchmark_proves_says_so(promise: str, proof: str) -> None:
    tests = re.findall(r"`((?:tests|pgtap_tests)/[^`]+)`", proof)
    measured = [test for test in tests if test.startswith("tests/benchmarks/")]
    assert ("**bench only**" in promise) == bool(tests and measured == tests)
    assert ("(times: bench)" in promise) == bool(measured and measured != tests)


@pytest.mark.parametrize("name", NAMED)
def test_every_named_test_exists(name: str) -> None:
    file, _, function = name.partition("::")
    assert (ROOT / file).is_file()
    if function:
        tree = ast.parse((ROOT / file).read_text())
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
