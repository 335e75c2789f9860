"""The report: what it says, that it is private, and that nothing a site sent acts in it."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from cities import CATALOG, GONE, HOSTILE, REGISTER, TITLES, city, evidence, finding
from hypothesis import given
from hypothesis import strategies as st

from secscan.check import Reason
from secscan.errors import SecscanError
from secscan.evidence import Missing, MissingKind
from secscan.finding import EXPLANATIONS
from secscan.locale import NAMES, words
from secscan.policy import Thresholds
from secscan.ranking import Unranked
from secscan.register import Owner, Site
from secscan.report import THRESHOLDS, _renderer, write_report
from secscan.report.fixes import fixes, following
from secscan.report.folder import MARKER, ReportFolder, file_name
from secscan.report.site import site_view

GOLDEN = Path(__file__).parent / "golden"
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The links, ids and text of a page, and whether its elements are closed in order."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(path.read_text("utf-8"))
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in ("href", "src") and value:
                self.links.append(value)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open and data.strip():
            self.text.append(" ".join(data.split()))


@contextmanager
def reported(folder: Path, language: str = "en") -> Iterator[Path]:
    with city(folder) as results:
        yield write_report(results, CATALOG, words(language), folder / "report").parent


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_whole_private_and_alone(tmp_path: Path, language: str) -> None:
    with reported(tmp_path, language) as folder:
        assert len(pages(folder)) == 2 + 4 + 4 + len(TITLES) + 1
        for path in pages(folder):
            text = path.read_text("utf-8")
            assert f'<html lang="{language}">' in text
            assert (
                "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in text
            )
            assert text.count(words(language).text("Internal use only")) == 2
            page = Page(path)
            assert len(page.ids) == len(set(page.ids))
            assert not {"script", "iframe", "object", "form", "link"} & set(page.tags)


def test_every_link_leads_somewhere(tmp_path: Path) -> None:
    outside = {site.url for site in REGISTER.sites}
    with reported(tmp_path) as folder:
        for path in pages(folder):
            page = Page(path)
            for link in page.links:
                parts = urlsplit(link)
                if parts.scheme:
                    assert link in outside
                elif parts.path:
                    assert (path.parent / unquote(parts.path)).is_file()
                else:
                    assert parts.fragment in page.ids


def test_nothing_a_site_sent_acts(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = (folder / "site" / "cu.yte.example.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[2J\\u202egnp.exe\\x85" in text
    assert "<script" not in text
    assert text.replace("\n", "").isprintable()
    assert HOSTILE not in text


def test_the_text_of_a_site_is_as_it_was(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = Page(folder / "site" / "cu.yte.example.html").text
    main = text[text.index("https://cu.yte.example/") : -1]  # the last is the fingerprint
    assert "\n".join(main) + "\n" == (GOLDEN / "site.txt").read_text("utf-8")


def test_a_site_without_an_index_says_why_and_shows_no_total(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = " ".join(Page(folder / "site" / "xaydung.example.html").text)
    assert "No index : Scanner blocked" in text.replace("No index:", "No index :")
    assert text.count("The scanner was blocked") == 1
    assert "Ask the operator of the site to allow the address of this scanner: secscan 0.1." in text
    assert text.count("Which checks") == 1
    assert "What could not be looked at" in text
    assert "Sum of the costs" not in text


def test_where_nothing_was_asked_nothing_is_said_to_be_seen(tmp_path: Path) -> None:
    with city(tmp_path) as results:
        site = REGISTER.sites[3]
        assert site.id == "xaydung.example"
        silent = evidence(site, Missing(MissingKind.BLOCKED, "403"))
        view = replace(site_view(results, site, words("en")), evidence=silent)
        renderer = _renderer(results, CATALOG, words("en"))
        text = renderer.page("site.html", "../", view=view)
    assert "What was seen is shown below" not in text
    assert "looked at" not in text.split("What could not be looked at")[0]
    assert "Looked at" not in text
    assert "No connection was made to this site." in text


def test_grave_finds_outside_the_index_come_first_and_no_https_is_told_once() -> None:
    absent = Reason.of(EXPLANATIONS[MissingKind.ABSENT])
    found = [
        finding("a", "exposure.git", 0, absent),
        finding("a", "headers.csp", 0, absent),
        *(
            replace(finding("a", id, 0, absent), cause=MissingKind.ABSENT)
            for id in ("headers.hsts", "transport.https", "transport.versions")
        ),
    ]
    gains = {f.check_id: Fraction(1) for f in found if f.scored} | {"headers.csp": Fraction(2)}
    assert following(found) == {"headers.hsts", "transport.versions"}
    assert list(fixes(found, gains).items()) == [
        ("exposure.git", None),
        ("headers.csp", Fraction(2)),
        ("transport.https", Fraction(1)),
    ]


def test_a_site_that_the_run_does_not_hold_has_a_page_too(tmp_path: Path) -> None:
    with city(tmp_path) as results:
        grown = Site("new.example", "https://new.example/", (Owner("so-y-te"),))
        results.__dict__["register"] = replace(REGISTER, sites=(*REGISTER.sites, grown))
        folder = write_report(results, CATALOG, words("en"), tmp_path / "report").parent
        text = " ".join(Page(folder / "site" / "new.example.html").text)
    assert "This run holds no evidence of this site." in text


def test_printed_costs_add_up_to_the_printed_sum(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = (folder / "site" / "cu.yte.example.html").read_text("utf-8")
    costs = re.findall(r'data-label="Cost"><b>([0-9.]+)</b>', text)
    total = re.search(r'100 − index</th><td class="n">([0-9.]+)<', text)
    assert total and sum(map(Decimal, costs)) == Decimal(total[1])
    assert "33.9" in text and Decimal(total[1]) == 100 - Decimal("33.9")


def test_a_shared_platform_is_marked_and_names_its_tenants(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        tenant = Page(folder / "agency" / "phuong-mot.html").text
        platform = Page(folder / "site" / "noivu.example.html").text
    assert "shared platform" in tenant
    assert "own address: https://noivu.example/mot" in tenant
    assert platform[platform.index("Agencies that live on this platform:") + 1] == "Ward One"


def test_an_agency_without_rank_is_listed_with_reason_and_since_when(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = Page(folder / "index.html").text
    start = text.index("Not ranked")
    assert "Department of Construction" in text[start:]
    assert "None of its sites has an index." in text[start:]
    assert "23 Nov 2026, 08:30" in text[start:]


def test_a_check_that_is_gone_still_has_a_page(tmp_path: Path) -> None:
    with reported(tmp_path) as folder:
        text = " ".join(Page(folder / "check" / f"{GONE}.html").text)
    assert "Today's catalogue does not have this check any more" in text
    assert "https://yte.example/" in text


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    with city(tmp_path) as results:
        for name in ("a", "b"):
            write_report(results, CATALOG, words("vi"), tmp_path / name)
    names = [path.relative_to(tmp_path / "a") for path in pages(tmp_path / "a")]
    assert names == [path.relative_to(tmp_path / "b") for path in pages(tmp_path / "b")]
    for page in (*names, Path(MARKER)):
        assert (tmp_path / "a" / page).read_bytes() == (tmp_path / "b" / page).read_bytes()


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with reported(tmp_path) as folder:
            for path in [folder, *folder.rglob("*")]:
                wanted = 0o700 if path.is_dir() else 0o600
                assert stat.S_IMODE(path.stat().st_mode) == wanted
    finally:
        os.umask(old)


def test_every_threshold_and_every_reason_has_its_words() -> None:
    assert set(THRESHOLDS) == {field.name for field in fields(Thresholds)}
    assert set(Unranked) <= set(NAMES)


def test_pages_of_an_earlier_report_go_and_other_files_stay(tmp_path: Path) -> None:
    with ReportFolder(tmp_path) as folder:
        folder.write("index.html", "old")
        folder.write("site/gone.html", "old")
    (tmp_path / "site" / "note.html").write_text("mine")
    with ReportFolder(tmp_path) as folder:
        folder.write("index.html", "new")
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {MARKER, "index.html", "site/note.html"}
    assert (tmp_path / "index.html").read_text() == "new"


def test_an_interrupted_report_is_ours_and_loses_nothing(tmp_path: Path) -> None:
    with ReportFolder(tmp_path) as folder:
        folder.write("site/old.html", "old")
    with pytest.raises(ZeroDivisionError), ReportFolder(tmp_path) as folder:
        folder.write("site/new.html", "new")
        raise ZeroDivisionError
    assert (tmp_path / "site" / "old.html").exists()
    with ReportFolder(tmp_path):
        pass
    assert list(tmp_path.rglob("*.html")) == []


def test_a_marker_never_makes_us_delete_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "precious.html").write_text("mine")
    out = tmp_path / "report"
    out.mkdir()
    (out / MARKER).write_text(
        "../precious.html\nsite/../../precious.html\nnotes.txt\n/etc/x.html\n"
    )
    (out / "notes.txt").write_text("mine")
    with ReportFolder(out) as folder:
        folder.write("index.html", "new")
    assert (tmp_path / "precious.html").exists()
    assert (out / "notes.txt").exists()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.odt").write_text("mine")
    with pytest.raises(SecscanError, match="name a new or an empty folder"):
        ReportFolder(tmp_path)
    with pytest.raises(SecscanError, match="cannot be written"):
        ReportFolder(tmp_path / "letter.odt" / "report")


ids = st.text(st.sampled_from("ab.AB~-_/\\:con1 ế\x00\ud800"), max_size=120) | st.text()


@given(st.sets(ids | st.sampled_from(["con", "nul.example", "..", "COM1", "a" * 300]), max_size=8))
def test_file_names_are_safe_everywhere_and_never_the_same(found: set[str]) -> None:
    names = [file_name(id) for id in sorted(found)]
    assert len({name.casefold() for name in names}) == len(found)
    for name in names:
        assert re.fullmatch(r"[a-z0-9._~-]{1,105}\.html", name)
        assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)\.", name)
        assert ".." not in name
