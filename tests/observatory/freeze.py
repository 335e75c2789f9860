"""Keeps what MDN's program answers now; a look at what has changed belongs to it."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from observatory_answers import keep
from observatory_look import look_at_all

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        keep(look_at_all(Path(folder)).answers)
