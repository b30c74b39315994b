"""`python -m themes` is the command `themes`."""

from themes.cli import main

if __name__ == "__main__":
    main()
