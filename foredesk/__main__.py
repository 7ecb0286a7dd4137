"""`python -m foredesk` is the `foredesk` command."""

from foredesk.config.cli import main

if __name__ == "__main__":
    main()
