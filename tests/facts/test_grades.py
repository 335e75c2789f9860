"""The table of grades: it covers every name, every row of it counts, and says where it is from."""

import tomllib
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import Any

import pytest
from builders import facts
from hypothesis import given
from hypothesis import strategies as st

from secscan.facts import _TABLES
from secscan.facts.grades import Grade, Table
from secscan.parsing.parameters import GROUPS, KINDS, SIGNATURES, SUITES, VERSIONS
from secscan.parsing.suites import groups_of, suites_of

GRADES = facts().grades
TABLES: list[tuple[Table, list[str]]] = [
    (GRADES.versions, list(VERSIONS.values())),
    (GRADES.suites, [*SUITES.values(), *KINDS.values()]),
    (GRADES.groups, list(GROUPS.values())),
    (GRADES.signatures, list(SIGNATURES.values())),
]
DOCUMENT = tomllib.loads((files("secscan.facts") / "tls.toml").read_text("utf-8"))

# What NCSC-NL's guidelines of 2025-05 list in appendix B, as Internet.nl 1.11 has it.
NCSC_GOOD = ("TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
NCSC_SUFFICIENT = (
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
)
NCSC_PHASE_OUT = (
    "TLS_ECDHE_*SA_WITH_CAMELLIA_*_SHA*",
    "TLS_ECDHE_*SA_WITH_ARIA_*_SHA*",
    "TLS_ECDHE_*SA_WITH_AES_*_CBC_SHA256",
    "TLS_ECDHE_*SA_WITH_AES_*_CBC_SHA384",
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_DHE_RSA_WITH_*_GCM_SHA*",
    "TLS_DHE_RSA_WITH_*_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_*_CCM",
)


@pytest.mark.parametrize("version", VERSIONS.values())
def test_every_suite_and_group_has_a_grade(version: str) -> None:
    assert [name for name in suites_of(version) if GRADES.suites.row(name) is None] == []
    assert [name for name in groups_of(version) if GRADES.groups.row(name) is None] == []


@pytest.mark.parametrize(("table", "names"), TABLES)
def test_every_name_has_a_row_and_every_pattern_decides_on_one(
    table: Table, names: list[str]
) -> None:
    assert [name for name in names if table.row(name) is None] == []
    dead = [
        pattern
        for row in table.rows
        for pattern in row.names
        if not any(table.row(name) is row and fnmatchcase(name, pattern) for name in names)
    ]
    assert dead == []


@pytest.mark.parametrize(("table", "names"), TABLES)
def test_the_first_row_that_fits_decides(table: Table, names: list[str]) -> None:
    for name in names:
        first = next(row for row in table.rows if any(fnmatchcase(name, p) for p in row.names))
        assert table.row(name) is first


@pytest.mark.parametrize("kind", ["version", "suite", "group", "signature", "prime"])
def test_every_row_says_after_whom_and_why(kind: str) -> None:
    rows: list[dict[str, Any]] = DOCUMENT[kind]
    assert [row for row in rows if len(row["source"]) < 8 or not row["why"].endswith(".")] == []


@given(st.text())
def test_what_nobody_has_graded_is_to_be_phased_out(name: str) -> None:
    if GRADES.suites.row(name) is None:
        assert GRADES.suites.grade(name) is Grade.PHASE_OUT


def test_suites_are_graded_as_ncsc_grades_them_or_the_row_says_why_not() -> None:
    for suite in SUITES.values():
        grade = GRADES.suites.grade(suite)
        if suite in NCSC_GOOD:
            assert grade is Grade.GOOD
        elif suite in NCSC_SUFFICIENT:
            assert grade is Grade.ACCEPTABLE
        elif any(fnmatchcase(suite, pattern) for pattern in NCSC_PHASE_OUT):
            assert grade is Grade.PHASE_OUT, suite


@pytest.mark.parametrize(
    ("suite", "grade"),
    [
        ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", Grade.INSUFFICIENT),
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", Grade.INSUFFICIENT),
        ("SSL_RSA_FIPS_WITH_DES_CBC_SHA", Grade.INSUFFICIENT),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", Grade.INSUFFICIENT),
        ("TLS_RSA_EXPORT1024_WITH_RC4_56_SHA", Grade.INSUFFICIENT),
        ("TLS_GOSTR341001_WITH_NULL_GOSTR3411", Grade.INSUFFICIENT),
        ("TLS_SHA256_SHA256", Grade.INSUFFICIENT),
        ("TLS_RSA_WITH_AES_256_GCM_SHA384", Grade.PHASE_OUT),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", Grade.PHASE_OUT),
        ("TLS_AES_128_CCM_8_SHA256", Grade.PHASE_OUT),
        ("TLS_SM4_GCM_SM3", Grade.PHASE_OUT),
        ("TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256", Grade.ACCEPTABLE),
    ],
)
def test_suites(suite: str, grade: Grade) -> None:
    assert GRADES.suites.grade(suite) is grade


@pytest.mark.parametrize(
    ("bits", "grade"),
    [
        (0, Grade.INSUFFICIENT),
        (512, Grade.INSUFFICIENT),
        (2047, Grade.INSUFFICIENT),
        (2048, Grade.PHASE_OUT),
        (2999, Grade.PHASE_OUT),
        (3072, Grade.ACCEPTABLE),
        (8192, Grade.ACCEPTABLE),
    ],
)
def test_primes(bits: int, grade: Grade) -> None:
    assert GRADES.prime(bits).grade is grade


@given(st.integers(0, 20000), st.integers(0, 20000))
def test_a_longer_prime_is_never_worse(one: int, other: int) -> None:
    assert GRADES.prime(max(one, other)).grade <= GRADES.prime(min(one, other)).grade


def test_groups_against_quantum_computers_are_groups_and_not_graded_down() -> None:
    assert set(GRADES.post_quantum) <= set(GROUPS.values())
    assert all(GRADES.groups.grade(name) <= Grade.ACCEPTABLE for name in GRADES.post_quantum)


def test_a_hybrid_is_no_weaker_than_its_curve() -> None:
    """The draft included: it is not ready for quantum computers, and no worse for that."""
    hybrids = [name for name in GROUPS.values() if name.startswith("X25519")]
    assert "X25519Kyber768Draft00" in hybrids
    assert all(GRADES.groups.grade(name) <= Grade.ACCEPTABLE for name in hybrids)


def test_the_version_of_the_facts_covers_every_table() -> None:
    folder = files("secscan.facts")
    tables = {path.name for path in folder.iterdir() if path.name[-5:] == ".toml"}
    products = {f"products/{path.name}" for path in (folder / "products").iterdir()}
    assert tables | products == set(_TABLES)
