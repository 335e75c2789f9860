"""What answers tell that is of use to attackers alone, and headers of yesterday."""

from collections.abc import Iterable

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
from secscan.evidence import Body, ErrorPage, Heads, Hop, Missing, Response, Sharing
from secscan.parsing.headers import tokens
from secscan.parsing.structured import InnerList, Kind, StructuredFault, read_list
from secscan.parsing.text import listed
from secscan.parsing.traces import TraceKind, traces

FAMILY = "headers"

_RISKY = ("connect", "debug", "delete", "put", "trace", "track")

_METHODS = ("allow", "public", "access-control-allow-methods")

_DEPRECATED = {
    "Public-Key-Pins": Reason.of("browsers dropped it, for it locked sites out"),
    "Public-Key-Pins-Report-Only": Reason.of("browsers dropped it, for it locked sites out"),
    "Expect-CT": Reason.of("browsers dropped it: they ask for transparency by themselves"),
    "Feature-Policy": Reason.of("Permissions-Policy took its place"),
    "X-Content-Security-Policy": Reason.of("Content-Security-Policy took its place"),
    "X-WebKit-CSP": Reason.of("Content-Security-Policy took its place"),
}

_CLEARED = frozenset(
    {"*", "cache", "clientHints", "cookies", "executionContexts", "prefetchCache"}
    | {"prerenderCache", "storage"}
)


@check("Errors do not show the program's insides", Severity.MEDIUM)
def error_details(heads: Heads, error_page: ErrorPage) -> Verdict:
    """Look for stack traces and developers' error pages.

    Where it is looked: on the page itself, and in the answer to an address that does not exist.
    What a page shows as code or as a quotation is not counted.

    Why: Traces name files, software, queries and sometimes passwords, and so save an attacker the
    search for a hole.
    Fix: Switch debugging off on the public server, write errors to a log, and show visitors a page
    that says nothing of the program.
    nginx: proxy_intercept_errors on; error_page 404 500 502 503 504 /error.html;
    Apache:
    ErrorDocument 500 /error.html
    php_flag display_errors off
    IIS: <customErrors mode="RemoteOnly" /> in <system.web> of web.config
    See: OWASP Web Security Testing Guide, WSTG-ERRH-01
    CWE-209
    """
    wrong = error_page.hop
    asked = [] if isinstance(wrong, Missing) else [wrong]
    on_page, on_error = _kinds(heads.hops), _kinds(asked)
    items = (
        *_items(on_page, Reason.of("on the page itself")),
        *_items(on_error - on_page, Reason.of("in the answer to an address that does not exist")),
    )
    if items:
        kinds = listed(sorted(on_page | on_error))
        return failed("details of errors are shown: {kinds}", items=items, kinds=kinds)
    if not asked or error_page.block is not None:
        return not_tested("the answer to an address that does not exist could not be seen")
    bodies = [hop.body for hop in (*heads.hops, *asked) if hop.body is not None]
    if not bodies:
        return not_tested("only redirects were seen")
    if any(_is_unseen(body) for body in bodies):
        return not_tested("the answers were not kept whole")
    return passed("neither the page nor the answer to a wrong address shows a trace")


@check("The server offers no methods that browsers do not need", Severity.INFO)
def methods(sharing: Sharing) -> Verdict:
    """Read the methods that the answer to OPTIONS names; information only, for none was tried.

    Why: TRACE, CONNECT and DEBUG are of use to attackers alone; PUT and DELETE are well where
    an interface needs them and asks who calls.
    Fix: Allow GET, HEAD and POST, and what your interfaces need.
    nginx: limit_except GET POST { deny all; } in the location block
    Apache: TraceEnable off
    IIS: <requestFiltering><verbs><add verb="TRACE" allowed="false" /></verbs></requestFiltering>
    See: RFC 9110 section 9.3
    OWASP Web Security Testing Guide, WSTG-CONF-06
    """
    answer = sharing.preflight
    if isinstance(answer, Missing):
        return not_tested("OPTIONS got no answer")
    named = tokens(value for name in _METHODS for value in answer.all(name))
    risky = [method.upper() for method in _RISKY if method in named]
    if risky:
        return failed("the server says that it allows {methods}", methods=listed(risky))
    return passed("the server names only methods that browsers need")


@check("No header is sent that browsers dropped", Severity.INFO)
def deprecated(response: Response) -> Verdict:
    """List headers that nothing obeys any more, and X-XSS-Protection where it is not 0.

    Why: They protect nobody and give a false sense of safety; the filter that X-XSS-Protection
    switched on opened holes of its own in old browsers.
    Fix: Take these headers out; X-XSS-Protection: 0 may stay.
    nginx: proxy_hide_header Expect-CT; where a server behind it sends them
    Apache: Header always unset Expect-CT
    IIS: delete their <add> lines in <customHeaders> of web.config
    See: OWASP Secure Headers Project
    """
    items = tuple(_deprecated(response.hop))
    if items:
        return failed("{count} headers are out of use", items=items, count=len(items))
    return passed("no header is out of use")


@check("Clear-Site-Data is valid and sent at the right time", Severity.INFO)
def clear_site_data(response: Response, error_page: ErrorPage) -> Verdict:
    """Judge Clear-Site-Data where it is sent: its grammar, and that not every answer has it.

    Why: Sent with the answer to a logout it removes what the browser keeps of the visitor. A value
    without quotation marks does nothing, and on every page it logs visitors out all the time.
    Fix: Send Clear-Site-Data with the answer to a logout only.
    nginx: location = /logout { add_header Clear-Site-Data '"cookies", "storage"' always; }
    Apache: Header always set Clear-Site-Data '"cookies", "storage"' in <Location "/logout">
    IIS: send it from the program, in the answer to the logout
    See: W3C Clear Site Data
    """
    values = response.hop.all("clear-site-data")
    if not values:
        return not_applicable("the page does not send Clear-Site-Data")
    cleared = _cleared(values)
    if not cleared:
        return failed("browsers ignore the header: {value}", value=listed([*values]))
    other = error_page.hop
    if isinstance(other, Missing) or error_page.block is not None:
        return not_tested("the answer to an address that does not exist could not be seen")
    if _cleared(other.all("clear-site-data")):
        return failed("every page clears what browsers keep: {value}", value=listed(cleared))
    return passed("the page clears {value}", value=listed(cleared))


def _kinds(hops: Iterable[Hop]) -> set[TraceKind]:
    """Return what makes the traces that answers show: a page that is no error may quote some."""
    bodies = [(hop.body, hop.status < 400) for hop in hops if isinstance(hop.body, Body)]
    texts = {(body.content or b"", quotes) for body, quotes in bodies}
    found = (traces(content.decode("utf-8", errors="replace"), quotes) for content, quotes in texts)
    return {kind for kinds in found for kind in kinds}


def _is_unseen(body: Body | Missing) -> bool:
    return isinstance(body, Missing) or body.truncated


def _items(kinds: set[TraceKind], reason: Reason) -> Iterable[Item]:
    return (Item(kind.value, Outcome.FAIL, reason) for kind in sorted(kinds))


def _deprecated(hop: Hop) -> Iterable[Item]:
    for name, reason in _DEPRECATED.items():
        if hop.all(name):
            yield Item(name, Outcome.FAIL, reason)
    if any(value.partition(";")[0].strip() != "0" for value in hop.all("X-XSS-Protection")):
        reason = Reason.of("browsers dropped its filter, which opened holes of its own")
        yield Item("X-XSS-Protection", Outcome.FAIL, reason)
    if hop.all("Pragma") and not hop.all("Cache-Control"):
        yield Item("Pragma", Outcome.FAIL, Reason.of("Cache-Control took its place"))


def _cleared(values: Iterable[str]) -> list[str]:
    """Return the kinds of data that a valid Clear-Site-Data names, and that browsers know."""
    members = read_list(values)
    if isinstance(members, StructuredFault):
        return []
    bare = [member.value for member in members if not isinstance(member, InnerList)]
    return [one.text for one in bare if one.kind is Kind.STRING and one.text in _CLEARED]
