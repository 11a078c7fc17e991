"""The icons that the pages use, gathered from Bootstrap Icons into one small sprite at set-up.

Using an icon is naming it (``icon("search")`` in a template, ``icon="search"`` in code);
``make setup`` (or ``python -m directory.icons``) writes those into ``static/vendor/icons.svg``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from directory.categories import CATEGORIES
from directory.core.config import ROOT

PACKAGE = ROOT / "node_modules" / "bootstrap-icons" / "icons"
SPRITE = ROOT / "directory" / "static" / "vendor" / "icons.svg"
CODE = ("directory", "routing", "maps", "wsgi.py")
QUOTED = re.compile(r"""["']([a-z0-9][a-z0-9-]+)["']""")
CALLED = re.compile(r"""\bicon(?:_name)?(?:\(|=)\s*["']([a-z0-9-]+)["']""")
PICTURE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def sources() -> list[Path]:
    """Templates and code of the project, the vendors' left out."""
    files = [ROOT / name for name in CODE if name.endswith(".py")]
    for name in CODE:
        files += [file for file in (ROOT / name).rglob("*") if file.suffix in (".html", ".py")]
    return sorted(file for file in files if SPRITE.parent not in file.parents)


def used_icons(package: Path = PACKAGE) -> list[str]:
    """Icons that code names, and every name of the package that a template or the menu quotes.

    A mere word that is also the name of an icon costs 300 bytes; a missing icon would cost more.
    """
    known = {file.stem for file in package.glob("*.svg")}
    quoted = {
        name
        for file in sources()
        if file.suffix == ".html" or file.name == "wsgi.py"
        for name in QUOTED.findall(file.read_text(encoding="utf-8"))
    }
    return sorted(known & (quoted | called_icons()))


def called_icons() -> set[str]:
    """Names that a source surely means as icons; each must exist."""
    names = {
        name for file in sources() for name in CALLED.findall(file.read_text(encoding="utf-8"))
    }
    return names | {category.icon for category in CATEGORIES.values()}


def sprite(names: Iterable[str], package: Path = PACKAGE) -> str:
    """One SVG with a symbol for each name."""
    symbols = []
    for name in names:
        match = PICTURE.search((package / f"{name}.svg").read_text(encoding="utf-8"))
        if match is None:
            raise ValueError(f"{name}.svg is not a picture")
        inner = re.sub(r"\s*\n\s*", "", match.group(1))
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def main() -> int:
    """Write the sprite; report names that do not exist."""
    names = used_icons()
    unknown = sorted(called_icons() - set(names))
    if unknown:
        print(f"Bootstrap Icons has no {', '.join(unknown)}", file=sys.stderr)  # noqa: T201 -- a command
        return 1
    SPRITE.parent.mkdir(parents=True, exist_ok=True)
    SPRITE.write_text(sprite(names), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
