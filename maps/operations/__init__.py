"""What changes a map: lines that an installation loads."""
