"""Who offers what, where and to whom."""
