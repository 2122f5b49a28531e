"""Trade-offs: what one objective gains where another gives way, with a proven limit of it."""
