"""Bootstrap without the components that no page uses: 13 KB over the wire instead of 31.

``make setup`` (or ``python -m directory.stylesheet``) writes ``static/vendor/bootstrap.css`` and
its right-to-left twin. To use one of the parts left out, take it off the list ``LEFT_OUT``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tinycss2

from directory.core.config import ROOT

PACKAGE = ROOT / "node_modules" / "bootstrap" / "dist" / "css"
VENDOR = ROOT / "directory" / "static" / "vendor"
FILES = {"bootstrap.min.css": "bootstrap.css", "bootstrap.rtl.min.css": "bootstrap.rtl.css"}

LEFT_OUT = (
    # parts that need Bootstrap's JavaScript: <details> and links do their work here
    "accordion", "carousel", "collapsing", "dropdown", "dropend", "dropstart", "dropup", "fade",
    "modal", "nav", "navbar", "offcanvas", "popover", "bs-popover", "tab", "toast", "tooltip",
    "bs-tooltip",
    # parts with a counterpart in passerelle.css: .panel, .rows, .status, .notice, .problems, .pages
    "alert", "badge", "breadcrumb", "card", "list-group",
    "btn-check", "btn-close", "btn-group", "btn-toolbar", "form-control-color",
    "form-floating", "form-range", "form-switch", "page", "pagination", "placeholder", "progress",
    "spinner",
    # colours outside the three of the look
    "btn-danger", "btn-dark", "btn-info", "btn-light", "btn-secondary", "btn-success",
    "btn-outline-danger", "btn-outline-dark", "btn-outline-info", "btn-outline-light",
    "btn-outline-secondary", "btn-outline-success", "btn-outline-warning", "table-danger",
    "table-dark", "table-info", "table-primary", "table-secondary", "table-success",
    "table-warning", "text-bg",
    # rare utilities
    "bg", "border-opacity", "col-form-label", "figure", "float", "img", "input-group", "offset",
    "opacity", "order", "pe-auto", "pe-none", "text-opacity", "z",
    "focus-ring", "icon-link", "link-body", "link-danger", "link-dark", "link-info",
    "link-light", "link-offset", "link-opacity", "link-primary", "link-secondary", "link-success",
    "link-underline", "link-warning", "object-fit", "ratio", "shadow", "translate-middle", "vr",
)  # fmt: skip
"""First parts of class names."""
WIDEST = re.compile(r"-(?:xl|xxl)(?:-|$)")
"""Two breakpoints above the widest layout that differs here."""
KEPT = frozenset({"container-xl"})
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
EXCEPTION = re.compile(r":not\([^)]*\)")


def is_left_out(name: str) -> bool:
    """Whether the class ``name`` has no rules here."""
    if name in KEPT:
        return False
    return bool(WIDEST.search(name)) or any(
        name == part or name.startswith(f"{part}-") for part in LEFT_OUT
    )


def lean(text: str) -> str:
    """The style sheet without what is left out, its dark theme and its animations."""
    return _rules(tinycss2.parse_stylesheet(text, skip_whitespace=True))


def _rules(nodes: Iterable[Any]) -> str:
    kept = []
    for node in nodes:
        if node.type == "qualified-rule":
            selectors = _kept(tinycss2.serialize(node.prelude))
            kept.append(f"{selectors}{{{tinycss2.serialize(node.content)}}}" if selectors else "")
        elif node.type == "at-rule" and node.lower_at_keyword == "media":
            inner = _rules(tinycss2.parse_rule_list(node.content, skip_whitespace=True))
            prelude = tinycss2.serialize(node.prelude)
            kept.append(f"@media{prelude}{{{inner}}}" if inner else "")
        elif node.type != "at-rule" or node.lower_at_keyword != "keyframes":
            kept.append(node.serialize())
    return "".join(kept)


def _kept(selectors: str) -> str:
    return ",".join(one for one in _separate(selectors) if _is_used(one))


def _separate(selectors: str) -> list[str]:
    """Selectors between commas; a comma inside ``:not(…)`` separates nothing."""
    return re.split(r",(?![^(]*\))", selectors)


def _is_used(selector: str) -> bool:
    if "data-bs-theme=dark" in selector:
        return False
    return not any(is_left_out(name) for name in CLASS.findall(EXCEPTION.sub("", selector)))


def main(package: Path = PACKAGE, vendor: Path = VENDOR) -> int:
    """Write both style sheets."""
    vendor.mkdir(parents=True, exist_ok=True)
    for source, target in FILES.items():
        (vendor / target).write_text(lean((package / source).read_text("utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
