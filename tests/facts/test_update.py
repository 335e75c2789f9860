"""The folder of published files: whole at any moment, damage told, sources bounded."""

import io
import json
import multiprocessing
import zipfile
from collections.abc import Mapping
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_files import endoflife, folder_of, kev, known, retire

from secscan.errors import SecscanError
from secscan.facts import load_facts
from secscan.facts.folder import (
    CURRENT,
    MANIFEST,
    PREVIOUS,
    Stored,
    read_folder,
    stored,
    updating,
    write_generation,
)
from secscan.facts.published import Set, read
from secscan.facts.sources import MOST_BYTES, MOST_FILES, Brought, bring, unpacked
from secscan.facts.update import Known, chosen

TODAY = date(2026, 11, 24)


def files(day: str = "2026-11-01", *which: Set) -> dict[Set, Stored]:
    raw = {Set.END_OF_LIFE: endoflife(day), Set.KNOWN_EXPLOITED: kev(day), Set.LIBRARIES: retire()}
    return {one: stored(raw[one], read(one, raw[one]), "here", TODAY) for one in which or Set}


def digests(found: Mapping[Set, Stored]) -> dict[Set, str]:
    return {which: file.entry.sha256 for which, file in found.items()}


def test_what_was_written_is_read_and_the_one_before_is_kept(tmp_path: Path) -> None:
    old, new = files("2026-10-01", Set.KNOWN_EXPLOITED), files("2026-11-01")
    for one in (files("2026-09-01"), old, new):
        write_generation(tmp_path, one)
    assert digests(read_folder(tmp_path).files) == digests(new)
    assert digests(read_folder(tmp_path, PREVIOUS).files) == digests(old)
    assert len(list(tmp_path.iterdir())) == 4  # two links, two generations


def write_without_end(folder: Path) -> None:
    for one in cycle([files("2026-10-01"), files("2026-11-01", Set.KNOWN_EXPLOITED)]):
        write_generation(folder, one)


INSTANTS = (
    "generation-*",
    "generation-*/endoflife.json",
    "generation-*/kev.json",
    "generation-*/manifest.json",
    "current.new",
    "previous.new",
    "previous",
)


@pytest.mark.parametrize("seen", INSTANTS)
def test_a_kill_at_any_instant_leaves_the_old_or_the_new(tmp_path: Path, seen: str) -> None:
    first, second = files("2026-10-01"), files("2026-11-01", Set.KNOWN_EXPLOITED)
    write_generation(tmp_path, second)
    before = set(tmp_path.glob("generation-*"))
    process = multiprocessing.get_context("fork").Process(
        target=write_without_end, args=(tmp_path,)
    )
    process.start()
    while not set(tmp_path.glob(seen)) - before and process.is_alive():
        pass
    process.kill()
    process.join()
    found = read_folder(tmp_path)
    assert found.faults == ()
    assert digests(found.files) in (digests(first), digests(second))
    kept = read_folder(tmp_path, PREVIOUS)
    assert kept.faults == ()
    assert digests(kept.files) in ({}, digests(first), digests(second))
    write_generation(tmp_path, first)
    assert digests(read_folder(tmp_path).files) == digests(first)
    assert len(list(tmp_path.glob("generation-*"))) == 2


def test_one_update_at_a_time(tmp_path: Path) -> None:
    with (
        updating(tmp_path / "facts"),
        pytest.raises(SecscanError, match="another secscan"),
        updating(tmp_path / "facts"),
    ):
        pass


BROKEN = ("a byte", "a file", "manifest", "empty", "no link", "another set", "generation")


def broken(folder: Path, how: str) -> None:
    write_generation(folder, files())
    current = folder / CURRENT
    if how == "a byte":
        raw = (current / "kev.json").read_bytes()
        (current / "kev.json").write_bytes(raw.replace(b"2025-01-01", b"2025-01-02", 1))
    elif how == "a file":
        (current / "kev.json").unlink()
    elif how == "manifest":
        (current / MANIFEST).write_text('{"kev": {"sha256": 1}')
    elif how == "empty":
        (current / MANIFEST).write_text("{}")
    elif how == "no link":
        generation = current.resolve()
        current.unlink()
        generation.rename(current)
    elif how == "another set":
        manifest = json.loads((current / MANIFEST).read_text())
        (current / MANIFEST).write_text(json.dumps({"../kev": manifest["kev"]}))
    elif how == "generation":
        (folder / "away").mkdir()
        current.readlink()
        (folder / current.readlink()).rename(folder / "away" / "it")


@pytest.mark.parametrize("how", BROKEN)
def test_a_damaged_folder_never_judges_and_never_passes_for_none(tmp_path: Path, how: str) -> None:
    broken(tmp_path, how)
    with pytest.raises(SecscanError, match=r"(?s)(damaged|gone).*secscan facts update"):
        load_facts(folder=tmp_path)


def test_a_folder_of_another_name_with_the_same_files_is_the_same_version(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_generation(tmp_path / name, files())
    a, b = (load_facts(folder=tmp_path / name) for name in ("a", "b"))
    assert a.version == b.version != load_facts().version
    assert a.version.startswith("2026-11-01+")


def test_what_is_no_link_is_not_replaced(tmp_path: Path) -> None:
    broken(tmp_path, "no link")
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(SecscanError, match="it is no link, so move it away"):
        write_generation(tmp_path, files())
    assert {path.name for path in tmp_path.iterdir()} == before


def test_the_lock_is_no_way_to_another_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("precious")
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "lock").symlink_to(tmp_path / "other")
    with pytest.raises(SecscanError, match="lock cannot be opened"), updating(tmp_path / "f"):
        pass
    assert (tmp_path / "other").read_text() == "precious"


def test_what_is_no_generation_is_removed_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    other = folder_of(tmp_path / "other", a=b"precious")
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "generation-a").symlink_to(other)
    (folder / "generation-b").write_text("a file")
    (folder / "generation-c").symlink_to("nowhere")
    write_generation(folder, files())
    assert read_folder(folder).faults == ()
    assert len(list(folder.iterdir())) == 2
    assert (other / "a").read_bytes() == b"precious"


KNOWN = Known(known(), {}, {}, TODAY)


def test_what_is_fine_is_taken_and_what_is_not_is_named() -> None:
    brought = [
        Brought("good", kev(), TODAY),
        Brought("late", endoflife("2027-01-01"), TODAY),
        Brought("other", b"{}", TODAY),
    ]
    taken, refused = chosen(brought, list(Set), KNOWN)
    assert list(taken) == [Set.KNOWN_EXPLOITED]
    assert refused == ["late: refused, as it is of 2027-01-01, which is in the future"]
    assert chosen(brought, [Set.LIBRARIES], KNOWN) == ({}, [])


def test_two_files_of_a_kind_are_one_too_many_unless_they_are_the_same() -> None:
    same = [Brought("a", kev(), TODAY), Brought("b", kev(), TODAY)]
    assert chosen(same, list(Set), KNOWN)[1] == []
    other = Brought("c", kev("2026-10-01"), TODAY)
    assert chosen([*same, other], list(Set), KNOWN) == (
        {},
        ["a and c: refused, as these are several files of kev, so name one of them"],
    )


def test_what_was_there_before_is_taken_back() -> None:
    present, previous = files("2026-11-01"), files("2026-10-01")
    back = [Brought("previous", previous[Set.KNOWN_EXPLOITED].raw, TODAY)]
    taken, refused = chosen(back, list(Set), Known(known(), present, {}, TODAY))
    assert (taken, "older than what is there" in refused[0]) == ({}, True)
    taken, refused = chosen(back, list(Set), Known(known(), present, previous, TODAY))
    assert (taken, refused) == ({Set.KNOWN_EXPLOITED: previous[Set.KNOWN_EXPLOITED]}, [])


def test_a_file_without_a_day_is_as_old_as_the_file_and_never_of_tomorrow() -> None:
    for modified, as_of in ((date(2025, 1, 1), date(2025, 1, 1)), (date.max, TODAY)):
        taken, _ = chosen([Brought("x", retire(), modified)], list(Set), KNOWN)
        assert taken[Set.LIBRARIES].entry.as_of == as_of


def test_a_file_without_a_day_is_refused_where_it_is_older_or_emptied() -> None:
    row = {"below": "2.0", "severity": "high", "identifiers": {"CVE": ["CVE-2026-1"]}}
    full = retire(one={"extractors": {}, "vulnerabilities": [row] * 40})
    there, _ = chosen([Brought("a", full, date(2026, 11, 2))], list(Set), KNOWN)
    held = Known(known(), there, {}, TODAY)
    for raw, day, told in (
        (full, date(2026, 11, 1), ""),
        (full + b" ", date(2026, 11, 2), ""),
        (full + b" ", date(2026, 11, 1), "of 2026-11-01, older than what is there (2026-11-02)"),
        (retire(one={"extractors": {}}), TODAY, "rows, and what is there has"),
    ):
        taken, refused = chosen([Brought("b", raw, day)], list(Set), held)
        assert told in "".join(refused)
        assert bool(taken) != bool(told)


def packed(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return stream.getvalue()


def test_a_folder_and_a_zip_give_their_documents(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "d", full=endoflife(), notes=b"hello", kev=kev())
    (folder / "inner").mkdir()
    (folder / "dangling").symlink_to("nowhere")
    assert [one.raw for one in bring(folder)] == [endoflife(), kev()]
    archive = tmp_path / "x"
    archive.write_bytes(packed(**{"a/b.json": kev(), "../../etc/cron.d/x": endoflife(), "n": b"h"}))
    assert [one.raw for one in bring(archive)] == [kev(), endoflife()]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "x"]


BOMB = packed(a=b"{" + b" " * (MOST_BYTES + 1))
LYING = BOMB.replace((MOST_BYTES + 2).to_bytes(4, "little"), (10).to_bytes(4, "little"))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (BOMB, "more than 16777216 bytes once it is unpacked"),
        (LYING, "no zip that can be read"),
        (packed(**{str(n): b"{}" for n in range(MOST_FILES + 1)}), "more than 500 files"),
        (b"PK\x03\x04" + b"\x00" * 50, "no zip that can be read"),
        (packed(a=b"{}")[:-30], "no zip that can be read"),
    ],
    ids=("bomb", "lying", "many", "nothing", "cut"),  # a zip holds the time of its making
)
def test_a_hostile_zip_is_refused_in_a_sentence(raw: bytes, told: str) -> None:
    with pytest.raises(SecscanError, match=told):
        unpacked("x.zip", raw, TODAY)


ZIP = packed(**{"a/b.json": kev(), "c": b"{}"})


@given(st.lists(st.tuples(st.integers(0, len(ZIP) - 1), st.integers(0, 255)), max_size=6))
def test_a_damaged_zip_is_read_or_refused_in_a_sentence(bytes_at: list[tuple[int, int]]) -> None:
    raw = bytearray(ZIP)
    for place, byte in bytes_at:
        raw[place] = byte
    try:
        assert all(isinstance(one.raw, bytes) for one in unpacked("x.zip", bytes(raw), TODAY))
    except SecscanError as fault:
        assert str(fault).startswith("x.zip")


def test_a_zip_that_inflates_without_a_bound_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a", b"{}")
    with pytest.raises(SecscanError, match="write it as deflate"):
        unpacked("x.zip", stream.getvalue(), TODAY)


def test_a_member_with_no_day_is_read(tmp_path: Path) -> None:
    raw = packed(a=kev())
    moment = zipfile.ZipFile(io.BytesIO(raw)).infolist()[0].date_time
    year, month, day = moment[:3]
    stamp = ((year - 1980) << 9 | month << 5 | day).to_bytes(2, "little")
    (one,) = unpacked("x.zip", raw.replace(stamp, b"\x00\x00"), TODAY)
    assert one.modified == date.max


def test_a_file_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(SecscanError, match="no published file has"):
        bring(tmp_path / "large")
    (tmp_path / "large").write_bytes(b"{")
    with (tmp_path / "large").open("ab") as stream:
        stream.truncate(MOST_BYTES + 1)
    with pytest.raises(SecscanError, match="no published file has"):
        bring(tmp_path)
