"""Fuzz the parser of Content-Security-Policy: what it keeps of a policy, it reads again."""

import harness

with harness.instrumented():
    from secscan.parsing import csp, csp_faults, csp_matching

SEEDS = (
    b"default-src 'self'; script-src 'nonce-abc' 'strict-dynamic' https:; object-src 'none'",
    b"script-src 'sha256-YQ==' *.a.example:8443/b/ [::1] 127.0.0.1; frame-ancestors *",
    b"img-src data:, script-src 'unsafe-eval'; sandbox allow-scripts; trusted-types 'none'",
    b"script-src self, script-src unsafe-inline nonce-a; report-uri /x",
)


def once(data: bytes) -> None:
    """Read a policy, ask of it all there is to ask, and write and read it again."""
    text = data.decode("latin-1")
    policy = csp.read_policy(text)
    for url in ("https://a.example/b/c.js", "http://a.example:8080/"):
        address = csp_matching.address(url)
        csp_matching.allows_script(policy, address)
        csp_matching.allows_object(policy, address)
        csp_matching.allows_framing(policy, address)
    csp_matching.allows_inline(policy)
    list(csp_faults.faults(policy))
    written = "; ".join(" ".join((one.name, *one.words)) for one in policy.directives.values())
    again = csp.read_policy(written)
    if again.directives != policy.directives or again.ignored:
        raise AssertionError("the policy reads otherwise when it is written again")
    for policies in (csp.read_policies([text]), (csp.read_meta_policy(text),)):
        for one in policies:
            list(csp_faults.faults(one))


if __name__ == "__main__":
    harness.fuzz(once, SEEDS)
