"""Run secscan as ``python -m secscan``."""

from secscan.cli import main

main()
