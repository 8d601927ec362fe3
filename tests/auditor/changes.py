"""Ceremonies with one thing changed, for the tests of the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.auditor.journals import Body, Book

Edit = Callable[[str, Body], Body | None]


def change(kind: str, nth: int = 0, **members: Any) -> Edit:  # noqa: ANN401 - any value that JSON can hold
    """An edit of the n-th entry of a type: other members, or with none at all, no such entry."""
    seen = [-1]

    def edit(this: str, body: Body) -> Body | None:
        seen[0] += this == kind
        if this != kind or seen[0] != nth:
            return body
        return body | members if members else None

    return edit


def ceremony(tmp_path: Path, **book: Any) -> Path:  # noqa: ANN401 - fields of a book
    """The whole ceremony with a change."""
    return Book(**book).ceremony().save(tmp_path / "folder")


def generated(*go: int, result: tuple[int, ...] = (1, 2), before: Callable[[Book], None] = lambda _: None) -> Book:
    """The key is generated with these people's sign-offs, after what `before` does to them."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", *go)
    before(book)
    book.intent()
    book.outcome()
    book.sign("result", *result)
    book.state("generate-root", "done")
    return book


def action(*after: tuple[str, dict[str, Any]]) -> Book:
    """An action of one operation, and what is said about it afterwards."""
    book = Book()
    book.opening()
    book.begin("2.1", "generate-root")
    book.prepare()
    book.sign("go", 2, 3)
    book.intent()
    for kind, members in after:
        book.at(kind, **{"op": "a" * 32, "evidence": {}, "rows": []} | members)
    return book


DONE: dict[str, Any] = {"result": "done", "complete": True, "again": False, "artifacts": []}


def failed(book: Book, result: str, *, again: bool) -> None:
    """A call that did not succeed, and the same sign-offs for the next one."""
    book.intent("b" * 32)
    book.outcome("b" * 32, result=result, complete=False, again=again, artifacts=[])
