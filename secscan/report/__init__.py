"""The report: one folder of plain HTML that needs no server, no script and no network.

``site``, ``agency`` and ``city`` say what a page shows, ``fixes`` what to put right first;
``tally`` keeps what looks across sites, makes text of it, ``folder`` writes it.
"""

from pathlib import Path
from typing import Any

from secscan.catalog import Catalog
from secscan.explain import check_title, known_check
from secscan.explain import page as check_page
from secscan.locale import N_, Words
from secscan.register import day_of
from secscan.report.agency import agency_view
from secscan.report.city import band_names, city_view
from secscan.report.folder import ReportFolder
from secscan.report.render import Renderer, href, plain
from secscan.report.site import site_view
from secscan.report.software import share_told
from secscan.report.tally import Tally
from secscan.results import Results

THRESHOLDS = {
    "hsts_max_age_days": N_("Age of HSTS for full credit, in days"),
    "hsts_short_max_age_days": N_("Age of HSTS for half credit, in days"),
    "certificate_days_left": N_("Days a certificate must still be valid"),
    "rsa_bits": N_("Least size of an RSA key, in bits"),
    "rsa_bits_good": N_("Size of an RSA key for full credit, in bits"),
    "ec_bits": N_("Least size of an elliptic-curve key, in bits"),
    "redirects": N_("Most redirects on the way to the page"),
    "signal_confidence": N_("Least confidence in a version for it to lower an index (0 to 100)"),
    "update_days": N_("Days after a release until the version before it counts as outdated"),
    "library_loss_percent": N_("Percent that a check of script libraries costs at most"),
}
"""What the thresholds of a policy are, in words."""

__all__ = ["write_report"]


def write_report(results: Results, catalog: Catalog, words: Words, out: Path) -> Path:
    """Write the report of a run into a folder, and return its first page.

    Sites pass one at a time; what the other pages need of them is kept in a tally.
    """
    renderer = _renderer(results, catalog, words)
    with ReportFolder(out) as folder:
        tally = _write_sites(results, words, renderer, folder)
        _write_agencies(results, words, renderer, folder, tally)
        _write_checks(results, catalog, words, renderer, folder, tally)
        folder.write("methodology.html", renderer.page("methodology.html", ""))
        folder.write("index.html", renderer.page("index.html", "", view=city_view(results, tally)))
    return out / "index.html"


def _renderer(results: Results, catalog: Catalog, words: Words) -> Renderer:
    title = results.criteria.title
    policy = results.judgement.policy

    def explained(check_id: str) -> Any:
        check = known_check(catalog, check_id)
        return check_page(check, words) if check else None

    def unranked(row: Any) -> str:
        return words.name(row.unranked, floor=plain(policy.floor["agency"], words))

    def assessable(site_id: str) -> str | None:
        return share_told(results.share_of_site(site_id), words)

    return Renderer(
        words,
        policy,
        assessable=assessable,
        beside=[check.id for check in catalog if check.beside],
        bands=[(name, policy.band[name]) for name in band_names(policy)],
        catalog=catalog,
        criteria=title.get(words.language, results.criteria.name),
        criteria_set=results.criteria,
        deadlines=results.profile,
        check_title=lambda check_id: check_title(catalog, words, check_id),
        explained=explained,
        judgement=results.judgement,
        linked=results.ranking.rows(),
        register=results.register,
        run=results.run,
        sites=results.sites,
        thresholds=[(label, getattr(policy.threshold, key)) for key, label in THRESHOLDS.items()],
        unranked_reason=unranked,
        unranked_since=results.unranked_since,
        changes=results.changes,
    )


def _write_sites(results: Results, words: Words, renderer: Renderer, folder: ReportFolder) -> Tally:
    tally = Tally()
    for site in results.register.scanned():
        view = site_view(results, site, words)
        folder.write(href("site", site.id), renderer.page("site.html", "../", view=view))
        tally.add(view)
    return tally


def _write_agencies(
    results: Results, words: Words, renderer: Renderer, folder: ReportFolder, tally: Tally
) -> None:
    for group in results.ranking.groups:
        for row in group.rows:
            view = agency_view(results, group, row, tally, words)
            page = renderer.page("agency.html", "../", view=view)
            folder.write(href("agency", row.agency.id), page)


def _write_checks(
    results: Results,
    catalog: Catalog,
    words: Words,
    renderer: Renderer,
    folder: ReportFolder,
    tally: Tally,
) -> None:
    day = day_of(results.run.started_at)
    owners = {
        site.id: results.agencies.get(site.owner(day) or "") for site in results.register.sites
    }
    for check_id in sorted({*catalog.checks, *tally.judged}):
        page = renderer.page(
            "check.html",
            "../",
            check_id=check_id,
            judged=tally.judged[check_id],
            lacking=tally.lacking[check_id],
            owners=owners,
        )
        folder.write(href("check", check_id), page)
