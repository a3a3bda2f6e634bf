"""Finds texts for people that stand outside a call to `tr`: in tables, and in refusals of the inner layers.

The interface translates them where it shows them: a table by the context that its module names, a refusal by
the context `Sentences`. Sentences that are put together from parts are left out; they stay English.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SENTENCES = "Sentences"
INNER = ("domain", "services", "storage", "adapters", "system")
TEXT = re.compile(r"^[A-Z][^_#<>{}]*[a-z.][^_#<>]*$")


def marked_texts(package: Path) -> list[tuple[str, str]]:
    """Return (context, text) of everything found below a package, sorted."""
    found = set[tuple[str, str]]()
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if path.relative_to(package).parts[0] in INNER:
            found.update((SENTENCES, text) for text in _sentences(tree, path))
        else:
            texts = set(_texts(tree))
            found.update((context, text) for context in _contexts(tree) for text in texts)
    return sorted(found)


def source_of(marked: list[tuple[str, str]]) -> str:
    """Return a Python file from which Qt's tool reads the texts."""
    lines = [f"QCoreApplication.translate({context!r}, {text!r})" for context, text in marked]
    return "\n".join(["from PySide6.QtCore import QCoreApplication", *lines, ""])


def _contexts(tree: ast.Module) -> set[str]:
    """Return contexts by which a module translates what is no literal."""
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "translate"
        and len(call.args) > 1
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and not isinstance(call.args[1], ast.Constant)
    }


def _texts(tree: ast.AST) -> Iterator[str]:
    """Return string constants that read like texts, docstrings left out."""
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docstrings:
            continue
        if TEXT.match(node.value):
            yield node.value


def _sentences(tree: ast.Module, path: Path) -> Iterator[str]:
    """Return the sentences of refusals and problems."""
    if path.name == "race_commands.py":
        yield from (text for text in _texts(tree) if text.endswith("."))
        return
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            name = call.func.id
            if (name.endswith("Error") or name == "ProblemChanged") and name != "ValueError":
                for part in (*call.args, *(keyword.value for keyword in call.keywords)):
                    yield from (text for text in _texts(part) if not isinstance(part, ast.JoinedStr))
