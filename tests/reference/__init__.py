"""An independent, exhaustive reading of the law for tiny days, and a generator of random days."""
