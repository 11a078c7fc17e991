"""Screens of the directory, one module a screen."""
