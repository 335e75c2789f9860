"""Files that must not be public; looked for only where the register grants it."""

import re

from secscan.check import Severity, Verdict, check, failed, not_tested, passed
from secscan.evidence import Body, Exposure, Hop

_GIT_HEAD = re.compile(rb"ref: refs/|[0-9a-f]{40}\s*$")


@check("The site's source code is not public", Severity.HIGH)
def git_head(exposure: Exposure) -> Verdict:
    r"""Judge the answer to /.git/HEAD, against that to a path which cannot exist.

    Why: From a public .git folder anybody can download the whole source code, its history and every
    password that was ever in it.
    Fix: Take the folder out of the web root, and change all passwords that were in it.
    nginx: location ~ /\.git { deny all; }
    Apache: RedirectMatch 404 /\.git
    IIS: <hiddenSegments><add segment=".git" /></hiddenSegments> in <requestFiltering> of web.config
    See: OWASP Web Security Testing Guide, WSTG-CONF-04
    """
    answer, control = (exposure.answers.get(name) for name in ("git-head", "control"))
    if not isinstance(answer, Hop) or not isinstance(control, Hop):
        return not_tested("/.git/HEAD got no answer")
    if _is_git_head(answer) and not _is_git_head(control):
        return failed("the folder .git is public")
    return passed("the folder .git is not public")


def _is_git_head(hop: Hop) -> bool:
    content = hop.body.content if isinstance(hop.body, Body) else None
    return hop.status == 200 and bool(_GIT_HEAD.match(content or b""))
