"""Tests on the real databases, through the real migrations."""
