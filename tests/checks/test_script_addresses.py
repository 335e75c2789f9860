"""Scripts by their addresses: an answer is found however they are written, and read once."""

from collections.abc import Mapping

import pytest
from builders import Cases, facts, hop
from certificate_builders import HOST
from patch_evidence import answered, scripts
from secscan.checks.script_libraries import loaded_libraries

from secscan.evidence import Hop, Markup, Missing, MissingKind, Resource, Scripts, SiteEvidence
from secscan.facts.libraries import Library
from secscan.parsing.libraries import Signs
from secscan.parsing.patterns import Pattern

OLD = b"/*! jQuery v1.12.4 | (c) OpenJS Foundation and other contributors */"
NEW = b"/*! jQuery v4.0.0 | (c) OpenJS Foundation and other contributors */"
PAGE = f"https://{HOST}/"


def answer(path: str, content: bytes = OLD) -> Hop:
    return hop(f"https://{HOST}{path}", 200, (("Content-Type", "text/javascript"),), content)


def asked(named: str, path: str, content: bytes = OLD) -> SiteEvidence:
    """Return a page that names a script, and its answer under the address that was kept."""
    return answered(scripts(named), Resource("script", answer(path, content)))


CASES: Cases = {
    check: [
        ("as it is written", asked("/js/jquery.js", "/js/jquery.js"), "partial 3/4"),
        ("with a secret", asked("/a.js?key=1", "/a.js?key=redacted"), "partial 3/4"),
        ("redirected, in old evidence", asked("/jquery.js", "/static/j.js"), "partial 3/4"),
        ("with a cookie in it", asked("/abcdef/jquery.js", "/redacted/jquery.js"), "partial 3/4"),
        ("and nothing is old", asked("/a.js?key=1", "/a.js?key=redacted", NEW), "pass"),
    ]
    for check in ("patch.libraries_supported", "patch.libraries_vulnerable")
}


class Counted(Pattern):
    """A pattern that counts the files in which it is sought."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.sought = 0

    def all(self, content: bytes, most: int) -> list[tuple[str, ...]]:
        self.sought += 1
        return super().all(content, most)


def loaded(names: list[str], *answers: Hop | Missing) -> tuple[list[str], int]:
    """Return the versions that a page loads, and how often a file was looked through."""
    pattern = Counted(r"jQuery v([0-9.]+)")
    known: Mapping[str, Library] = {
        "jquery": Library("jquery", "jQuery", "", Signs("jquery", content=(pattern,)), ())
    }
    html = "".join(f'<script src="{name}"></script>' for name in names)
    found = loaded_libraries(Markup(PAGE, html), Scripts(answers), known)
    return [one.version for one in found], pattern.sought


@pytest.mark.parametrize(
    "written", ["/a.js#{}", "/x/../a.js#{}", "//" + HOST + "/a.js#{}", "/a.js?key={}"]
)
def test_a_script_that_is_written_in_many_ways_is_read_once(written: str) -> None:
    path = "/a.js?key=redacted" if "key" in written else "/a.js"
    names = [written.format(number) for number in range(500)]
    assert loaded(names, answer(path)) == (["1.12.4"], 1)


def test_each_script_is_read() -> None:
    names = [f"/{number}.js" for number in range(5)]
    found = loaded(names, *(answer(name, b"jQuery v1." + name[1:2].encode()) for name in names))
    assert found == ([f"1.{number}" for number in range(5)], 5)


def test_an_answer_is_told_by_its_place_only_where_nothing_else_tells_it() -> None:
    silent = Missing(MissingKind.TIMEOUT)
    moved = answer("/static/b.js", b"jQuery v2.0")
    assert loaded(["/a.js", "/b.js"], silent, moved) == (["2.0"], 1)
    late = answer("/a.js", b"jQuery v1.0")
    assert loaded(["/a.js", "/b.js"], moved, late)[0] == ["1.0"]


@pytest.mark.parametrize(
    "name",
    ["\ud800.js", "//x\udfff/j.js", "a" * 3000 + "/jquery-1.12.4.js"],
    ids=["half a character", "half a character in a host", "long"],
)
def test_an_address_that_no_file_has_is_passed_over(name: str) -> None:
    markup = Markup(PAGE, f'<script src="{name}"></script>')
    assert loaded_libraries(markup, Scripts(()), facts().libraries) == []
