"""The register: agencies, groups, sites and shared platforms, from TOML, CSV or XLSX.

``model`` says what a register is, ``read`` finds the file's format, ``validate`` names every
mistake at once, ``extract`` cuts out what one agency needs.
"""

from secscan.register.model import (
    Agency,
    Authorisation,
    Group,
    Kind,
    Owner,
    Register,
    Site,
    Window,
)

__all__ = ["Agency", "Authorisation", "Group", "Kind", "Owner", "Register", "Site", "Window"]
