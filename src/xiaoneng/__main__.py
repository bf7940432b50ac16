"""`python -m xiaoneng` is the command `xiaoneng`."""

from .cli import main

if __name__ == "__main__":
    main()
