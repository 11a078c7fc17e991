"""JSON interface of the directory."""
