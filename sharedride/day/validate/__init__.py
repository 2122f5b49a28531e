"""What must hold between the objects of a day, one rule family per file."""
