"""Libraries in content and addresses: which, which version, what counts before what."""

import hashlib

import pytest
from builders import facts

from secscan.parsing.libraries import Found, Sign, Signs, identify, is_version
from secscan.parsing.patterns import Pattern

ONE = Signs(
    "one",
    content=(Pattern(r"/\* one ([0-9.]+)"), Pattern(r"one=\"([0-9.]+)\"")),
    joined=(Pattern(r"major:([0-9]+),minor:([0-9]+)"),),
    path=(Pattern(r"/([0-9a-z.]+)/one\.js"),),
    file=(Pattern(r"^one-([0-9a-z.]+)\.js$"),),
    name=(Pattern(r"^one\.js$"),),
    hashes={hashlib.sha1(b"a\nb").hexdigest(): "0.9"},  # noqa: S324 - as retire.js has them
)
TWO = Signs("two", content=(Pattern(r"/\* two ([0-9.]+)"),), file=(Pattern(r"^two-([0-9.]+)$"),))


def found(url: str, content: bytes | None = None) -> list[tuple[str, str, Sign]]:
    return [(one.library, one.version, one.sign) for one in identify([ONE, TWO], url, content)]


def real(content: str) -> set[tuple[str, str]]:
    signs = [library.signs for library in facts().libraries.values()]
    return {(one.library, one.version) for one in identify(signs, "", content.encode())}


def test_content_counts_before_the_address() -> None:
    url = "https://a.example/one-2.0.js"
    assert found(url, b"/* one 1.0 */") == [("one", "1.0", Sign.CONTENT)]
    assert found(url, b"nothing") == found(url) == [("one", "2.0", Sign.PATH)]


def test_an_address_tells_of_another_library_than_the_content() -> None:
    told = found("https://a.example/one-2.0.js", b"/* two 1.0 */")
    assert told == [("two", "1.0", Sign.CONTENT), ("one", "2.0", Sign.PATH)]


@pytest.mark.parametrize("text", ["", "v1.0", "1.0 ", "1.0<b>", "1.0\x1b[31m", "1." + "0" * 60])
def test_what_a_strangers_pattern_finds_is_a_version_or_nothing(text: str) -> None:
    signs = Signs("one", content=(Pattern(r"(?s)version=\|(.*)\|"),))
    assert not is_version(text)
    assert identify([signs], "", f"version=|{text}|".encode()) == ()
    assert identify([signs], "", b"version=|1.0-rc.1+a_b|") != ()


def test_a_hash_counts_where_no_pattern_does() -> None:
    assert found("", b"a\r\nb") == [("one", "0.9", Sign.HASH)]
    assert found("", b"a\nb ") == []


def test_groups_are_joined_by_dots() -> None:
    assert found("", b"{major:1,minor:2}") == [("one", "1.2", Sign.CONTENT)]


def test_a_file_may_hold_several_libraries_and_versions() -> None:
    bundle = b'/* one 1.0 */ /* two 3.0 */ /* one 1.1 */ one="1.0"'
    assert [one[:2] for one in found("", bundle)] == [
        ("one", "1.0"),
        ("one", "1.1"),
        ("two", "3.0"),
    ]


@pytest.mark.parametrize("text", ["1." * 30, "1", "47", "1.", "..", "47a9c871", "1.x"])
def test_what_is_too_long_or_has_no_dot_is_no_version(text: str) -> None:
    assert found("", f'/* one {text} */ one="{text}"'.encode()) == []


def test_the_end_of_a_sentence_is_no_part_of_a_version() -> None:
    assert found("", b"/* one 1.2.3. Two") == [("one", "1.2.3", Sign.CONTENT)]


def test_the_name_of_a_file_counts_before_its_folder() -> None:
    signs = facts().libraries["jquery"].signs
    url = "https://a.example/jquery/3.0.0/jquery-3.4.1.js"
    assert identify([signs], url, None) == (Found("jquery", "3.4.1", Sign.PATH),)


@pytest.mark.parametrize(
    ("url", "version", "sign"),
    [
        ("https://a.example/one-1.2.3.js?x=1", "1.2.3", Sign.PATH),
        ("https://a.example/one-1.2.3.slim.js#a", "1.2.3", Sign.PATH),
        ("https://a.example/1.2.3/one.js", "1.2.3", Sign.PATH),
        ("https://a.example/47a9c871/one.js", "", Sign.HINT),
        ("https://a.example/20240101/one.js", "", Sign.HINT),
        ("https://a.example/one.js", "", Sign.HINT),
        ("https://a.example/one.js?ver=1.2.3", "1.2.3", Sign.HINT),
        ("https://a.example/one.js?x=1&v=1.2", "1.2", Sign.HINT),
        ("https://a.example/one.js?v=3", "", Sign.HINT),
        ("https://a.example/one.js?v=20240101.123", "", Sign.HINT),
        ("https://a.example/one.js?rev=1.2.3", "", Sign.HINT),
        ("https://a.example/4.5.6/js/one.js", "4.5.6", Sign.HINT),
        ("https://a.example/4.5/one/one.js", "", Sign.HINT),
    ],
)
def test_an_address_tells_a_version(url: str, version: str, sign: Sign) -> None:
    assert found(url) == [("one", version, sign)]


@pytest.mark.parametrize(
    "url", ["", "?", "https://a.example/", "https://[", "/\0", "é", "a" * 9999]
)
def test_other_addresses_tell_nothing(url: str) -> None:
    assert found(url) == []


@pytest.mark.parametrize(
    ("content", "library", "version"),
    [
        ("/*! jQuery v3.4.1 | (c) somebody */", "jquery", "3.4.1"),
        ("/*! jQuery v1.7.2 jquery.com | jquery.org/license */", "jquery", "1.7.2"),
        ("/*! jQuery v1.12.4-aem | (c) */", "jquery", "1.12.4-aem"),
        ("/*! jQuery v3.4.1 -ajax,-ajax/jsonp | (c) */", "jquery", "3.4.1"),
        ("/*! jQuery v4.0.0+slim | (c) */", "jquery", "4.0.0"),
        ("/*!\n * jQuery JavaScript Library v1.4.2\n", "jquery", "1.4.2"),
        ('var f="3.4.1",k=function(e,t){return new k.fn.init(e,t)}', "jquery", "3.4.1"),
        ("/*! jQuery UI - v1.12.1 - 2016-09-14", "jquery-ui", "1.12.1"),
        ("/*!\n * jQuery UI Core 1.13.3\n", "jquery-ui", "1.13.3"),
        ("/*! jQuery Migrate v3.4.1 | (c)", "jquery-migrate", "3.4.1"),
        ("/*!\n * Bootstrap v3.3.7 (http://a.example)", "bootstrap", "3.3.7"),
        ("/**\n* bootstrap.js v3.0.0 by @fat and @mdo\n", "bootstrap", "3.0.0"),
        ("/* ====\n * bootstrap-modal.js v2.3.2\n", "bootstrap", "2.3.2"),
        ("/*\n AngularJS v1.5.8\n", "angularjs", "1.5.8"),
        ("//! moment.js\n//! version : 2.19.3\n", "moment", "2.19.3"),
        ("/** lodash 3.10.1 (Custom Build) lodash.com/license |", "lodash", "3.10.1"),
        ("//     Underscore.js 1.8.3\n", "underscore", "1.8.3"),
        ("dojo.version = {\n\tmajor: 1, minor: 9, patch: 3,", "dojo", "1.9.3"),
        ("/*  Prototype JavaScript framework, version 1.7\n", "prototype", "1.7"),
    ],
)
def test_our_table_knows_its_libraries(content: str, library: str, version: str) -> None:
    assert real(content) == {(library, version)}


@pytest.mark.parametrize(
    "content",
    [
        "/*! jQuery Validation Plugin - v1.19.0 - 2018",
        " * Bootstrap-select v1.13.0 (https://a.example)",
        "/* Lodash lodash.com/license | Underscore.js 1.8.3 underscorejs.org/LICENSE */",
        "/* jQuery v1.7+ is needed */",
        "/* jQuery v3.x */",
        "/* lodash 3.0.4 (Custom Build) <https://lodash.com/>\n * Build: `lodash modularize -o",
    ],
)
def test_what_only_sounds_alike_is_nothing(content: str) -> None:
    assert real(content) == set()


def test_nothing_is_told_twice() -> None:
    assert identify([ONE, ONE], "one.js", None) == (Found("one", "", Sign.HINT),)
