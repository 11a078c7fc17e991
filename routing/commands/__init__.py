"""``flask routing …``: one module for each family of commands; importing it registers them."""

from routing.commands import (
    cases,
    complaints,
    expenses,
    follow_ups,
    help_lines,
    late,
    packets,
    papers,
    proposals,
    referrals,
)
from routing.commands.group import routing_commands
from routing.commands.worker import worker_command

__all__ = [
    "cases",
    "complaints",
    "expenses",
    "follow_ups",
    "help_lines",
    "late",
    "packets",
    "papers",
    "proposals",
    "referrals",
    "routing_commands",
    "worker_command",
]
