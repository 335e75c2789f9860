"""The register: agencies, groups, sites and shared platforms, from TOML, CSV or XLSX.

``model`` says what a register is; ``read`` leads from a file, through ``toml`` or ``tables`` and
``xlsx`` (raw records), ``build`` (the model, field by field) and ``validate`` (between rows), to a
register or to every mistake at once; ``extract`` cuts out what one agency needs.
"""

from secscan.register.authorise import authorised
from secscan.register.extract import extract
from secscan.register.mistakes import Mistake, RegisterError
from secscan.register.model import (
    VIETNAM,
    Agency,
    Authorisation,
    Group,
    Kind,
    Owner,
    Register,
    Site,
    Window,
    day_of,
)
from secscan.register.read import parse_register, read_register
from secscan.register.write import to_toml

__all__ = [
    "VIETNAM",
    "Agency",
    "Authorisation",
    "Group",
    "Kind",
    "Mistake",
    "Owner",
    "Register",
    "RegisterError",
    "Site",
    "Window",
    "authorised",
    "day_of",
    "extract",
    "parse_register",
    "read_register",
    "to_toml",
]
