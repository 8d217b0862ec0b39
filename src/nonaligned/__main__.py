"""`python -m nonaligned` is the command line."""

from nonaligned.cli import main

main()
