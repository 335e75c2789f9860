"""The grade of the MDN HTTP Observatory, by MDN's own rules, so that users can compare."""

from collections.abc import Mapping

from secscan.check import (
    Item,
    Outcome,
    Reason,
    Severity,
    Verdict,
    check,
    failed,
    not_tested,
    passed,
)
from secscan.evidence import Asked, Body, Hop, Missing, MissingKind, Sharing, Web
from secscan.facts import Facts
from secscan.facts.observatory import Observatory

from .observatory_cookies import judge_cookies
from .observatory_policy import judge_policies
from .observatory_requests import REDIRECTS, Received, Session, Unseen, header, read_session
from .observatory_rules import (
    LONG_HSTS,
    PRELOADED,
    content_type_options,
    frame_options,
    hsts,
    redirection,
    referrer_policy,
    resource_policy,
    sharing,
)
from .observatory_scripts import judge_scripts, read_document

FAMILY = "headers"

_SHARING = "cross-origin-resource-sharing"
_LOGIN = 401
"""MDN grades that besides successes and redirects; and 403, which for us is a refusal."""

_GOOD = 85
"""The least score of an A-."""


@check("The MDN HTTP Observatory grades the site well", Severity.INFO, beside=True)
def grade(web: Web, asked: Asked, facts: Facts) -> Verdict:
    """Tell the grade that the MDN HTTP Observatory would give, test by test.

    Why: MDN's grade is known everywhere, so it is good to compare with. In some points it differs
    from what the standards say and browsers do; there this index follows the standards, and does
    not count the grade.
    Fix: Go by the other checks of this report: what they ask for is what browsers enforce. What
    MDN would still take points for is listed here, in MDN's own words.
    nginx: add_header Strict-Transport-Security "max-age=31536000" always;
    Apache: Header always set Strict-Transport-Security "max-age=31536000"
    IIS: <hsts enabled="true" max-age="31536000" /> in the site's entry of applicationHost.config
    See: https://developer.mozilla.org/en-US/observatory
    https://github.com/mdn/mdn-http-observatory
    """
    received = _received(web, asked, facts)
    if isinstance(received, Verdict):
        return received
    outcomes = _outcomes(received, asked, facts)
    if isinstance(outcomes, Verdict):
        return outcomes
    rules = facts.observatory
    # Nothing that MDN can say of sharing with other origins changes the score.
    score = rules.score({test: outcome for test, outcome in outcomes.items() if outcome})
    items = tuple(_item(test, outcome, rules) for test, outcome in outcomes.items())
    verdict = passed if score >= _GOOD else failed
    return verdict(
        "MDN HTTP Observatory {version}: {grade} ({score})",
        items=items,
        grade=rules.grade(score),
        score=score,
        version=rules.version,
    )


def _item(test: str, outcome: str, rules: Observatory) -> Item:
    if not outcome:
        unseen = Reason.of("how the page answers another origin was not seen")
        return Item(test, Outcome.NOT_TESTED, unseen)
    points = rules.modifier(test, outcome)
    told = Reason.of("{outcome}: {points} points", outcome=outcome, points=f"{points:+d}")
    return Item(test, Outcome.FAIL if points < 0 else Outcome.PASS, told)


def _received(web: Web, asked: Asked, facts: Facts) -> Received | Verdict:
    """Return what MDN's tests would look at, or why that is not known."""
    plain = read_session(web.http, web, asked, facts)
    secure = read_session(web.https, web, asked, facts)
    if isinstance(secure, Unseen):
        return _unseen(secure)
    if isinstance(plain, Unseen):
        return _unseen(plain)
    judged = secure or plain
    if judged is None:
        return not_tested("MDN would take the site to be down")
    return _hindrance(judged) or Received(asked.host, plain, secure, judged, _shared(web.sharing))


def _unseen(why: Unseen) -> Verdict:
    if why is Unseen.BLOCKED:
        return not_tested("a firewall answered in place of the site")
    if why is Unseen.CHAIN:
        return not_tested("the certificate of a server on the way was not seen")
    if why is Unseen.TARGET:
        return not_tested("the site redirects without saying where to")
    return not_tested("the redirects were not seen to their end")


def _hindrance(judged: Session) -> Verdict | None:
    """Return why MDN would not grade the answer, or would grade another one than was seen."""
    status = judged.last.status
    if status < 200 or (status >= 400 and status != _LOGIN):
        return not_tested("MDN grades no answer with status {status}", status=status)
    body = judged.last.body
    if judged.is_html and (not isinstance(body, Body) or body.content is None):
        return not_tested("the page itself was not kept")
    if judged.is_html and isinstance(body, Body) and body.truncated:
        return not_tested("the page is longer than what was kept of it")
    return None


def _shared(answers: Sharing | Missing) -> Hop | Missing | None:
    """Return the answer to the preflight; MDN takes a refusal of any kind for no answer."""
    answer = answers if isinstance(answers, Missing) else answers.preflight
    if isinstance(answer, Missing) or 200 <= answer.status < 300:
        return answer
    # MDN follows a redirect of the preflight, as browsers do not.
    return Missing(MissingKind.NOT_ASKED) if answer.status in REDIRECTS else None


def _outcomes(received: Received, asked: Asked, facts: Facts) -> Mapping[str, str] | Verdict:
    """Return the outcome of each test in MDN's order, "" where it is not known, or why none is."""
    judged = received.judged
    document = read_document(judged)
    if document is None:
        return not_tested("the page has more tags than secscan reads")
    scripts = judge_scripts(judged, document, received.host, facts)
    if scripts is None:
        return not_tested("MDN's program fails on the address of a script of this page")
    strict = hsts(received, facts)
    policy = judge_policies(
        header(judged.last, "content-security-policy"),
        document.policies,
        header(judged.last, "content-security-policy-report-only"),
        judged.is_secure,
    )
    if policy is None:
        return not_tested("the page has more or longer policies than secscan reads")
    is_strict = strict in (LONG_HSTS, PRELOADED)
    shared = received.shared
    return {
        "content-security-policy": policy.outcome,
        "cookies": judge_cookies(judged, is_strict, facts, asked.at),
        _SHARING: "" if isinstance(shared, Missing) else sharing(shared),
        "redirection": redirection(received, facts),
        "referrer-policy": referrer_policy(received, document.referrer),
        "strict-transport-security": strict,
        "subresource-integrity": scripts,
        "x-content-type-options": content_type_options(received),
        "x-frame-options": frame_options(received, policy.has_frame_ancestors),
        "cross-origin-resource-policy": resource_policy(received),
    }
