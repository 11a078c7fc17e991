"""Foundations for every package: a closed list of modules that import nothing of ours."""
