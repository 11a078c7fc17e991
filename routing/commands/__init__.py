"""``flask routing …``: one module for each family of commands; importing it registers them."""

from routing.commands import proposals, referrals
from routing.commands.group import routing_commands

__all__ = ["proposals", "referrals", "routing_commands"]
