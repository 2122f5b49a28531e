"""How a plan bears a day that does not go as planned."""
