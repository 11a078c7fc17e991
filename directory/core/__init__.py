"""Foundations that every package stands on; a closed list of modules, none of which imports the house."""
