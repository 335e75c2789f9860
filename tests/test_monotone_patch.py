"""What the index owes those who name their software: nothing newer, or better kept, ranks lower."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

import pytest
from builders import catalog, facts, hop, policy
from hypothesis import given, settings
from hypothesis import strategies as st
from patch_evidence import DEBIAN_12, URL, answered, document, feed, greeting, loading, sending

from secscan.check import Outcome, Severity
from secscan.evidence import Hop, Missing, MissingKind, Resource, SiteEvidence
from secscan.finding import Finding, judge
from secscan.index import family_index, site_index

PATCH = [c for c in catalog() if c.family == "patch" and c.severity is not Severity.INFO]
"""The checks that move the family's index."""

BRANCHES = {
    "nginx": ("1.16", "1.22", "1.28", "1.30", "1.31"),
    "Apache": ("2.2", "2.4"),
    "PHP": ("5.6", "7.4", "8.2", "8.3", "8.4", "8.5"),
}
PRODUCTS = {"nginx": "nginx", "Apache": "apache", "PHP": "php"}

SOUND = ("/jquery-4.0.0.js", "/bootstrap-5.3.8.js")
HOLED = ("/jquery-1.12.4.js", "/jquery-3.4.1.js", "/bootstrap-3.3.7.js", "/jquery-ui-1.12.1.js")
LIBRARIES = st.sets(st.sampled_from((*SOUND, *HOLED, "/jquery.js", "/jquery-3.6.0.js")))


@st.composite
def versions(draw: st.DrawFn, name: str) -> str:
    """Draw a release of one of the branches, some of them not yet out."""
    branch = draw(st.sampled_from(BRANCHES[name]))
    return f"{branch}.{draw(st.integers(0, 99))}"


@st.composite
def banners(draw: st.DrawFn) -> tuple[str, str]:
    """Draw what a web server and a runtime say of themselves, or hide."""
    name = draw(st.sampled_from(["nginx", "Apache"]))
    server = f"{name}/{draw(versions(name))}" if draw(st.booleans()) else name
    runtime = f"PHP/{draw(versions('PHP'))}" if draw(st.booleans()) else "PHP"
    return server, runtime


def running(server: str, runtime: str, libraries: Iterable[str] = SOUND) -> SiteEvidence:
    """Return a site with these banners, whose page loads these libraries."""
    files = "".join(f'<script src="{name}"></script>' for name in sorted(libraries))
    html = f"<!doctype html><html><head>{files}</head><body>Welcome</body></html>"
    return sending(("Server", server), ("X-Powered-By", runtime), html=html)


def judged(evidence: SiteEvidence) -> Mapping[str, Finding]:
    return {one.check_id: one for one in judge(PATCH, evidence, policy(), facts())}


def family(evidence: SiteEvidence) -> Fraction | None:
    """Return the index of the family, or None where there is nothing to judge."""
    found = family_index(list(judged(evidence).values()), policy())
    return found.value if found else None


def rank(evidence: SiteEvidence) -> Fraction:
    found = site_index(judge(catalog(), evidence, policy(), facts()), policy())
    assert found.value is not None, found.state
    return found.value


def is_base(product: str, version: str) -> bool:
    return (PRODUCTS[product], version) in facts().bases


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(BRANCHES)), st.integers(0, 99), st.integers(0, 99), st.data())
def test_a_newer_release_of_a_branch_never_ranks_below(
    product: str, one: int, other: int, data: st.DataObject
) -> None:
    """A bare version that a distribution keeps may be a package, and leaves the sum."""
    branch = data.draw(st.sampled_from(BRANCHES[product]))
    older, newer = (f"{branch}.{patch}" for patch in sorted((one, other)))
    if not (is_base(product, older) or is_base(product, newer)):
        ranks = [family(sending(("Server", f"{product}/{version}"))) for version in (older, newer)]
        if ranks[1] is None:  # later than the last known of a branch that is over
            assert ranks[0] in (None, 0)
        else:
            assert ranks[0] is not None
            assert ranks[0] <= ranks[1]


def loses(before: Finding, after: Finding) -> bool:
    """Say whether a check gives less than before; what leaves the sum costs nothing."""
    if not after.outcome.conclusive:
        return after.outcome is not Outcome.NOT_APPLICABLE
    return after.credit < (before.credit if before.outcome.conclusive else 1)


@settings(max_examples=40, deadline=None)
@given(banners(), st.sampled_from(["Debian", "Ubuntu", "Fedora"]), LIBRARIES)
def test_naming_a_distribution_costs_no_check_anything(
    banner: tuple[str, str], name: str, libraries: set[str]
) -> None:
    """Of a release that is over for everybody it is another check that tells, and rightly."""
    server, runtime = banner
    before = judged(running(server, runtime, libraries))
    after = judged(running(f"{server} ({name})", runtime, libraries))
    assert [id_ for id_, one in before.items() if loses(one, after[id_])] == []


@settings(max_examples=40, deadline=None)
@given(banners(), LIBRARIES)
def test_naming_an_ssh_of_a_supported_distribution_never_ranks_below(
    banner: tuple[str, str], libraries: set[str]
) -> None:
    evidence = running(*banner, libraries)
    named = greeting(evidence, DEBIAN_12)
    assert rank(evidence) <= rank(named)
    assert family(named) is not None
    before, after = judged(evidence), judged(named)
    assert [id_ for id_, one in before.items() if loses(one, after[id_])] == []


@settings(max_examples=40, deadline=None)
@given(banners(), LIBRARIES, st.sampled_from(HOLED))
def test_one_more_library_with_holes_never_ranks_above(
    banner: tuple[str, str], libraries: set[str], holed: str
) -> None:
    """Beside one that both checks of libraries judge already."""
    judged_already = {*libraries, SOUND[0]}
    more = running(*banner, {*judged_already, holed})
    assert rank(more) <= rank(running(*banner, judged_already))


@settings(max_examples=40, deadline=None)
@given(banners(), LIBRARIES)
def test_libraries_cost_at_most_a_quarter_of_the_family(
    banner: tuple[str, str], libraries: set[str]
) -> None:
    """And never bring it below 75 by themselves."""
    without, loaded = (family(running(*banner, names)) for names in (set[str](), libraries))
    if loaded is not None:
        assert loaded >= (Fraction(75) if without is None else min(without, Fraction(75)))


def test_a_first_library_with_holes_ranks_lower_where_the_family_is_above_75() -> None:
    """Below it does not: its checks lose a quarter at most, and are worth the rest."""
    well_kept, ended = ("nginx/1.30.4", "PHP/8.4.24"), ("nginx/1.16.0", "PHP/5.6.40")
    assert family(running(*well_kept, ())) == 100
    assert family(running(*well_kept, HOLED)) == 90
    assert family(running(*ended, ())) == 0
    assert family(running(*ended, HOLED)) == 30


UNREAD = [
    Missing(MissingKind.TIMEOUT),
    Missing(MissingKind.RESET),
    Missing(MissingKind.OVER_BUDGET),
    Missing(MissingKind.BLOCKED),
    hop(f"{URL}jquery.js", 403),
    hop(f"{URL}jquery.js", 500),
]
SHAREPOINT_2013 = ("MicrosoftSharePointTeamServices", "15.0.0.4569")


@pytest.mark.parametrize("banner", [("Server", "nginx/1.16.0"), SHAREPOINT_2013])
@pytest.mark.parametrize("answer", UNREAD)
def test_a_script_that_gives_no_answer_takes_no_failed_check_out_of_the_index(
    banner: tuple[str, str], answer: Hop | Missing
) -> None:
    named = sending(banner, html='<!doctype html><script src="/jquery.js"></script>')
    without = sending(banner, html="<!doctype html><p>Welcome")
    assert rank(answered(named, Resource("script", answer))) == rank(without)


@pytest.mark.parametrize("answer", UNREAD)
def test_a_good_library_ranks_above_a_bad_one_whatever_else_was_not_read(
    answer: Hop | Missing,
) -> None:
    good, bad = (
        loading({"/a.js": f"/*! jQuery v{version} | (c) x */", "/moment.js": answer})
        for version in ("4.0.0", "1.12.4")
    )
    assert rank(bad) < rank(good) == 100


def test_a_patched_debian_12_before_sharepoint_loses_nothing() -> None:
    newest = ("MicrosoftSharePointTeamServices", "16.0.0.19127")
    evidence = sending(newest, ("Server", "nginx/1.22.1"))
    assert rank(evidence) == rank(greeting(evidence, DEBIAN_12)) == 100


@pytest.mark.parametrize("ssh", [(), (DEBIAN_12,)], ids=["unnamed", "named"])
@pytest.mark.parametrize("server", ["nginx/1.22.1", "nginx", "Apache/2.4.71 (Debian)"])
def test_a_patched_debian_12_loses_nothing(server: str, ssh: tuple[str, ...]) -> None:
    evidence = greeting(running(server, "PHP/8.2.36"), *ssh)
    assert family(evidence) == 100
    packaged = greeting(document(running(server, "PHP/8.2.36", ()), "feed", feed("6.1.9")), *ssh)
    assert {one.outcome for one in judged(packaged).values()} <= {
        Outcome.PASS,
        Outcome.NOT_APPLICABLE,
    }
