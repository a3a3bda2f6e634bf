"""Texts that stand outside `tr` reach the translators as well."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_tables_and_refusals_are_found() -> None:
    spec = importlib.util.spec_from_file_location("marked_texts", ROOT / "packaging" / "marked_texts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.marked_texts(ROOT / "deepracer_desk")
    assert ("Sentences", "End the run before you submit it.") in found
    assert ("Sentences", "There is nothing to undo.") in found
    assert ("DeskKey", "Drop the last lap") in found
    assert ("LeaderboardTable", "Racer") in found
    compile(module.source_of(found), "marked.py", "exec")
