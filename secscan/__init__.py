"""secscan: a security-compliance scanner that governments can run themselves."""

__version__ = "0.1.0"
