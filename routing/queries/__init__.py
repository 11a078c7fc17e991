"""Queries of routing."""
