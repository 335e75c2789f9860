"""The table of hosts by which any script runs."""

import tomllib
from importlib.resources import files
from urllib.parse import urlsplit

from builders import facts

DOCUMENT = tomllib.loads((files("secscan.facts") / "csp_bypasses.toml").read_text("utf-8"))


def test_every_row_says_how_and_from_where_it_is_known() -> None:
    ways = {"any-file", "angularjs", "jsonp"}
    assert [row for row in DOCUMENT["bypass"] if row["how"] not in ways or not row["source"]] == []


def test_every_address_is_whole_and_there_once() -> None:
    urls = [bypass.url for bypass in facts().csp_bypasses]
    assert len(urls) == len(set(urls)) > 60
    for url in urls:
        parts = urlsplit(url)
        assert parts.scheme == "https"
        assert parts.netloc == parts.hostname
        assert parts.path
        assert not parts.query


def test_a_tag_manager_needs_eval() -> None:
    needing = {urlsplit(one.url).hostname for one in facts().csp_bypasses if one.needs_eval}
    assert "www.googletagmanager.com" in needing
    assert "cdn.jsdelivr.net" not in needing
