"""Whether a site may be looked at now, in the days and hours of Vietnam."""

from datetime import date, datetime

from secscan.evidence import Missing, MissingKind
from secscan.register.model import VIETNAM, Register, Site


def authorised(register: Register, site: Site, now: datetime) -> Missing | None:
    """Return None where the site may be scanned at this moment (with its offset), else why not."""
    authorisation = register.authorisation_of(site)
    if authorisation is None:
        return Missing(MissingKind.NOT_AUTHORISED)
    local = now.astimezone(VIETNAM)
    if local.date() < (authorisation.valid_from or date.min):
        return Missing(MissingKind.NOT_AUTHORISED, f"{authorisation.valid_from}..")
    if local.date() > (authorisation.valid_to or date.max):
        return Missing(MissingKind.NOT_AUTHORISED, f"..{authorisation.valid_to}")
    window = authorisation.window
    if window and not window.contains(local.time()):
        return Missing(
            MissingKind.OUTSIDE_WINDOW, f"{window.start:%H:%M}-{window.end:%H:%M}, {VIETNAM}"
        )
    return None
