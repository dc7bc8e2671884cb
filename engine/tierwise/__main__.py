"""``python -m tierwise``."""

from tierwise.cli import main

if __name__ == "__main__":
    main()
