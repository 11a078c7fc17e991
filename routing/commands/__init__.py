"""``flask routing …``: one module for each family of commands; importing it registers them."""

from routing.commands import referrals
from routing.commands.group import routing_commands

__all__ = ["referrals", "routing_commands"]
