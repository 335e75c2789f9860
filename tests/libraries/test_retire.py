"""Libraries, versions and numbers of vulnerabilities beside those that retire.js tells.

The files are those of tests/node, under names that tell nothing. docs/libraries.md has the
addresses; SECSCAN_RETIRE_REPOSITORY may name the repository that retire.js publishes.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders import facts
from node_packages import FOLDER, installed, node
from retire_repository import written_out

from secscan.facts.libraries import Library, holes_of
from secscan.facts.retire import read_repository
from secscan.parsing.libraries import Sign, identify

Told = frozenset[tuple[str, str, int]]
"""Library, version and number of vulnerabilities."""

HERE = Path(__file__).parent
DOCUMENT = (HERE.parents[1] / "docs/libraries.md").read_text("utf-8")
ROWS = [
    [cell.strip(" `") for cell in line.strip("| ").replace("||", "| |").split(" |")]
    for line in DOCUMENT.partition("## Addresses")[2].splitlines()
    if line.startswith("| `")
]
ADDRESSES = {row[0]: (row[1].strip(), row[2].strip()) for row in ROWS}
"""By address: what retire.js says of it, and what secscan says."""

PUBLISHED = os.environ.get("SECSCAN_RETIRE_REPOSITORY", "")
LEFT_OUT = frozenset({("lodash", "4.17.21")})
"""What only patterns find that need backtracking."""

FIVE = {"jquery", "bootstrap", "angularjs", "jquery-ui", "moment"}
PLACES = [
    "*.js",
    "dist/*.js",
    "dist/js/*.js",
    "umd/*.js",
    "min/*.js",
    "js/*.js",
    "build/output/*.js",
]


def files() -> dict[str, bytes]:
    """Return the files of the packages that a page would load: not tiny, and no page reads more."""
    packages = json.loads((FOLDER / "package.json").read_text("utf-8"))["devDependencies"]
    found = {
        path
        for package in packages
        if re.search(r"-[0-9.]+$", package)
        for place in PLACES
        for path in (installed() / package).glob(place)
        if 3_000 <= path.stat().st_size <= 1 << 20
    }
    return {str(path.relative_to(installed())): path.read_bytes() for path in sorted(found)}


def bundles(scripts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the minified files five at a time, from all over the packages."""
    small = [name for name in scripts if ".min." in name and len(scripts[name]) < 100_000]
    steps = len(small) // 5
    parts = [small[start::steps][:5] for start in range(steps)]
    return {" ".join(names): b"\n".join(scripts[name] for name in names) for names in parts}


def without_comments(scripts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the minified files without the comments that name them."""
    return {
        f"{name} without comments": re.sub(rb"(?s)/\*.*?\*/|(?m:^//[^\n]*$)", b"", content)
        for name, content in scripts.items()
        if ".min." in name
    }


def asked(repository: Path, scripts: Mapping[str, bytes], folder: Path) -> list[Told]:
    """Return what the command line of retire.js says of each file."""
    folder.mkdir()
    for number, content in enumerate(scripts.values()):
        (folder / f"{number:04}.js").write_bytes(content)
    out = folder / "out.json"
    command = [node(), str(installed() / "retire/lib/cli.js"), "--jsrepo", str(repository)]
    command += ["--path", str(folder), "--verbose", "--outputformat", "json"]
    subprocess.run([*command, "--outputpath", str(out), "--exitwith", "0"], check=True, timeout=300)
    answer = json.loads(out.read_text("utf-8"))
    assert answer["errors"] == []
    told = {
        int(Path(file["file"]).stem): frozenset(
            (one["component"], one["version"], len(one.get("vulnerabilities") or []))
            for one in file["results"]
        )
        for file in answer["data"]
    }
    return [told.get(number, frozenset()) for number in range(len(scripts))]


def ours(libraries: Mapping[str, Library], content: bytes) -> Told:
    """Return what secscan says of a file, with the ends of life that retire.js counts too."""
    signs = [library.signs for library in libraries.values()]
    return frozenset(
        (one.library, one.version, _number(libraries[one.library], one.version))
        for one in identify(signs, "", content)
    )


def _number(library: Library, version: str) -> int:
    ends = {row.ids for row in library.ranges if row.end_of_life and row.holds(version)}
    return len(holes_of(library, version)) + len(ends)


def in_address(libraries: Mapping[str, Library], address: str) -> list[str]:
    """Return what secscan says of an address, as the document writes it."""
    signs = [library.signs for library in libraries.values()]
    return [
        f"{' '.join([one.library, one.version]).strip()} ({one.sign.value})"
        for one in identify(signs, address, None)
    ]


def of_addresses(repository: Path, addresses: list[str]) -> list[list[str]]:
    """Return what retire.js says of addresses."""
    done = subprocess.run(
        [node(), str(HERE / "scan_urls.cjs"), str(repository)],
        input="\n".join(addresses),
        env={**os.environ, "NODE_PATH": str(installed())},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return our table as a repository of retire.js."""
    path = tmp_path / "repository.json"
    path.write_text(json.dumps(written_out(facts().libraries), ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def published() -> Path:
    """Return the repository that retire.js publishes, or skip."""
    if not PUBLISHED:
        pytest.skip("SECSCAN_RETIRE_REPOSITORY names no repository: it was not compared")
    return Path(PUBLISHED)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_tells_what_the_document_says(address: str) -> None:
    assert ", ".join(in_address(facts().libraries, address)) == ADDRESSES[address][1]


def test_the_document_shows_the_kinds_of_addresses() -> None:
    assert len(ADDRESSES) >= 25
    for shown in ("?v=", "?ver=", "jsdelivr.net/npm/jquery@", "/47a9c871/", "/ajax/libs/"):
        assert any(shown in address for address in ADDRESSES)


@pytest.mark.oracle
def test_files_tell_the_same_under_our_table(written: Path, tmp_path: Path) -> None:
    single, libraries = files(), facts().libraries
    scripts = single | bundles(single) | without_comments(single)
    told = asked(written, scripts, tmp_path / "scripts")
    assert {
        name: (said, mine)
        for (name, content), said in zip(scripts.items(), told, strict=True)
        if said != (mine := ours(libraries, content))
    } == {}
    found = {(library, version) for said in told for library, version, _ in said}
    print(f"{len(scripts)} files, {len(found)} versions alike")
    assert len({version for version in found if version[0] in FIVE}) >= 20
    assert len(found) >= 40
    assert sum(map(bool, told)) >= 200


@pytest.mark.oracle
def test_files_tell_the_same_under_the_published_repository(
    published: Path, tmp_path: Path
) -> None:
    single = files()
    scripts = single | bundles(single)
    libraries = read_repository(published.read_bytes()).libraries
    told = asked(published, scripts, tmp_path / "scripts")
    differences = [
        (said, mine)
        for content, said in zip(scripts.values(), told, strict=True)
        if said != (mine := ours(libraries, content))
    ]
    missed = {(name, version) for said, mine in differences for name, version, _ in said - mine}
    print(f"{len(scripts)} files, {sum(map(bool, told))} with libraries, missed: {missed}")
    assert missed <= LEFT_OUT
    assert [mine - said for said, mine in differences if mine - said] == []


@pytest.mark.oracle
def test_addresses_tell_the_same_under_our_table(written: Path) -> None:
    """Retire.js takes the name of a build, and half of a version, for a version."""
    signs = [library.signs for library in facts().libraries.values()]
    bare = [address.partition("?")[0] for address in ADDRESSES]
    for address, said in zip(ADDRESSES, of_addresses(written, bare), strict=True):
        theirs = {re.sub(r"[.-](?:slim|custom|dist)$", "", one) for one in said}
        found = identify(signs, address, None)
        mine = {f"{one.library} {one.version}" for one in found if one.sign == Sign.PATH}
        assert theirs - {"jquery 3.4"} == mine, address


@pytest.mark.oracle
def test_addresses_tell_what_the_document_says_of_retire(published: Path) -> None:
    said = [", ".join(found) for found in of_addresses(published, list(ADDRESSES))]
    assert said == [row[0] for row in ADDRESSES.values()]


@pytest.mark.oracle
def test_our_ranges_are_those_that_are_published(published: Path) -> None:
    theirs = read_repository(published.read_bytes()).libraries
    for library in facts().libraries.values():
        mine = [(row.at_or_above, row.below, row.severity, row.ids) for row in library.ranges]
        rows = theirs[library.retire].ranges
        assert mine == [(row.at_or_above, row.below, row.severity, row.ids) for row in rows]
