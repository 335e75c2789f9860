"""Content-Security-Policies as sent: policies, directives and sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import assert_linear

from secscan.parsing.csp import (
    Ignored,
    meta_policies,
    read_meta_policy,
    read_policies,
    read_policy,
)
from secscan.parsing.csp_faults import faults
from secscan.parsing.csp_matching import address, allows_inline, allows_script
from secscan.parsing.csp_sources import (
    Hash,
    Host,
    Keyword,
    Nonce,
    Scheme,
    Source,
    Unreadable,
    read_source,
)
from secscan.parsing.html import elements

SELF = Keyword("'self'")
WORDS = ("script-src", "default-src", "sandbox", "'none'", "'self'", "'nonce-", "'nonce-a'")
BLANKS = (";", ",", " ", "\t", "\xa0")
SOURCES = ("'sha256-", "*", "*.a.example", "https:", "http://", "[::1]", "/a")
PIECES = st.sampled_from((*WORDS, *BLANKS, *SOURCES))
TEXTS = st.text(st.characters(max_codepoint=255)) | st.lists(PIECES).map(" ".join)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("'self'", SELF),
        ("'SELF'", SELF),
        ("'unsafe-everything'", Keyword("'unsafe-everything'")),
        ("'nonce-aBc+/-_=='", Nonce("'nonce-aBc+/-_=='", "aBc+/-_==")),
        ("'NONCE-aBc'", Nonce("'NONCE-aBc'", "aBc")),
        ("'nonce-'", Unreadable("'nonce-'")),
        ("'nonce-a==='", Unreadable("'nonce-a==='")),
        ("'nonce-a", Unreadable("'nonce-a")),
        ("'sha256-abc='", Hash("'sha256-abc='", "sha256", "abc=")),
        ("'SHA512-abc'", Hash("'SHA512-abc'", "sha512", "abc")),
        ("'sha256-%'", Unreadable("'sha256-%'")),
        ("'sha1-abc'", Keyword("'sha1-abc'")),
        ("'", Unreadable("'")),
        ("''", Unreadable("''")),
        ("https:", Scheme("https:", "https")),
        ("HTTPS:", Scheme("HTTPS:", "https")),
        ("*", Host("*", "", "*", "", "")),
        ("*:*", Host("*:*", "", "*", "*", "")),
        ("a.example", Host("a.example", "", "a.example", "", "")),
        ("*.A.example:8443/b/", Host("*.A.example:8443/b/", "", "*.a.example", "8443", "/b/")),
        ("HTTP://a.example", Host("HTTP://a.example", "http", "a.example", "", "")),
        ("a_b.example", Host("a_b.example", "", "a_b.example", "", "")),
        ("[::1]:80", Host("[::1]:80", "", "[::1]", "80", "")),
        ("self", Host("self", "", "self", "", "")),
        ("a.*.example", Unreadable("a.*.example")),
        ("https://", Unreadable("https://")),
        ("a.example/b?c", Unreadable("a.example/b?c")),
        ("a.example:port", Unreadable("a.example:port")),
        ("//a.example", Unreadable("//a.example")),
    ],
)
def test_sources_by_their_form(text: str, source: Source) -> None:
    assert read_source(text) == source


def test_names_are_compared_without_case_and_the_first_counts() -> None:
    policy = read_policy(" Script-Src 'self' ; ; SCRIPT-SRC * ;")
    assert policy.directives["script-src"].sources == (SELF,)
    assert policy.ignored == (("script-src", Ignored.REPEATED),)


def test_only_ascii_whitespace_parts_words() -> None:
    assert read_policy("default-src\t'self'\n\f\r'none'").directives["default-src"].words == (
        "'self'",
        "'none'",
    )
    assert read_policy("sandbox a\x0bb").directives["sandbox"].words == ("a\x0bb",)


@pytest.mark.parametrize("text", ["default-src 'self'\xa0", "default-src\xa0'self'", "é 'self'"])
def test_a_directive_that_is_not_ascii_is_passed_over(text: str) -> None:
    policy = read_policy(f"{text}; img-src 'self'")
    assert policy.directives.keys() == {"img-src"}
    assert [why for _, why in policy.ignored] == [Ignored.NOT_ASCII]


def test_a_line_holds_several_policies_and_a_meta_element_one() -> None:
    text = "default-src 'none', script-src *"
    assert len(read_policies([text, text])) == 4
    policy = read_meta_policy(text)
    assert policy.directives["default-src"].words == ("'none',", "script-src", "*")


def test_a_meta_policy_loses_what_counts_in_headers_only() -> None:
    policy = read_meta_policy("frame-ancestors 'none'; sandbox; report-uri /a; img-src 'self'")
    assert policy.directives.keys() == {"img-src"}
    assert {why for _, why in policy.ignored} == {Ignored.IN_META}
    assert len(policy.ignored) == 3


def test_a_meta_element_counts_in_the_head_only() -> None:
    meta = '<meta http-equiv="content-security-policy" content="img-src *">'
    assert len(meta_policies(elements(f"<head>{meta}"))) == 1
    assert meta_policies(elements(f"<p>{meta}")) == ()
    assert meta_policies(elements(meta.replace("img-src", "frame-ancestors"))) == ()


@pytest.mark.parametrize("text", ["", ";", "report-uri /a", "allow 'self'", "referrer never"])
def test_what_does_nothing_is_no_policy(text: str) -> None:
    assert read_policies([text]) == ()


def test_policies_directives_and_sources_are_bounded() -> None:
    assert len(read_policies(["default-src 'self'," * 10_000] * 2)) == 64
    assert len(read_policy(";".join(f"a{at}" for at in range(30_000))).directives) == 20_000
    assert len(read_policy("img-src " + "a " * 30_000).directives["img-src"].sources) < 20_000


@given(st.lists(TEXTS))
def test_any_text_is_read(values: list[str]) -> None:
    for policy in (*read_policies(values), *map(read_meta_policy, values)):
        for fault in faults(policy):
            assert fault.directive
        allows_inline(policy)
        allows_script(policy, address("https://a.example/b"))


@pytest.mark.parametrize(
    ("piece", "before"),
    [
        (",", ""),
        (";", ""),
        ("a;", ""),
        ("a.example ", "script-src "),
        ("a", "script-src "),
        ("a.", "script-src "),
        ("a:", "script-src "),
        ("a/", "script-src b/"),
        ("=", "script-src 'sha256-"),
        ("a", "script-src 'sha256-"),
        ("'nonce-a' ", "script-src "),
        ("script-src *.a.example,", ""),
        ("\xa0", ""),
    ],
)
def test_twice_the_text_takes_at_most_twice_the_steps(piece: str, before: str) -> None:
    def read(text: str) -> None:
        for policy in read_policies([text]):
            list(faults(policy))
            allows_script(policy, address("https://a.example/b"))

    assert_linear(read, piece, before)
