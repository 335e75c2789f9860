import pytest
from hypothesis import given
from hypothesis import strategies as st

from secscan.parsing.opaque import LONGEST_SECRET, SHORTEST_SECRET, secret_of, spellings

SECRETS = [
    "PHPSESSID=q7v2l0c4m5n1t8k3r6d9s0a1b2; Path=/",
    "JSESSIONID=5F0A1B2C3D4E5F60718293A4B5C6D7E8.worker; Path=/",
    "ASPSESSIONIDQQCCDDEE=ABCDEFGHIJKLMNOPABCDEFGH; path=/",
    "connect.sid=s%3Aq7v2l0c4m5n1t8k3.r6d9s0+a1b2; Path=/",
    "laravel_session=eyJpdiI6Ik5hMzR2a2x3; HttpOnly",
    'sid="q7v2l0c4m5n1t8k3"',
    "q7v2l0c4m5n1t8k3",
    "a=q7v2l0c4; Secure; Domain=elsewhere.example",
]
OTHERS = [
    "lang=vi-VN-lang",
    "theme=bootstrap5-dark",
    "type=text/html; charset=utf-8",
    "back=https://s3a.b2c.example/v2a/",
    "back=https%3A%2F%2Fs3a.b2c.example%2Fv2a%2F",
    "back=//s3a.b2c.example/v2a/",
    "host=s3a.b2c.example",
    "csp=unsafe-inline",
    "frames=SAMEORIGIN",
    "hsts=max-age=31536000",
    "seen=1764000000",
    "token=anonymous",
    "sid=undefined",
    "sid=a1b2c3",
    "sid=%41%42%43%31a2b",
    "sid=<p>a1b2c3d4",
    "sid='a1b2c3d4'",
    "sid=a1b2 c3d4",
    f"sid={'a1' * LONGEST_SECRET}",
    "",
]


@pytest.mark.parametrize("line", SECRETS)
def test_what_opens_a_session_is_a_secret(line: str) -> None:
    value = line.partition(";")[0].rpartition("=")[2].strip('"')
    assert secret_of(line) == value


@pytest.mark.parametrize("line", OTHERS)
def test_what_may_stand_in_a_page_for_another_reason_is_none(line: str) -> None:
    assert secret_of(line) is None


def test_a_secret_is_known_however_it_is_written() -> None:
    assert spellings("s%3Aa1b2+c3") == {
        "s%3Aa1b2+c3",
        "s:a1b2+c3",
        "s%253Aa1b2%2Bc3",
        "s%253Aa1b2+c3",
    }


@given(st.text() | st.from_regex(r"sid=[a-f0-9%]{8,40}"))
def test_no_spelling_is_short_or_breaks_a_line(line: str) -> None:
    secret = secret_of(line)
    for spelling in spellings(secret) if secret else ():
        assert len(spelling) >= SHORTEST_SECRET
        assert not set(spelling) & set(" \r\n<>\"'")
