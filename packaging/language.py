"""Adds or refreshes a language of the app: python packaging/language.py CODE, for example `de` or `pt_BR`.

1. The command collects every text of `deepracer_desk` into `resources/translations/CODE.ts`; translations
   that are there stay, new texts are marked unfinished.
2. Translate: `pyside6-linguist resources/translations/CODE.ts`, or any editor for Qt's .ts files.
3. Run the command again: it writes `resources/translations/CODE.qm`, which the app offers in its preferences,
   and says how many texts are still open. Commit both files.

A text that is not translated is shown in English. Plural forms (`%n`) are asked for by the editor.
"""

import argparse
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from marked_texts import marked_texts, source_of

ROOT = Path(__file__).resolve().parent.parent
PLACE = Path("resources") / "translations"


def tool(name: str) -> str:
    """Return the program of the desk's own environment."""
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(Path(sys.executable).parent / f"pyside6-{name}{suffix}")


def sources(root: Path) -> list[str]:
    """Return the files that can hold texts for people."""
    files = sorted((root / "deepracer_desk").rglob("*.py"))
    return [str(path.relative_to(root)) for path in files if path.stat().st_size]


def collect(root: Path, code: str) -> Path:
    """Bring the .ts file up to date and return it."""
    file = PLACE / f"{code}.ts"
    (root / PLACE).mkdir(parents=True, exist_ok=True)
    words = ["-source-language", "en", "-target-language", code, "-locations", "none", "-no-obsolete"]
    with tempfile.TemporaryDirectory() as folder:
        marked = Path(folder) / "marked.py"
        marked.write_text(source_of(marked_texts(root / "deepracer_desk")), encoding="utf-8")
        command = [tool("lupdate"), *words, *sources(root), str(marked), "-ts", str(file)]
        subprocess.run(command, cwd=root, check=True)
    return root / file


def count(file: Path) -> tuple[int, int]:
    """Return how many texts there are and how many of them are not translated."""
    texts = ET.parse(file).getroot().findall(".//message/translation")  # noqa: S314  (our own file)
    return len(texts), sum(text.get("type") == "unfinished" for text in texts)


def main(words: list[str] | None = None, root: Path = ROOT) -> int:
    """Collect, release, count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("code", help="language, such as de or pt_BR")
    code: str = parser.parse_args(words).code
    if not code.replace("_", "").isalnum():
        parser.error(f"{code!r} is not the code of a language, such as de or pt_BR")
    file = collect(root, code)
    subprocess.run([tool("lrelease"), "-silent", str(file), "-qm", str(file.with_suffix(".qm"))], check=True)
    texts, unfinished = count(file)
    print(f"{file.relative_to(root)}: {texts} texts, {unfinished} not translated yet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
