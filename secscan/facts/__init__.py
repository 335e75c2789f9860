"""Facts that judging needs and no site sends: life cycles, grades, trust anchors; versioned."""

import hashlib
import tomllib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning

from secscan.errors import SecscanError
from secscan.facts.bypasses import Bypass, read_bypasses
from secscan.facts.folder import Stored, read_folder
from secscan.facts.grades import Grades, read_grades
from secscan.facts.libraries import Library, read_libraries
from secscan.facts.mozilla import Guidelines, read_guidelines
from secscan.facts.observatory import Observatory, read_observatory
from secscan.facts.overlay import overlaid_libraries, overlaid_products, overlaid_version
from secscan.facts.preload import Preloaded, read_preloaded
from secscan.facts.products import PRODUCT_TABLES, Product, read_products
from secscan.facts.published import Set
from secscan.facts.signals import read_signals
from secscan.facts.suffixes import PublicSuffixes, suffix_list
from secscan.facts.systems import Bases, Revisions, read_bases, read_revisions
from secscan.parsing.signals import Signals

_TABLES = (
    *PRODUCT_TABLES,
    "holes.toml",
    "distributions.toml",
    "tls.toml",
    "mozilla.toml",
    "observatory.toml",
    "preload.toml",
    "csp_bypasses.toml",
    "libraries.toml",
    "signals.toml",
)


@dataclass(frozen=True)
class Facts:
    """The facts of one version; ``version`` changes with any byte of them.

    ``bases`` has the versions that distributions keep, ``revisions`` their packages' releases.
    ``trust_anchors`` are Mozilla's as of ``trust_store`` and ``added_anchors``, a user's own.
    """

    version: str
    products: Mapping[str, Product]
    bases: Bases
    revisions: Revisions
    libraries: Mapping[str, Library]
    signals: Signals
    grades: Grades
    mozilla: tuple[Guidelines, ...]
    preloaded: Preloaded
    observatory: Observatory
    suffixes: PublicSuffixes
    csp_bypasses: tuple[Bypass, ...]
    trust_anchors: tuple[x509.Certificate, ...]
    added_anchors: tuple[x509.Certificate, ...]
    trust_store: date


def load_facts(ca_bundle: Path | None = None, folder: Path | None = None) -> Facts:
    """Return the facts of this wheel, with the CA certificates of a PEM file added to trust.

    The published files of a folder are laid over them; a damaged one is never passed over.
    """
    published = _published(folder)
    tables = {name: (files("secscan.facts") / name).read_bytes() for name in _TABLES}
    mozilla, suffixes = Path(certifi.where()).read_bytes(), suffix_list()
    extra = _read_bundle(ca_bundle)
    digest = hashlib.sha256(b"\0".join([*tables.values(), mozilla, suffixes, extra])).hexdigest()
    public = _anchors(mozilla)
    added = tuple(anchor for anchor in _anchors(extra) if anchor not in public)
    documents = {name: tomllib.loads(raw.decode("utf-8")) for name, raw in tables.items()}
    lifecycles = [documents[name] for name in PRODUCT_TABLES]
    own = f"{max(one['as_of'] for one in lifecycles)}+{digest[:12]}"
    products = read_products(lifecycles, documents["holes.toml"])
    libraries = read_libraries(documents["libraries.toml"]["library"])
    return Facts(
        version=overlaid_version(own, published),
        products=overlaid_products(products, published),
        bases=read_bases(documents["distributions.toml"]),
        revisions=read_revisions(documents["distributions.toml"]),
        libraries=overlaid_libraries(libraries, published),
        signals=read_signals(documents["signals.toml"]),
        grades=read_grades(documents["tls.toml"]),
        mozilla=read_guidelines(documents["mozilla.toml"]),
        preloaded=read_preloaded(documents["preload.toml"]),
        observatory=read_observatory(documents["observatory.toml"]),
        suffixes=PublicSuffixes(suffixes.decode("utf-8")),
        csp_bypasses=read_bypasses(documents["csp_bypasses.toml"]),
        trust_anchors=(*public, *added),
        added_anchors=added,
        trust_store=date(*map(int, certifi.__version__.split(".")[:3])),
    )


def _published(folder: Path | None) -> Mapping[Set, Stored]:
    if folder is None:
        return {}
    found = read_folder(folder)
    if found.faults:
        mend = f"load it again: `secscan facts update --facts {folder}`"
        raise SecscanError("\n".join([*found.faults, mend]))
    return found.files


def _anchors(pem: bytes) -> tuple[x509.Certificate, ...]:
    """Return the certificates of a PEM file; old roots with odd serials warn, and are kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return tuple(x509.load_pem_x509_certificates(pem)) if pem else ()


def _read_bundle(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        raw = path.read_bytes()
        _anchors(raw)
    except (OSError, ValueError) as fault:
        raise SecscanError(f"the CA bundle {path} holds no readable PEM: {fault}") from fault
    return raw
