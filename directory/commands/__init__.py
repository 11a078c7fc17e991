"""``flask directory …``: one module for each family of commands; importing it registers them."""

from directory.commands import accounts, audit, imports, listings, search
from directory.commands.group import directory_commands

__all__ = ["accounts", "audit", "directory_commands", "imports", "listings", "search"]
