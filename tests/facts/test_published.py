"""Published files: read in the published shapes, laid over our own facts, or refused by name."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_files import endoflife, kev, known, release, retire

from secscan.errors import SecscanError
from secscan.facts import load_facts
from secscan.facts.endoflife import EndOfLife, with_cycles
from secscan.facts.folder import stored
from secscan.facts.holes import Affected, Hole
from secscan.facts.kev import KnownExploited, with_known_exploited
from secscan.facts.overlay import overlaid_libraries, overlaid_version
from secscan.facts.products import Cycle, Product
from secscan.facts.published import Set, implausible, read, recognised

TODAY = date(2026, 11, 24)
OURS = Product(
    id="p",
    name="P",
    source="ours",
    endoflife="p",
    cycles=(
        Cycle("3", "3.1", None, False),
        Cycle("2", "2.9", date(2026, 1, 1), False, paid_end=date(2030, 1, 1)),
        Cycle("1", "1.4", None, True),
    ),
    released={"3.1": date(2026, 2, 2)},
    affected=(Affected(Hole("CVE-2026-1000", "high"), (("", "3.1"),)),),
)


def laid_over(*releases: dict[str, Any], ours: Product = OURS) -> Product:
    published = EndOfLife.model_validate_json(endoflife(p=list(releases)))
    return with_cycles({"p": ours}, published)["p"]


def test_published_cycles_come_in_place_of_ours_and_the_rest_of_ours_stays() -> None:
    merged = laid_over(
        release("4", "4.0"),
        release("3", "3.2", isEol=True, eolFrom="2026-10-31", eoesFrom="2029-01-01"),
        release("2", None, isEol=True),
    )
    assert merged.cycles == (
        Cycle("4", "4.0", None, False),
        Cycle("3", "3.2", date(2026, 10, 31), False, date(2029, 1, 1)),
        Cycle("2", "2.9", None, True, date(2030, 1, 1)),
        Cycle("1", "1.4", None, True),
    )
    assert merged.released == {
        "3.1": date(2026, 2, 2),
        "4.0": date(2026, 10, 1),
        "3.2": date(2026, 10, 1),
    }
    assert merged.source == "endoflife.date/p, 2026-11-01"


def test_where_we_do_not_judge_by_the_published_ends_releases_are_taken_alone() -> None:
    own = replace(OURS, own_ends=True)
    over = {"isEol": True, "eolFrom": "2026-10-31"}
    merged = laid_over(release("4", "4.0", **over), release("3", "3.2", **over), ours=own)
    assert merged.cycles[0] == Cycle("4", "4.0", None, False)
    assert merged.cycles[1:] == (Cycle("3", "3.2", None, False), *OURS.cycles[1:])
    assert merged.released["3.2"] == date(2026, 10, 1)


def test_a_cycle_that_only_we_know_keeps_its_place() -> None:
    merged = laid_over(release("4", "4.0"), release("3", "3.2"), release("1", "1.4"))
    assert [cycle.name for cycle in merged.cycles] == ["4", "3", "2", "1"]


def test_where_we_compare_no_release_none_is_taken() -> None:
    bare = replace(OURS, cycles=tuple(replace(one, latest="") for one in OURS.cycles), released={})
    merged = laid_over(release("4", "16.0.1"), release("3", "16.0.0"), ours=bare)
    assert {cycle.latest for cycle in merged.cycles} == {""}
    assert merged.released == {}


def test_a_product_that_is_not_published_is_ours() -> None:
    published = EndOfLife.model_validate_json(endoflife())
    nameless = replace(OURS, endoflife="")
    assert with_cycles({"p": OURS, "n": nameless}, published) == {"p": OURS, "n": nameless}


def test_an_alias_is_a_name() -> None:
    document = json.loads(endoflife(q=[release("4", "4.0")]))
    document["result"][-1]["aliases"] = ["p"]
    published = EndOfLife.model_validate_json(json.dumps(document))
    assert with_cycles({"p": OURS}, published)["p"].cycles[0].name == "4"


def test_the_days_of_the_catalogue_reach_holes() -> None:
    published = KnownExploited.model_validate_json(kev(CVE_2026_1000="2026-10-10"))
    (one,) = with_known_exploited({"p": OURS}, published)["p"].affected
    assert one.hole.exploited == date(2026, 10, 10)
    listed = KnownExploited.model_validate_json(kev())
    assert with_known_exploited({"p": OURS}, listed) == {"p": OURS}


def test_the_repository_and_the_catalogue_reach_libraries_in_any_order() -> None:
    row = {"below": "9", "severity": "high", "identifiers": {"CVE": ["CVE-2026-2000"]}}
    jquery = {"vulnerabilities": [row], "extractors": {"filename": ["x-(§§version§§)\\.js"]}}
    raw = {
        Set.KNOWN_EXPLOITED: kev(CVE_2026_2000="2026-10-10"),
        Set.LIBRARIES: retire(jquery=jquery),
    }
    files = {which: stored(one, read(which, one), "here", TODAY) for which, one in raw.items()}
    (found,) = overlaid_libraries(load_facts().libraries, files)["jquery"].ranges
    assert (found.below, found.exploited) == ("9", date(2026, 10, 10))


def test_the_version_is_of_the_files_alone() -> None:
    raw = endoflife()
    here, there = (
        stored(raw, read(Set.END_OF_LIFE, raw), place, day)
        for place, day in (("here", TODAY), ("there", date(2026, 1, 1)))
    )
    own = "2026-08-22+0123456789ab"
    assert overlaid_version(own, {}) == own
    version = overlaid_version(own, {Set.END_OF_LIFE: here})
    assert version == overlaid_version(own, {Set.END_OF_LIFE: there})
    assert version.startswith("2026-11-01+")
    other = endoflife(p=[release("4", "4.0")])
    changed = stored(other, read(Set.END_OF_LIFE, other), "here", TODAY)
    assert overlaid_version(own, {Set.END_OF_LIFE: changed}) != version


def test_files_are_told_apart_by_what_is_in_them() -> None:
    assert recognised(endoflife()) is Set.END_OF_LIFE
    assert recognised(kev()) is Set.KNOWN_EXPLOITED
    assert recognised(retire()) is Set.LIBRARIES
    for raw in (b"", b"{}", b"[]", b"[" * 100_000, b'{"a": 1}', b'{"a": \xff}', b"<html>"):
        assert recognised(raw) is None


CUT = endoflife().replace(b'"total": ', b'"total": 1')


@pytest.mark.parametrize(
    ("which", "raw", "told"),
    [
        (Set.END_OF_LIFE, CUT, "it is cut short"),
        (Set.END_OF_LIFE, endoflife("2026-11-25"), "in the future"),
        (Set.KNOWN_EXPLOITED, kev("2026-11-25"), "in the future"),
        (Set.KNOWN_EXPLOITED, kev(CVE_2026_1000="2026-12-24"), "in the future"),
        (
            Set.END_OF_LIFE,
            b'{"schema_version": "1.0", "generated_at": "2026-11-01T00:00:00Z", "total": 0, '
            b'"result": []}',
            "it has only 0 of the",
        ),
        (Set.LIBRARIES, b'{"other": {"extractors": {}}}', "it has only 0 of the"),
        (Set.KNOWN_EXPLOITED, kev(), ""),
        (Set.END_OF_LIFE, endoflife(), ""),
        (Set.LIBRARIES, retire(), ""),
    ],
)
def test_what_no_publisher_would_publish_is_not_believed(which: Set, raw: bytes, told: str) -> None:
    doubt = implausible(read(which, raw), None, known()[which], TODAY)
    assert told in doubt
    assert bool(told) == bool(doubt)


def test_what_is_worse_than_what_is_there_is_not_believed() -> None:
    name = min(known()[Set.END_OF_LIFE])
    many = {f"product{number}": [release("1", "1.0")] for number in range(50)}
    full = read(Set.END_OF_LIFE, endoflife(**many))
    for raw, told in (
        (endoflife(), "and what is there has"),
        (endoflife(**many, **{name: [release("1", None)]}), f"it no longer has {name}"),
        (endoflife("2026-11-02", **many), ""),
    ):
        doubt = implausible(read(Set.END_OF_LIFE, raw), full, known()[Set.END_OF_LIFE], TODAY)
        assert told in doubt
        assert bool(told) == bool(doubt)


@pytest.mark.parametrize("made", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_time_is_a_day(made: str) -> None:
    document = {**json.loads(endoflife()), "generated_at": made}
    content = read(Set.END_OF_LIFE, json.dumps(document).encode())
    assert str(content.as_of) == made[:10]


def test_another_shape_is_told_with_its_place() -> None:
    document = json.loads(kev())
    document["vulnerabilities"][0]["dateAdded"] = "yesterday"
    with pytest.raises(SecscanError, match=r"vulnerabilities\.0\.dateAdded"):
        read(Set.KNOWN_EXPLOITED, json.dumps(document).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("schema_version", "generated_at", "total", "result", "name", "releases"),
                    *("catalogVersion", "dateReleased", "count", "vulnerabilities", "cveID"),
                    *("latest", "isEol", "eolFrom", "dateAdded", "extractors", "identifiers"),
                    *("jquery", "filename", "below"),
                ]
            )
            | st.text(max_size=3),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
DOCUMENTS = JSON.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=200)


@given(DOCUMENTS, st.sampled_from(Set))
def test_hostile_documents_are_read_or_refused_in_a_sentence(raw: bytes, which: Set) -> None:
    recognised(raw)
    try:
        content = read(which, raw)
    except SecscanError as fault:
        assert str(fault)
        assert "\n" not in str(fault)
    else:
        assert isinstance(implausible(content, content, known()[which], TODAY), str)


@given(st.data())
def test_a_hostile_value_in_a_real_document_is_read_or_refused(data: st.DataObject) -> None:
    which, raw = data.draw(
        st.sampled_from(
            [
                (Set.END_OF_LIFE, endoflife()),
                (Set.KNOWN_EXPLOITED, kev(CVE_2026_1000="2026-10-10")),
                (Set.LIBRARIES, retire()),
            ]
        )
    )
    document = json.loads(raw)
    place = document
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(JSON)
            break
        place = place[key]
    try:
        content = read(which, json.dumps(document).encode())
    except SecscanError:
        return
    files = {which: stored(b"", content, "here", TODAY)}
    assert overlaid_version("2026-08-22+0", files)
    if isinstance(content, EndOfLife):
        assert with_cycles(load_facts().products, content)


def test_no_folder_is_the_wheel_alone(tmp_path: Path) -> None:
    assert load_facts(folder=tmp_path / "nowhere").version == load_facts().version
