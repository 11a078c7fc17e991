"""``flask directory …``: one module for each family of commands; importing it registers them."""

from directory.commands import (
    accounts,
    audit,
    calendar,
    dependence,
    exports,
    hsds,
    imports,
    listings,
    messages,
    search,
)
from directory.commands.group import directory_commands

__all__ = [
    "accounts",
    "audit",
    "calendar",
    "dependence",
    "directory_commands",
    "exports",
    "hsds",
    "imports",
    "listings",
    "messages",
    "search",
]
