"""``python -m sharedride``."""

from sharedride.cli import main

if __name__ == "__main__":
    main()
