"""Data to start with: reference regions and places, the curated directory, a demonstration."""
