"""What is wrong in the text of a policy, and where."""

import pytest

from secscan.parsing.csp import read_meta_policy, read_policy
from secscan.parsing.csp_faults import CspFault, Fault, faults

DIGEST = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        ("default-src ‘self’", CspFault.NOT_ASCII, ""),
        ("default-src 'self'; default-src *", CspFault.REPEATED_DIRECTIVE, ""),
        ("default-src self", CspFault.MISSING_QUOTES, "self"),
        ("default-src None", CspFault.MISSING_QUOTES, "None"),
        ("default-src nonce-abcdefgh", CspFault.MISSING_QUOTES, "nonce-abcdefgh"),
        (f"default-src sha256-{DIGEST}", CspFault.MISSING_QUOTES, f"sha256-{DIGEST}"),
        ("default-src 'self' img-src 'self'", CspFault.MISSING_SEMICOLON, "img-src"),
        ("default-src 'self' report-uri", CspFault.MISSING_SEMICOLON, "report-uri"),
        ("default-src 'unsafe-inlin'", CspFault.UNKNOWN_KEYWORD, "'unsafe-inlin'"),
        ("default-src 'self", CspFault.UNKNOWN_KEYWORD, "'self"),
        ("default-src 'nonce-'", CspFault.MALFORMED_NONCE_OR_HASH, "'nonce-'"),
        ("default-src 'nonce-a$'", CspFault.MALFORMED_NONCE_OR_HASH, "'nonce-a$'"),
        ("default-src 'sha256-abc'", CspFault.MALFORMED_NONCE_OR_HASH, "'sha256-abc'"),
        ("default-src 'sha256-a'", CspFault.MALFORMED_NONCE_OR_HASH, "'sha256-a'"),
        (
            f"default-src 'sha384-{DIGEST}'",
            CspFault.MALFORMED_NONCE_OR_HASH,
            f"'sha384-{DIGEST}'",
        ),
        ("default-src a.*.example", CspFault.MALFORMED_SOURCE, "a.*.example"),
        ("default-src 'none' a.example", CspFault.NONE_BESIDE_OTHERS, "'none'"),
        ("default-src 192.0.2.1", CspFault.IP_ADDRESS, "192.0.2.1"),
        ("default-src http://[2001:db8::1]:80", CspFault.IP_ADDRESS, "http://[2001:db8::1]:80"),
        ("default-src [nonsense:]", CspFault.MALFORMED_SOURCE, "[nonsense:]"),
        ("default-src http://a.example", CspFault.PLAIN_HTTP, "http://a.example"),
        ("default-src 'unsafe-hashes'", CspFault.UNSAFE_HASHES, "'unsafe-hashes'"),
    ],
)
def test_a_fault_names_its_directive_and_its_text(text: str, kind: CspFault, at: str) -> None:
    assert Fault(kind, "default-src", at) in faults(read_policy(text))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("scipt-src 'self'", Fault(CspFault.UNKNOWN_DIRECTIVE, "scipt-src")),
        ("script-src: 'self'", Fault(CspFault.UNKNOWN_DIRECTIVE, "script-src:")),
        ("reflected-xss block", Fault(CspFault.DEPRECATED_DIRECTIVE, "reflected-xss")),
        (
            "require-trusted-types-for 'style'",
            Fault(CspFault.UNKNOWN_KEYWORD, "require-trusted-types-for", "'style'"),
        ),
        ("trusted-types 'all'", Fault(CspFault.UNKNOWN_KEYWORD, "trusted-types", "'all'")),
    ],
)
def test_faults_of_names_and_other_words(text: str, fault: Fault) -> None:
    assert list(faults(read_policy(text))) == [fault]


def test_what_a_meta_element_cannot_say_is_a_fault_there() -> None:
    policy = read_meta_policy("frame-ancestors 'none'")
    assert list(faults(policy)) == [Fault(CspFault.IGNORED_IN_META, "frame-ancestors")]


@pytest.mark.parametrize(
    "text",
    [
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'",
        "script-src 'nonce-abcdefgh' 'strict-dynamic' 'report-sample' https: 'unsafe-inline'",
        f"script-src 'sha256-{DIGEST}' 'wasm-unsafe-eval'; img-src * data: blob:",
        "script-src 'none' 'report-sample'",
        "sandbox allow-scripts; report-uri https://a.example/b?c; report-to d",
        "require-trusted-types-for 'script'; trusted-types 'none'",
        "upgrade-insecure-requests; connect-src wss://a.example:* *.b.example/c/",
    ],
)
def test_a_policy_without_faults(text: str) -> None:
    assert list(faults(read_policy(text))) == []
