"""Changes single places of the security core in a private copy of the tree, and counts how many a test notices."""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
WANTED: Final = 90
PATIENCE: Final = 600

RULES: Final = (
    "tests/verify/test_quorum_attacks.py",
    "tests/core/test_rules_people.py",
    "tests/core/test_rules_gate.py",
)
SHARES: Final = ("tests/shares",)
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "core/rules/signoffs.py": RULES,
    "core/rules/shares.py": (*RULES, "tests/core/test_share_machine.py"),
    "core/rules/people.py": RULES,
    "core/statement.py": RULES,
    "core/progress.py": (
        "tests/core/test_after_a_restart.py",
        *RULES,
        "tests/core/test_machine.py",
        "tests/core/test_share_machine.py",
    ),
    "core/custody.py": (*RULES, "tests/core/test_share_machine.py", "tests/actions/test_split_pins.py"),
    "verify/audit_signoffs.py": (*RULES, "tests/verify/test_audit.py"),
    "verify/audit_shares.py": (*RULES, "tests/core/test_share_machine.py"),
    "people/signatures.py": ("tests/people/test_signatures.py", *RULES),
    "people/tries.py": ("tests/people/test_room.py", "tests/people/test_filekey.py"),
    "shares/activation.py": SHARES,
    "shares/sheet.py": SHARES,
    "shares/slip39.py": SHARES,
    "shares/splitting.py": SHARES,
}
"""The tests that are asked about each file, those first that notice most."""

_OTHER: Final[dict[type[ast.cmpop], ast.cmpop]] = {
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.Lt: ast.LtE(), ast.LtE: ast.Lt(), ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.In: ast.NotIn(), ast.NotIn: ast.In(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(),
}  # fmt: skip


def others(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node, and would be wrong."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OTHER:
            yield ast.Compare(left, [_OTHER[type(op)]], [right])
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield ast.BinOp(left, ast.Add(), right)
        case ast.Call(func=ast.Name("require"), args=[_, *rest]):
            yield ast.Call(ast.Name("require", ast.Load()), [ast.Constant(value=True), *rest], [])
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield ast.IfExp(test, orelse, body)
        case _:
            pass


def mutants(source: str) -> list[tuple[int, str, str]]:
    """Line, what is changed, and the whole file with that one change."""
    found = []
    tree = ast.parse(source)
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            places = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for place, node in places:
                if not isinstance(node, ast.AST) or name in ("annotation", "returns", "format_spec"):
                    continue
                for other in others(node):
                    _put(parent, name, place, other)
                    text = ast.unparse(ast.fix_missing_locations(tree))
                    _put(parent, name, place, node)
                    line = getattr(node, "lineno", 0)
                    found.append((line, f"{ast.unparse(node)[:60]} -> {ast.unparse(other)[:60]}", text))
    return found


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def noticed(copy: Path, tests: tuple[str, ...]) -> bool:
    """Whether a test fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def judge(copy: Path, name: str, some: int) -> tuple[int, int]:
    """How many changes of a file were noticed, of how many that were tried; those that were not are named."""
    path = copy / "ceremony_app" / name
    source = path.read_text(encoding="utf-8")
    every = mutants(source)
    tried = every[:: max(1, len(every) // some)] if some else every
    caught = 0
    for line, what, text in tried:
        path.write_text(text, encoding="utf-8")
        if noticed(copy, TESTS[name]):
            caught += 1
        else:
            print(f"  not noticed: {name}:{line}: {what}", flush=True)
    path.write_text(source, encoding="utf-8")
    return caught, len(tried)


def main() -> int:
    """The score of each file; 1 where one is below what is wanted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", choices=[*TESTS, []])
    parser.add_argument("--some", type=int, default=0)
    asked = parser.parse_args()
    status = 0
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place)
        for name in ("ceremony_app", "tests", "resources", "scripts"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        for name in asked.files or TESTS:
            if noticed(copy, TESTS[name]):
                print(f"mutants: {name}: its tests fail as the file stands; nothing can be said", flush=True)
                status = 1
                continue
            caught, tried = judge(copy, name, asked.some)
            score = 100 * caught // max(1, tried)
            print(f"mutants: {name}: {caught} of {tried} noticed, {score} %", flush=True)
            status |= score < WANTED
    return status


if __name__ == "__main__":
    sys.exit(main())
