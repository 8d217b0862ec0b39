"""What the readers of official files say, found in their code: why rows are set aside, and what a file covers."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

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


Values = dict[tuple[str, str], list[ast.expr]]


@dataclass(slots=True)
class _Module:
    """One module: its calls with the function in which they stand, and what names may stand for in a function."""

    calls: list[tuple[str, ast.Call]] = field(default_factory=list[tuple[str, ast.Call]])
    values: Values = field(default_factory=Values)
    takes_from: set[str] = field(default_factory=set[str])

    def meant(self, scope: str, name: str) -> list[ast.expr]:
        """What a name may be: of its function, else of the module, else of any function that hands it on."""
        found = self.values.get((scope, name)) or self.values.get(("", name))
        return found or [value for (_, known), values in self.values.items() if known == name for value in values]

    def words(self, scope: str, node: ast.expr, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The texts that an expression may be."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else BLANK for part in parts)
            case ast.IfExp(body=one, orelse=other):
                yield from (*self.words(scope, one, seen), *self.words(scope, other, seen))
            case ast.BinOp(left=one, right=other, op=ast.Add()):
                left, right = (list(self.words(scope, side, seen)) or [BLANK] for side in (one, other))
                yield from (a + b for a in left for b in right)
            case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[ast.Name() as listed]):
                yield from self.words(scope, listed, seen)
            case ast.Name(id=name) if name not in seen:
                for value in self.meant(scope, name):
                    yield from self.words(scope, value, seen | {name})
            case _:
                return

    def dicts(self, scope: str, node: ast.expr) -> Iterator[ast.Dict]:
        """The dictionaries that an expression may be."""
        for value in self.meant(scope, node.id) if isinstance(node, ast.Name) else [node]:
            if isinstance(value, ast.Dict):
                yield value

    def enter(self, scope: str, node: ast.AST) -> None:
        """Enter what a node says; what stands in a function is the function's."""
        match node:
            case ast.ImportFrom(module=str(name)) if name.startswith(FOLDER) and "fetching" not in name:
                self.takes_from.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self.values.setdefault((scope, name), []).append(value)
            case ast.For() | ast.comprehension():
                self._enter_loop(scope, node.target, node.iter)
            case ast.Call():
                self.calls.append((scope, node))
                if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name) and node.func.attr == "append":
                    self.values.setdefault((scope, node.func.value.id), []).append(node.args[0])
            case _:
                pass
        inner = node.name if not scope and isinstance(node, ast.FunctionDef) else scope
        for child in ast.iter_child_nodes(node):
            self.enter(inner, child)

    def _enter_loop(self, scope: str, target: ast.expr, over: ast.expr) -> None:
        """The names of a loop over a tuple of tuples, or over the items of a dictionary, that stands in the code."""
        if not isinstance(target, ast.Tuple):
            return
        held = (
            over.func.value if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and over.func.attr == "items" else over
        )
        for value in self.meant(scope, held.id) if isinstance(held, ast.Name) else [held]:
            rows: list[list[ast.expr]] = []
            if isinstance(value, ast.Dict):
                rows = [[key] for key in value.keys if key is not None]
            elif isinstance(value, ast.Tuple | ast.List):
                rows = [row.elts for row in value.elts if isinstance(row, ast.Tuple)]
            for row in rows:
                for name, cell in zip(target.elts, row, strict=False):
                    if isinstance(name, ast.Name):
                        self.values.setdefault((scope, name.id), []).append(cell)


@cache
def _module(name: str) -> _Module:
    made = _Module()
    made.enter("", ast.parse(inspect.getsource(importlib.import_module(name))))
    return made


def _modules(source: SourceDeclaration) -> tuple[str, ...]:
    """The module of a source and those of the folder from which it takes functions."""
    waiting, found = [source.read.__module__, f"{FOLDER}{source.name}"], list[str]()
    while waiting:
        name = waiting.pop()
        if name not in (*found, *NOT_OF.get(source.name, ())):
            found.append(name)
            waiting += sorted(_module(name).takes_from)
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
        for scope, call in module.calls:
            called = call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""
            given = _given(call)
            if called in REASONS and len(call.args) > REASONS[called]:
                aside.update(dict.fromkeys(module.words(scope, call.args[REASONS[called]])))
            if called == "EventLayout":
                faults = [value for name in ("faults", "3") if name in given for value in module.dicts(scope, given[name])]
                aside.update(dict.fromkeys(text for one in faults for key in one.keys if key for text in module.words(scope, key)))
            if called == "Coverage" or "coverage_note" in given:
                for note in (given.get("note"), given.get("3"), given.get("coverage_note")):
                    covered.update(dict.fromkeys(module.words(scope, note) if note else ()))
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
