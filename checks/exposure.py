"""Files that must not be public; looked for only where the register grants it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    not_tested,
    passed,
)
from secscan.evidence import Asked, Banners, Body, Exposure, Hop, Missing, MissingKind
from secscan.facts import Facts
from secscan.parsing import exposed, software
from secscan.parsing.text import listed, quoted
from secscan.policy import Policy

from .components import Judge, Judged
from .machine import machine

_SETS = re.compile(rb"(?:^|\n)([A-Za-z_][A-Za-z0-9_.]{0,63})=(?=\n)")
_FEWEST = 2
"""Names that a file sets before it is one of settings: a text may hold one by chance."""

Shows = Callable[[bytes], bool]


@check("The site's source code is not public", Severity.HIGH, version=2)
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
    shown = _shown(exposure, "git-head", "control", lambda content: bool(exposed.git_head(content)))
    if shown is None:
        return not_tested("/.git/HEAD got no answer")
    if shown:
        return failed("the folder .git is public")
    return passed("the folder .git is not public")


@check("The application's settings and passwords are not public", Severity.CRITICAL)
def env_file(exposure: Exposure) -> Verdict:
    r"""Judge the answer to /.env; only the names in it are kept, never what they are set to.

    Why: A public .env file gives anybody the passwords of the database, of mail and of other
    services; searching for it is automated, and it is found within hours.
    Fix: Take the file out of the web root, and change every password and key that was in it: they
    have to be taken for known.
    nginx: location ~ /\.env { deny all; }
    Apache: RedirectMatch 404 "/\.env"
    IIS: <hiddenSegments><add segment=".env" /></hiddenSegments> in <requestFiltering> of web.config
    See: OWASP Web Security Testing Guide, WSTG-CONF-04
    CWE-538 (sensitive information in an accessible file)
    """
    shown = _shown(exposure, "env", "control", lambda content: len(_names(content)) >= _FEWEST)
    if shown is None:
        return not_tested("/.env got no answer")
    if shown:
        return failed("the file .env is public, and sets {names}", names=listed(_names(shown)))
    return passed("the file .env is not public")


@check("The server's status page is not public", Severity.MEDIUM)
def server_status(
    exposure: Exposure, banners: Banners, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    """Judge the answer to /server-status, the page of Apache and of lighttpd.

    Why: The page shows who visits the site and what they ask for, at times with a password in the
    address; and it shows the server's exact version and the day of its build.
    Fix: Let only the server itself ask for the page, and look that no proxy on the same machine
    makes every visitor appear to be the server itself.
    nginx: location = /server-status { deny all; }
    Apache: a2dismod status, or "Require local" inside <Location "/server-status">, on lines of its
    own
    IIS: nothing to do; where IIS stands before Apache, refuse the path with a rule of URL Rewrite
    See: Apache HTTP Server documentation, mod_status
    CWE-497 (system information shown to the unauthorised)
    """
    shown = _shown(
        exposure, "server-status", "control", lambda content: bool(exposed.server_status(content))
    )
    if shown is None:
        return not_tested("/server-status got no answer")
    if not shown:
        return passed("the status page is not public")
    line = ("Server", exposed.server_of(shown))
    found = _judged(line, "server-status", banners, Judge.of(asked, facts, policy))
    return failed("the status page is public", items=_items(found, exposed.built_on(shown)))


@check("PHP's information page is not public", Severity.MEDIUM)
def phpinfo(
    exposure: Exposure, banners: Banners, asked: Asked, facts: Facts, policy: Policy
) -> Verdict:
    r"""Judge the answers to /phpinfo.php and /info.php; what they show of settings is not kept.

    Why: The page shows the exact version of PHP and of the system, the paths, and all variables of
    the environment, with the passwords in them and the visitor's own cookies.
    Fix: Delete the file; who needs the page asks php -i on the server.
    nginx: location ~ ^/(php)?info\.php$ { deny all; }
    Apache: RedirectMatch 404 "^/(php)?info\.php$"
    IIS: delete the file, or refuse it with <denyUrlSequences> in <requestFiltering> of web.config
    See: PHP manual, phpinfo
    CWE-497 (system information shown to the unauthorised)
    """
    shown = _shown(
        exposure, "phpinfo", "php-control", lambda content: bool(exposed.phpinfo(content))
    )
    if shown is None:
        return not_tested("/phpinfo.php got no answer")
    if not shown:
        return passed("no page of phpinfo was found")
    line = ("X-Powered-By", f"PHP/{exposed.php_of(shown)}")
    found = _judged(line, "phpinfo", banners, Judge.of(asked, facts, policy))
    return failed("a page of phpinfo is public", items=_items(found, exposed.built_on(shown)))


@check("The folders of the site are not listed", Severity.LOW)
def directory_listing(exposure: Exposure) -> Verdict:
    """Judge the answer to a folder from which the page loads a file of its own.

    Why: A list shows also the files that no page leads to: drafts, backups, uploaded documents.
    Fix: Switch listing off, and take out what should not be there.
    nginx: autoindex off;
    Apache: Options -Indexes
    IIS: <directoryBrowse enabled="false" /> in <system.webServer> of web.config
    See: OWASP Web Security Testing Guide, WSTG-CONF-04
    CWE-548 (information shown by a directory listing)
    """
    answer = exposure.answers.get("listing")
    if isinstance(answer, Missing) and answer.kind is MissingKind.NOT_ASKED:
        return not_applicable("the page shows no folder of its own")
    shown = _shown(
        exposure, "listing", "listing-control", lambda content: bool(exposed.listing(content))
    )
    if shown is None:
        return not_tested("the folder got no answer")
    if shown and isinstance(answer, Hop):
        return failed("the folder {url} is listed", url=quoted(answer.url))
    return passed("the folder of the page's own files is not listed")


def _shown(exposure: Exposure, purpose: str, control: str, shows: Shows) -> bytes | None:
    """Return what proves that a file is public, b"" where nothing does, None where it was not seen.

    It proves nothing where the path that cannot be there shows the same.
    """
    seen = _seen(exposure.answers.get(purpose))
    if seen is None or not shows(seen):
        return None if seen is None else b""
    beside = _seen(exposure.answers.get(control))
    if beside is None:
        return None
    return b"" if shows(beside) else seen


def _seen(answer: Hop | Missing | None) -> bytes | None:
    """Return the content of a success, b"" for any other answer, None where it cannot be told."""
    if not isinstance(answer, Hop):
        return None
    if answer.status not in (200, 206) or answer.body is None:
        return b""
    return answer.body.content if isinstance(answer.body, Body) else None


def _names(content: bytes) -> list[str]:
    return [name.decode("ascii") for name in _SETS.findall(content)]


def _judged(
    line: tuple[str, str], source: str, banners: Banners, judge: Judge
) -> tuple[Judged, ...]:
    """Judge the software that a page gives away as if it stood in a header of the address."""
    shown = machine(banners.heads, banners, judge, line)
    found = software.from_headers(judge.facts.signals, [line])
    return tuple(shown.judge_banner(replace(one, source=source)) for one in found)


def _items(found: tuple[Judged, ...], built: date | None) -> tuple[Item, ...]:
    """Tell of each with the day of its build, where that shows."""
    return tuple(
        Item(one.name, Outcome.FAIL, _given_away(one, built), one.component) for one in found
    )


def _given_away(one: Judged, built: date | None) -> Reason:
    if built is None:
        return Reason.of(
            "shows that this is {product} {version}", product=one.name, version=one.version
        )
    return Reason.of(
        "shows that {product} {version} was built on {day}",
        product=one.name,
        version=one.version,
        day=built.isoformat(),
    )
