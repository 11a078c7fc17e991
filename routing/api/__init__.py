"""JSON interface of routing."""
