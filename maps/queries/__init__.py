"""What maps read from the database, apart from what their layers show."""
