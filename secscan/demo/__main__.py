"""Serve the demo city whose certificates are in a folder: ``secscan.demo.City`` runs this."""

import sys
from pathlib import Path

from secscan.demo.serve import main

if __name__ == "__main__":
    main(Path(sys.argv[1]))
