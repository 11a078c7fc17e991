"""News that people subscribe to, one format a module."""
