"""Headers by which a site keeps what it serves apart from other sites' pages."""

from fractions import Fraction

from secscan.check import Severity, Verdict, check, failed, partial, passed
from secscan.evidence import Page, Response
from secscan.parsing import headers
from secscan.parsing.text import listed

FAMILY = "headers"


@check("The page loads only what agrees to be loaded", Severity.INFO)
def embedder_policy(page: Page) -> Verdict:
    """Judge Cross-Origin-Embedder-Policy; information only, for few pages need it.

    Why: Together with Cross-Origin-Opener-Policy it isolates the page in a process of its own. Only
    pages that use shared memory or exact clocks must have that.
    Fix: Send Cross-Origin-Embedder-Policy: require-corp, or credentialless where the page shows
    pictures of other sites.
    nginx: add_header Cross-Origin-Embedder-Policy require-corp always;
    Apache: Header always set Cross-Origin-Embedder-Policy require-corp
    IIS: in <customHeaders> of web.config
    <add name="Cross-Origin-Embedder-Policy" value="require-corp" />
    See: WHATWG HTML (cross-origin embedder policies)
    """
    values = page.hop.all("cross-origin-embedder-policy")
    policy = headers.token_item(values)
    if policy and page.hop.url.startswith("http:"):
        return failed("browsers ignore the header on a page that is loaded over plain HTTP")
    if policy in ("require-corp", "credentialless"):
        return passed("the policy is {policy}", policy=policy)
    if values:
        return failed("the policy keeps nothing apart: {value}", value=listed([*values]))
    return failed("there is no Cross-Origin-Embedder-Policy header")


@check("Other sites cannot embed what the site serves", Severity.LOW)
def resource_policy(response: Response) -> Verdict:
    """Judge Cross-Origin-Resource-Policy of the page, or of whatever the address answers with.

    Why: What another site's page loads comes into that page's process, where Spectre and its kind
    read the memory; the header has browsers refuse it.
    Fix: Send Cross-Origin-Resource-Policy: same-origin, or same-site where names below the same
    domain load it. Send cross-origin only with what is meant for every site.
    nginx: add_header Cross-Origin-Resource-Policy same-origin always;
    Apache: Header always set Cross-Origin-Resource-Policy same-origin
    IIS: in <customHeaders> of web.config
    <add name="Cross-Origin-Resource-Policy" value="same-origin" />
    See: WHATWG Fetch (Cross-Origin-Resource-Policy header)
    """
    values = response.hop.all("cross-origin-resource-policy")
    policy = headers.resource_policy(values)
    if policy in ("same-origin", "same-site"):
        return passed("the policy is {policy}", policy=policy)
    if policy is not None:
        return partial(
            Fraction(1, 2), "the policy lets every site embed it: {policy}", policy=policy
        )
    if values:
        return failed(
            "browsers ignore the header, for it is not valid: {value}", value=listed([*values])
        )
    return failed("there is no Cross-Origin-Resource-Policy header")
