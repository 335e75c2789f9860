"""What a policy lets run."""

import pytest

from secscan.parsing.csp import read_policy
from secscan.parsing.csp_matching import (
    address,
    allows_base,
    allows_eval,
    allows_handlers,
    allows_inline,
    allows_moved_script,
    allows_object,
    allows_script,
    limits_scripts,
)

URL = address("https://cdn.example/lib/a.js")
HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


@pytest.mark.parametrize(
    "source",
    [
        "*",
        "https:",
        "http:",
        "ws:",
        "wss:",
        "cdn.example",
        "CDN.example",
        "*.example",
        "https://cdn.example",
        "http://cdn.example",
        "http://cdn.example:80",
        "cdn.example:443",
        "cdn.example:*",
        "https://*:443",
        "cdn.example/",
        "cdn.example/lib/",
        "cdn.example/l%69b/",
        "cdn.example/lib/a.js",
        "'none' cdn.example",
    ],
)
def test_a_source_that_fits(source: str) -> None:
    assert allows_script(read_policy(f"script-src {source}"), URL)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "'none'",
        "'self'",
        "'nonce-abcdefgh'",
        "data:",
        "ftp://cdn.example",
        "example",
        "*.cdn.example",
        "cdn.example:8443",
        "cdn.example/lib",
        "cdn.example/LIB/",
        "cdn.example/lib/a",
        "cdn.example?",
        "'strict-dynamic' *",
    ],
)
def test_a_source_that_does_not_fit(source: str) -> None:
    assert not allows_script(read_policy(f"script-src {source}"), URL)


@pytest.mark.parametrize(
    ("sources", "runs"),
    [
        ("'unsafe-inline'", True),
        ("'UNSAFE-INLINE' *", True),
        ("'self'", False),
        ("'unsafe-inline' 'nonce-abcdefgh'", False),
        ("'unsafe-inline' 'nonce-'", True),
        (f"'unsafe-inline' {HASH}", False),
        ("'unsafe-inline' 'sha256-?'", True),
        ("'unsafe-inline' 'strict-dynamic'", False),
    ],
)
def test_text_in_the_page(sources: str, runs: bool) -> None:
    policy = read_policy(f"default-src {sources}")
    assert allows_inline(policy) is allows_handlers(policy) is runs


def test_a_nonce_opens_for_itself_with_its_case() -> None:
    policy = read_policy("script-src 'nonce-abcdefgh'")
    assert allows_inline(policy, "abcdefgh")
    assert not allows_inline(policy, "ABCDEFGH")


def test_the_parts_of_script_src_decide_where_they_are() -> None:
    policy = read_policy("script-src 'unsafe-inline' 'unsafe-eval' *; script-src-elem 'self'")
    assert not allows_inline(policy)
    assert not allows_script(policy, URL)
    assert allows_handlers(policy)
    assert allows_eval(policy)


def test_what_a_policy_does_not_limit_is_open() -> None:
    policy = read_policy("img-src 'self'")
    assert not limits_scripts(policy)
    assert allows_inline(policy)
    assert allows_handlers(policy)
    assert allows_eval(policy)
    assert allows_script(policy, URL)
    assert allows_object(policy, URL)
    assert allows_base(policy, URL)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("sandbox", False),
        ("sandbox allow-forms", False),
        ("sandbox Allow-Scripts", True),
        ("sandbox; script-src 'unsafe-inline' *", False),
    ],
)
def test_a_sandbox_has_scripts_where_it_says_so_and_no_plug_ins(text: str, runs: bool) -> None:
    policy = read_policy(text)
    answers = (
        allows_inline(policy),
        allows_handlers(policy),
        allows_eval(policy),
        allows_script(policy, URL),
        not limits_scripts(policy),
    )
    assert set(answers) == {runs}
    assert not allows_object(policy, URL)


@pytest.mark.parametrize(
    ("sources", "loads"),
    [
        ("'nonce-abcdefgh'", True),
        (f"{HASH} 'strict-dynamic'", True),
        (HASH, False),
        ("'strict-dynamic'", False),
        ("'self'", False),
        ("cdn.example", True),
    ],
)
def test_the_pages_own_scripts_from_a_moved_base(sources: str, loads: bool) -> None:
    assert allows_moved_script(read_policy(f"script-src {sources}"), URL) is loads
