"""The one exception that is the user's to mend."""


class SecscanError(Exception):
    """Say in one sentence what is wrong, where, and what to do; the command ends with status 2."""
