"""Benchmarks: our plans beside those of every solver a user could take instead. See ``README.md``."""
