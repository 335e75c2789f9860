"""Profiles of deadlines: read by name or from a file, and every mistake is named."""

from pathlib import Path

import pytest

from secscan.errors import SecscanError
from secscan.profiles import Term, load_profile, shipped

ROW = "exploited = true\nexposed = true\nautomatable = false\ntotal = false\n"
HEAD = 'name = "ours"\nversion = 1\nsource = "our city"\n'


def profile(folder: Path, text: str) -> str:
    path = folder / "ours.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_those_that_are_shipped_can_be_read() -> None:
    assert shipped() == ("cisa-26-04", "vn-custom")
    assert [load_profile(name).name for name in shipped()] == list(shipped())
    empty = load_profile("vn-custom")
    assert (empty.vulnerability, empty.end_of_life, empty.granted) == ({}, None, {})


def test_what_the_empty_one_says_how_to_fill_in_can_be_filled_in(tmp_path: Path) -> None:
    path = Path(__file__).parents[1] / "secscan" / "policies" / "deadlines" / "vn-custom.toml"
    head, _, rest = path.read_text("utf-8").partition("#\n")
    example = "\n".join(line.removeprefix("#") for line in rest.splitlines())
    filled = load_profile(profile(tmp_path, head + example))
    assert filled.vulnerability == {(True, True, False, False): Term(14, forensic_triage=True)}
    assert filled.end_of_life == Term(90)
    assert filled.granted["critical"] == Term(3)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    text = HEAD + f"[[vulnerability]]\n{ROW}next_upgrade = true\n"
    found = load_profile(profile(tmp_path, text))
    assert (found.name, found.version, found.source) == ("ours", 1, "our city")
    assert found.vulnerability == {(True, True, False, False): Term(None)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "name is a text; source is a text; version is a whole number"),
        (HEAD.replace("1", "true"), "version is a whole number"),
        (HEAD + "days = 3", "days is not known here"),
        (HEAD + "end_of_life = 3", "end_of_life is a table"),
        (HEAD + "[end_of_life]", "end_of_life.days is missing"),
        (HEAD + "[end_of_life]\ndays = 1.5", "end_of_life.days is a number of days"),
        (HEAD + "[end_of_life]\nweeks = 1", "end_of_life.weeks is not known here"),
        (HEAD + "[granted]\ninfo = 1\nhigh = -1", "granted.info is not known here; granted.high"),
        (HEAD + "[granted]\nhigh = 99999999", "granted.high is a number of days"),
        (HEAD + "vulnerability = 3", "each vulnerability is a [[vulnerability]] of its own"),
        (HEAD + "vulnerability = [3]", "each vulnerability is a [[vulnerability]] of its own"),
        (HEAD + f"[[vulnerability]]\n{ROW}", "vulnerability 1: write either days or next_upgrade"),
        (
            HEAD + f"[[vulnerability]]\n{ROW}days = 3\nnext_upgrade = true",
            "vulnerability 1: write either days or next_upgrade",
        ),
        (HEAD + f"[[vulnerability]]\n{ROW}days = true", "vulnerability 1: days is a number"),
        (HEAD + f"[[vulnerability]]\n{ROW}next_upgrade = false", "next_upgrade is true, or is"),
        (
            HEAD + "[[vulnerability]]\nexposed = 1\nexploited = true\nwhen = 2\ndays = 3",
            "vulnerability 1: when is not known here; vulnerability 1: exposed is true or "
            "false; vulnerability 1: automatable is true or false; vulnerability 1: total is true",
        ),
        (
            HEAD + f"[[vulnerability]]\n{ROW}days = 3\nforensic_triage = 1",
            "vulnerability 1: forensic_triage is true or false",
        ),
        (
            HEAD + f"[[vulnerability]]\n{ROW}days = 3\n" * 2,
            "vulnerability 2: it has the answers of 1",
        ),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SecscanError) as raised:
        load_profile(profile(tmp_path, text))
    assert told in str(raised.value)


@pytest.mark.parametrize("text", ["name =", "x = 1\nx = 2", "\ud800"])
def test_what_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(SecscanError, match="cannot be read"):
        load_profile(str(path))


def test_what_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(SecscanError, match=r"'cisa'.*cisa-26-04, vn-custom, or a file"):
        load_profile("cisa")
    with pytest.raises(SecscanError, match="cannot be read"):
        load_profile(str(tmp_path))
