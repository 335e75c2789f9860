"""The format of retire.js's repository: read, refused with one sentence, laid over our table."""

import json
from datetime import date
from typing import Any

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st
from retire_repository import written_out

from secscan.errors import SecscanError
from secscan.facts.libraries import holes_of, is_end_of_life
from secscan.facts.retire import read_repository, with_repository
from secscan.parsing.libraries import identify

VERSION = "(§§version§§)"
ENTRY: dict[str, Any] = {
    "vulnerabilities": [
        {
            "atOrAbove": "1.0",
            "below": "2.0",
            "excludes": ["1.5-fixed"],
            "severity": "high",
            "cwe": ["CWE-79"],
            "identifiers": {"issue": "7", "githubID": "GHSA-1", "CVE": ["CVE-2020-1"]},
        },
        {"below": "3.0", "severity": "low", "cwe": ["CWE-1104"], "identifiers": {"retid": "9"}},
        {"below": "1.1", "severity": "none", "identifiers": {"PR": "3"}},
        {"below": "1.1", "identifiers": {"summary": "has no id"}},
    ],
    "extractors": {
        "func": ["one.version"],
        "uri": [f"/{VERSION}/one\\.js", "^https?://a.example/"],
        "filename": [f"one-{VERSION}(\\.min)?\\.js"],
        "filecontent": [f"one v{VERSION}", f"{VERSION}(.)\\2", f'="{VERSION}".{{0,8000}}end'],
        "filecontentreplace": [
            "/major:([0-9]+),minor:([0-9]+)/$1.$2/",
            "/revision:([0-9]+)/0.$1.0/",
            "no rule",
        ],
        "hashes": {"0" * 40: "1.0"},
    },
}


def written(document: object) -> bytes:
    return json.dumps(document).encode()


ONE = read_repository(written({"one": ENTRY}))


def test_a_repository_is_read() -> None:
    one = ONE.libraries["one"]
    assert [hole.id for hole in holes_of(one, "1.0")] == [
        "CVE-2020-1",
        "one pull 3",
        "one -1.1",
    ]
    assert [hole.severity for hole in holes_of(one, "1.0")] == ["high", "medium", "medium"]
    assert one.ranges[0].ids == ("CVE-2020-1", "GHSA-1", "one issue 7")
    assert holes_of(one, "1.5-fixed") == ()
    assert is_end_of_life(one, "1.0")
    assert one.signs.hashes == {"0" * 40: "1.0"}


@pytest.mark.parametrize(
    ("url", "content", "version"),
    [
        ("https://a.example/one-1.2.min.js", None, "1.2"),
        ("https://a.example/1.2/one.js", None, "1.2"),
        ("", b"one v1.2-beta", "1.2-beta"),
        ("", b"major:1,minor:2", "1.2"),
        ("", b'="1.2"' + b"-" * 5000 + b"end", "1.2"),
    ],
)
def test_its_patterns_are_used(url: str, content: bytes | None, version: str) -> None:
    found = identify([ONE.libraries["one"].signs], url, content)
    assert [one.version for one in found] == [version]


def test_what_is_not_used_is_named() -> None:
    assert ONE.left_out == (
        f"one: {VERSION}(.)\\2",
        "one: /revision:([0-9]+)/0.$1.0/",
        "one: no rule",
        "one: ^https?://a.example/",
    )


def test_what_would_hold_a_worker_or_names_no_version_is_left_out() -> None:
    chain = r"([0-9]\.[0-9])(?:" + "[a1].{0,900}" * 3 + "~)"
    long = f"{VERSION}{'a' * 1000}"
    extractors = {
        "filecontent": [chain, long, f"a{VERSION}"],
        "filecontentreplace": [f"/{chain}([0-9])/$1.$2/"],
        "hashes": {"0" * 40: "1.0", "1" * 40: "<b>"},
    }
    read = read_repository(written({"one": {"extractors": extractors}}))
    one = read.libraries["one"].signs
    assert [len(kind) for kind in (one.content, one.joined)] == [1, 0]
    assert one.hashes == {"0" * 40: "1.0"}
    assert [row[:30] for row in read.left_out] == [
        f"one: {chain}"[:30],
        f"one: {long}"[:30],
        f"one: /{chain}"[:30],
    ]


def test_a_repository_of_too_many_patterns_is_refused() -> None:
    entry = {"extractors": {"filecontent": ["a"] * 1000}}
    with pytest.raises(SecscanError, match="it has more than 2000 patterns"):
        read_repository(written(dict.fromkeys("abc", entry)))


def test_the_ranges_of_the_master_file_are_read() -> None:
    ranges = [{"atOrAbove": "1.0", "below": "1.2"}, {"atOrAbove": "2.0", "below": "2.2"}]
    row = {"ranges": ranges, "severity": "low", "identifiers": {"CVE": ["CVE-2020-1"]}}
    one = read_repository(written({"one": {"extractors": {}, "vulnerabilities": [row]}}))
    versions = ("1.1", "1.9", "2.1", "2.2")
    assert [len(holes_of(one.libraries["one"], version)) for version in versions] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"a": 1}',
        b'{"a": {"extractors": []}}',
        b'{"a": {"extractors": {"uri": [1]}}}',
        b'{"a": {"extractors": {"uri": {}}}}',
        b'{"a": {"extractors": {"hashes": {"b": 1}}}}',
        b'{"a": {"extractors": {}, "vulnerabilities": {}}}',
        b'{"a": {"extractors": {}, "vulnerabilities": [1]}}',
        b'{"a": {"extractors": {}, "vulnerabilities": [{"below": 1}]}}',
        b'{"a": {"extractors": {}, "vulnerabilities": [{"ranges": [1]}]}}',
        b'{"a": {"extractors": {}, "vulnerabilities": [{"identifiers": {"CVE": [1]}}]}}',
    ],
)
def test_anything_else_is_refused_with_one_sentence(content: bytes) -> None:
    with pytest.raises(SecscanError, match=r"^this is no repository of retire\.js: .+\Z"):
        read_repository(content)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(["vulnerabilities", "extractors", "uri", "filecontentreplace", "ranges"])


@given(st.dictionaries(st.text(max_size=3), st.dictionaries(KEYS, st.just({}) | JSON)))
def test_hostile_json_is_read_or_refused(document: object) -> None:
    try:
        read_repository(written(document))
    except SecscanError as fault:
        assert "\n" not in str(fault)


def test_our_table_survives_the_format() -> None:
    document = json.dumps(written_out(facts().libraries), ensure_ascii=False).encode()
    read = read_repository(document)
    assert read.left_out == ()
    for id, library in facts().libraries.items():
        theirs = read.libraries[id]
        bounds = [(row.at_or_above, row.below, row.end_of_life) for row in theirs.ranges]
        assert bounds == [(row.at_or_above, row.below, row.end_of_life) for row in library.ranges]


def test_a_repository_is_laid_over_our_table() -> None:
    entry = ENTRY | {
        "vulnerabilities": [
            {"below": "9.0", "severity": "low", "identifiers": {"CVE": ["CVE-2020-11023"]}}
        ]
    }
    libraries = facts().libraries
    over = with_repository(libraries, read_repository(written({"moment.js": entry, "one": entry})))
    assert over.keys() == libraries.keys() | {"one"}
    moment = over["moment"]
    assert [hole.id for hole in holes_of(moment, "2.30.1")] == ["CVE-2020-11023"]
    assert moment.ranges[0].exploited == date(2025, 1, 23)
    signs = [moment.signs]
    assert [one.library for one in identify(signs, "", b"one v1.2")] == ["moment"]
    assert identify(signs, "https://a.example/1.2/one.js", None) == ()
    assert over["jquery"] == libraries["jquery"]
