"""What the readers of official files say, found in their code: why rows are set aside, and what a file covers."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from nonaligned.sources import SourceDeclaration

FOLDER = "nonaligned.sources."
REASONS = {"SetAside": 1, "split_off": 2, "_split_sums": 2, "_aside": 1}  # a call -> the place of its reason
BLANK = "…"  # what a reader fills in
# The Council's file has one layout; the reader that it shares knows more.
NOT_OF = {"un_council_votes": (f"{FOLDER}voeten_votes", f"{FOLDER}voeten_files")}


@dataclass(frozen=True, slots=True)
class Words:
    """`aside`: reasons for which rows are set aside; `covered`: notes on what a file covers; `is_complete`: whether 0 may follow."""

    aside: tuple[str, ...]
    covered: tuple[str, ...]
    is_complete: bool


@dataclass(slots=True)
class _Module:
    """One module: its calls, and what its names may stand for."""

    tree: ast.Module
    values: dict[str, list[ast.expr]] = field(default_factory=dict[str, list[ast.expr]])

    def words(self, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The texts that an expression may be."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else BLANK for part in parts)
            case ast.IfExp(body=one, orelse=other):
                yield from (*self.words(one, seen), *self.words(other, seen))
            case ast.BinOp(left=one, right=other, op=ast.Add()):
                left, right = list(self.words(one, seen)) or [BLANK], list(self.words(other, seen)) or [BLANK]
                yield from (a + b for a in left for b in right)
            case ast.Name(id=name) if name not in seen:
                for value in self.values.get(name, []):
                    yield from self.words(value, seen | {name})
            case _:
                return

    def dicts(self, node: ast.expr) -> Iterator[ast.Dict]:
        """The dictionaries that an expression may be."""
        for value in self.values.get(node.id, []) if isinstance(node, ast.Name) else [node]:
            if isinstance(value, ast.Dict):
                yield value


@cache
def _module(name: str) -> _Module:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    made = _Module(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                _bind(made, target, node.value)
        elif isinstance(node, ast.For | ast.comprehension):
            _bind_each(made, node.target, node.iter)
    return made


def _bind(made: _Module, target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        made.values.setdefault(target.id, []).append(value)


def _bind_each(made: _Module, target: ast.expr, over: ast.expr) -> None:
    """The names of a loop, over a tuple of tuples or over the items of a dictionary that stand in the module."""
    if not isinstance(target, ast.Tuple):
        return
    is_items = isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and over.func.attr == "items"
    held = over.func.value if is_items else over  # type: ignore[union-attr]
    found = made.values.get(held.id, []) if isinstance(held, ast.Name) else [held]
    for value in found:
        if isinstance(value, ast.Dict):
            for key in value.keys:
                if key is not None:
                    _bind(made, target.elts[0], key)
        elif isinstance(value, ast.Tuple | ast.List):
            for row in value.elts:
                if isinstance(row, ast.Tuple) and len(row.elts) == len(target.elts):
                    for one, cell in zip(target.elts, row.elts, strict=True):
                        _bind(made, one, cell)


def _modules(source: SourceDeclaration) -> tuple[str, ...]:
    """The module of a source and those of the folder from which it takes functions."""
    waiting, found = [source.read.__module__, f"{FOLDER}{source.name}"], list[str]()
    while waiting:
        name = waiting.pop()
        if name in found or name in NOT_OF.get(source.name, ()) or not isinstance(sys.modules.get(name), ModuleType):
            continue
        found.append(name)
        for node in ast.walk(_module(name).tree):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(FOLDER) and "fetching" not in str(node.module):
                importlib.import_module(str(node.module))
                waiting.append(str(node.module))
    return tuple(found)


def _given(call: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by name or by place; a starred one is taken for two (first and last year)."""
    given: dict[str, ast.expr] = {}
    place = 0
    for one in call.args:
        given[str(place)] = one
        place += 2 if isinstance(one, ast.Starred) else 1
    return given | {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


def words_of(source: SourceDeclaration) -> Words:
    """What the reader of a source says of files: set aside, covered, complete."""
    aside, covered, is_complete = dict[str, None](), dict[str, None](), False
    for name in _modules(source):
        module = _module(name)
        for call in (node for node in ast.walk(module.tree) if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
            given = _given(call)
            if called in REASONS and len(call.args) > REASONS[called]:
                aside.update(dict.fromkeys(module.words(call.args[REASONS[called]])))
            if called == "EventLayout":
                faults = [value for name in ("faults", "3") if name in given for value in module.dicts(given[name])]
                aside.update(dict.fromkeys(text for one in faults for key in one.keys if key for text in module.words(key)))
            if called == "Coverage" or "coverage_note" in given:
                for note in (given.get("note"), given.get("3"), given.get("coverage_note")):
                    covered.update(dict.fromkeys(module.words(note) if note else ()))
                whole = given.get("is_complete", given.get("2")) if called == "Coverage" else None
                is_complete |= whole is not None and ast.unparse(whole) != "False"
    return Words(tuple(aside), tuple(covered), is_complete)


def fits(pattern: str, text: str) -> bool:
    """Whether a text is one that a pattern of `Words` stands for.

    Examples
    --------
    >>> fits("votes under codes of no state (…)", "votes under codes of no state (EU)")
    True
    """
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split(BLANK)), text, re.S) is not None
