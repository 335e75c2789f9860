"""Every kind of mistake has its own sentence, with file, row and what to write instead."""

from pathlib import Path

import pytest

from secscan.errors import SecscanError
from secscan.register import Mistake, RegisterError, parse_register, read_register

HEAD = """
[register]
name = "Thành phố mẫu"
authorisation = { document = "12/KH", contact = "ông A, 028" }
[[group]]
id = "so"
name = "Sở"
[[agency]]
id = "a"
name = "Sở A"
group = "so"
[[agency]]
id = "b"
name = "Sở B"
group = "so"
"""
SITE = '[[site]]\nid = "x"\nurl = "https://x.example.vn"\nowner = "a"\n'


def messages(text: str) -> list[str]:
    with pytest.raises(RegisterError) as raised:
        parse_register(text)
    return [mistake.message for mistake in raised.value.mistakes]


def site_mistakes(line: str) -> list[str]:
    return messages(HEAD + SITE + line)


def test_what_the_mistakes_are_measured_against_is_right() -> None:
    assert parse_register(HEAD + SITE).sites[0].id == "x"


ADDRESS = 'write address:port, as in "192.0.2.1:8443" or "[2001:db8::1]:8443"'
OWNER = 'write "agency", or "agency:2022-01-01..2025-06-30" where either day may be left out'
PORTS = 'write each port from 1 to 65535 once, as in "443=127.0.1.1:8443"'
SERVICE = (
    "write ssh://, smtp://, smtps://, ftp://, imap://, imaps://, pop3://, pop3s:// with a host"
)
HOURS = 'write hours as in "22:00-05:00", or leave it out for the whole day'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("importance = 5", 'importance is "5"; write a number from 1 to 4'),
        ("importance = true", 'importance is "True"; write a number from 1 to 4'),
        ("importance = 2.5", 'importance is "2.5"; write a number from 1 to 4'),
        ('system_level = "VI"', 'system_level is "VI"; write a number from 1 to 5'),
        (
            'kind = "web"',
            'kind is "web"; write one of portal, tthc, service, api, mail, internal, other',
        ),
        ('grants = ["all"]', 'grants is "all"; write exposure, deep, or both '
         'with ";" between them'),
        ('resolver = "1.1.1.1"', f'resolver is "1.1.1.1"; {ADDRESS}'),
        ('resolver = "::1:53"', f'resolver is "::1:53"; {ADDRESS}'),
        ('resolver = "[1.1.1.1]:53"', f'resolver is "[1.1.1.1]:53"; {ADDRESS}'),
        ('resolver = "dns.example.vn:53"', f'resolver is "dns.example.vn:53"; {ADDRESS}'),
        ('connect = "443"', f'connect is "443"; {ADDRESS}'),
        ('connect = "0=127.0.0.1:1"', f'connect is "0=127.0.0.1:1"; {PORTS}'),
        ('connect = "80=127.0.0.1:0"', f'connect is "80=127.0.0.1:0"; {ADDRESS}'),
        ('connect = "80=127.0.0.1:1;080=127.0.0.1:2"',
         f'connect is "80=127.0.0.1:1;080=127.0.0.1:2"; {PORTS}'),
        ('tags = "a\\u200bb"',
         'tags is "a�b"; write it without the invisible character U+200B'),
        ('tags = ["a;b"]', 'tags is "a;b"; write each part without ";"'),
        ("tags = [1]", 'tags is "1"; write a text'),
        (f'tags = "{"a" * 501}"', f'tags is "{"a" * 60}…"; write at most 500 characters'),
        ('services = "a.example.vn"', f'services is "a.example.vn"; {SERVICE}'),
        ('services = ["http://a.example.vn"]',
         f'services is "http://a.example.vn"; {SERVICE}'),
        ('services = ["ssh://a.example.vn", "gopher://a.example.vn", "ftp://a.example.vn"]',
         f'services is "gopher://a.example.vn"; {SERVICE}'),
        ('services = "ssh://a.example.vn/home"',
         'services is "ssh://a.example.vn/home"; write scheme, host and port only'),
        ('services = "ssh://127.0.0.1"',
         'services is "ssh://127.0.0.1"; write the name of the host; "connect" pins its address'),
        ('services = "ssh://a.example.vn:0"',
         'services is "ssh://a.example.vn:0"; write a port from 1 to 65535'),
        ('services = "ssh://root@a.example.vn"',
         'services is "ssh://root@a.example.vn"; write it without user name and password'),
        ('services = "ssh://a.vn; ssh://a.vn:22"',
         'services is "ssh://a.vn"; write each host and port once'),
        ('services = "ssh://a.vn:25; smtp://a.vn"',
         'services is "smtp://a.vn"; write each host and port once'),
        ("services = [7]", 'services is "7"; write a text'),
        ("services = 7", 'services is "7"; write a text'),
        (f'services = {[f"ssh://a{number}.vn" for number in range(9)]}',
         'services is "ssh://a0.vn; ssh://a1.vn; ssh://a2.vn; ssh://a3.vn; ssh://a4…";'
         ' write at most 8 services'),
        ("platform = 7", 'platform is "7"; write a text'),
        ('platform = "X Y"',
         'platform is "X Y"; write a-z, 0-9, ".", "_" and "-", a letter or digit first'),
        ('platform = "y"', 'platform "y" is not in the register; write one of x, or add its row'),
        ('platform = "x"',
         'platform "x" lives on a platform; write the id of a site that is scanned itself'),
        ('authorisation = { document = "1" }',
         "authorisation.contact is missing; write whom to call, with a telephone number"),
        ('authorisation = { contact = "A" }',
         "authorisation.document is missing; write the number of the document"),
        ('authorisation = { document = "1", contact = "A", window = "22h" }',
         f'authorisation.window is "22h"; {HOURS}'),
        ('authorisation = { document = "1", contact = "A", window = "22:00-22:00" }',
         f'authorisation.window is "22:00-22:00"; {HOURS}'),
        ('authorisation = { document = "1", contact = "A", window = "22:00-25:00" }',
         f'authorisation.window is "22:00-25:00"; {HOURS}'),
    ],
)  # fmt: skip
def test_a_field_of_a_site(line: str, message: str) -> None:
    assert site_mistakes(line) == [message]


def test_an_unknown_field_lists_those_there_are() -> None:
    [message] = site_mistakes('colour = "red"')
    assert message.startswith('"colour" is not known for site; leave it out, or use id, url, owner')


def test_a_blank_unknown_field_is_no_mistake() -> None:
    assert parse_register(HEAD + SITE + 'colour = ""\n')


def test_both_owner_and_owners() -> None:
    [message] = site_mistakes('owners = [{ agency = "b" }]')
    assert message.startswith('"owners" is not known for site; leave it out, or use id, url, owner')


@pytest.mark.parametrize(
    ("owner", "message"),
    [
        ('owner = "c"', 'owner "c" is not in the register; write one of a, b, or add its row'),
        ("owners = []", "owner is missing; write the id of the agency that owns the site"),
        ("owner = ' ; '", f'owner is " ; "; {OWNER}'),
        ('owner = "a:2022"', f'owner is "a:2022"; {OWNER}'),
        ("owners = [{ valid_to = 2025-01-01 }]",
         "owner 1: agency is missing; write the id of an agency"),
        ('owner = "a:01/07/2025.."',
         'owner 1: valid_from is "01/07/2025"; '
         "write a date as year-month-day, as in 2026-07-01"),
        ('owner = "a:2025-07-01..2025-06-30"',
         "owner 1: valid_to is 2025-06-30, before valid_from; write a later day"),
        ('owner = "a:..2025-06-30; b:2025-06-30.."',
         "owners a (..2025-06-30) and b (2025-06-30..) overlap; "
         "end the first on the day before the second begins"),
        ('owners = [{ agency = "a", day = 1 }]',
         'owner 1: "day" is not known for owner; '
         "leave it out, or use agency, valid_from, valid_to"),
    ],
)  # fmt: skip
def test_the_owners_of_a_site(owner: str, message: str) -> None:
    text = HEAD + '[[site]]\nid = "x"\nurl = "https://x.example.vn"\n' + owner
    assert messages(text) == [message]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ('name = "C"\ngroup = "so"', "id is missing; write an id for the agency"),
        ('id = "c"\ngroup = "so"', "name is missing; write the Vietnamese name of the agency"),
        ('id = "c"\nname = "C"', "group is missing; write the id of a group"),
        ('id = "c"\nname = "C"\ngroup = "ban"',
         'group "ban" is not in the register; write one of so, or add its row'),
        ('id = "c"\nname = "C"\ngroup = "so"\nsuccessor = "d"',
         'successor "d" is not in the register; write one of a, b, c, or add its row'),
        ('id = "c"\nname = "C"\ngroup = "so"\nparent = "d"',
         'parent "d" is not in the register; write one of a, b, c, or add its row'),
        ('id = "c"\nname = "C"\ngroup = "so"\nparent = "c"',
         "parent leads back to the agency itself; write another agency or none"),
        ('id = "c"\nname = "C"\ngroup = "so"\nvalid_from = "20260701"',
         'valid_from is "20260701"; write a date as year-month-day, as in 2026-07-01'),
        ('id = "c"\nname = "C"\ngroup = "so"\nvalid_from = "2026-02-30"',
         'valid_from is "2026-02-30"; write a date as year-month-day, as in 2026-07-01'),
        ('id = "c"\nname = "C"\ngroup = "so"\nvalid_from = 2026-02-03T01:02:03',
         'valid_from is "2026-02-03 01:02:03"; '
         "write a date as year-month-day, as in 2026-07-01"),
        ('id = "c"\nname = "C"\ngroup = "so"\nvalid_from = 2026-02-03\nvalid_to = 2026-02-02',
         "valid_to is 2026-02-02, before valid_from; write a later day"),
        ('id = "a"\nname = "C"\ngroup = "so"',
         'id "a" is that of line 8, [[agency]] 1 (id "a") too; give one of them another id'),
    ],
)  # fmt: skip
def test_a_field_of_an_agency(fields: str, message: str) -> None:
    assert messages(f"{HEAD}[[agency]]\n{fields}\n") == [message]


def test_an_extract_is_of_an_agency_that_is_there() -> None:
    text = HEAD.replace("[register]", '[register]\nextract_of = "z"') + SITE
    told = 'extract_of "z" is not in the register; write one of a, b, or add its row'
    assert messages(text) == [told]


def test_many_known_ids_are_not_listed() -> None:
    agencies = "".join(
        f'[[agency]]\nid = "c{number}"\nname = "C"\ngroup = "so"\n' for number in range(7)
    )
    text = HEAD + agencies + SITE.replace('"a"', '"z"')
    assert messages(text) == ['owner "z" is not in the register; correct the id, or add its row']


def test_a_circle_of_successors_is_told_once() -> None:
    agencies = (
        '[[agency]]\nid = "c"\nname = "C"\ngroup = "so"\nsuccessor = "d"\n'
        '[[agency]]\nid = "d"\nname = "D"\ngroup = "so"\nsuccessor = "e"\n'
        '[[agency]]\nid = "e"\nname = "E"\ngroup = "so"\nsuccessor = "d"\n'
    )
    with pytest.raises(RegisterError) as raised:
        parse_register(HEAD + agencies)
    [mistake] = raised.value.mistakes
    assert mistake.row == 'line 21, [[agency]] 4 (id "d")'
    told = "successor leads back to the agency itself; write another agency or none"
    assert mistake.message == told


def test_a_platform_on_a_platform() -> None:
    text = HEAD + SITE + 'platform = "y"\n' + SITE.replace("x", "y") + 'platform = "z"\n'
    assert messages(text + SITE.replace("x", "z")) == [
        'platform "y" lives on a platform; write the id of a site that is scanned itself'
    ]


PINNED = 'connect = "443=127.0.1.1:8443"\n'


def test_a_service_that_connect_leads_nowhere() -> None:
    assert site_mistakes(PINNED + 'services = "ssh://x.example.vn"') == [
        "connect does not name port 22 of ssh://x.example.vn; "
        'write where its port is too, as in "22=192.0.2.1:22"'
    ]
    for line in (
        'services = "ssh://x.example.vn"',  # without connect, DNS leads there
        PINNED + 'services = "ssh://y.example.vn"',  # connect holds for the site's own host
        PINNED.replace('"\n', '; 22=127.0.1.1:22"\n') + 'services = "ssh://x.example.vn"',
    ):
        assert parse_register(HEAD + SITE + line).sites[0].services


def test_duplicate_sites_and_groups() -> None:
    text = HEAD + SITE + SITE + '[[group]]\nid = "so"\nname = "Sở"\n'
    assert messages(text) == [
        'id "so" is that of line 5, [[group]] 1 (id "so") too; give one of them another id',
        'id "x" is that of line 16, [[site]] 1 (id "x") too; give one of them another id',
    ]


def test_no_authorisation() -> None:
    text = HEAD.replace('authorisation = { document = "12/KH", contact = "ông A, 028" }', "")
    told = "write authorisation.document and authorisation.contact here or for the register"
    assert messages(text + SITE) == [f"no authorisation; {told}"]


def test_a_tenant_needs_no_authorisation() -> None:
    text = HEAD.replace('authorisation = { document = "12/KH", contact = "ông A, 028" }', "")
    platform = SITE.replace("x", "y") + 'authorisation = { document = "1", contact = "A" }\n'
    assert parse_register(text + SITE + 'platform = "y"\n' + platform)


def test_a_register_without_a_name() -> None:
    assert messages("") == ["name is missing; write the name of the register"]


def test_what_is_no_table() -> None:
    assert messages('register = 1\nsite = "x"\nsites = []\n"\\u001b" = 1') == [
        "register is not a table; write name under [register]",
        '"�" is not known at the top level; '
        "write only [register], [[group]], [[agency]] and [[site]]",
        '"sites" is not known at the top level; '
        "write only [register], [[group]], [[agency]] and [[site]]",
        "site is not a list of tables; write each under [[site]]",
        "name is missing; write the name of the register",
    ]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text(
        HEAD.replace('group = "so"', 'group = "ban"', 1)
        + '[[site]]\nurl = "ftp://x"\nowner = "c"\n[[site]]\nimportance = 9\n',
        "utf-8",
    )
    with pytest.raises(RegisterError) as raised:
        read_register(path)
    assert str(raised.value).splitlines() == [
        'city.toml, line 8, [[agency]] 1 (id "a"): '
        'group "ban" is not in the register; write one of so, or add its row',
        'city.toml, line 16, [[site]] 1: url is "ftp://x"; '
        "write http:// or https://, a host and a path, or smtp://, smtps://, imap://, imaps:// or "
        "tls:// and a host",
        'city.toml, line 16, [[site]] 1: owner "c" is not in the register; '
        "write one of a, b, or add its row",
        "city.toml, line 19, [[site]] 2: url is missing; write the URL of the site",
        "city.toml, line 19, [[site]] 2: owner is missing; "
        "write the id of the agency that owns the site",
        'city.toml, line 19, [[site]] 2: importance is "9"; write a number from 1 to 4',
    ]


def test_lines_are_left_out_where_they_cannot_be_known() -> None:
    text = 'site = [{ url = "x" }]\nregister = { name = """\n[[site]]\n[[site]]""" }\n'
    with pytest.raises(RegisterError) as raised:
        parse_register(text)
    assert {mistake.row for mistake in raised.value.mistakes} == {"[register]", "[[site]] 1"}


def test_a_mistake_reads_as_a_sentence() -> None:
    mistake = Mistake("agencies.csv", "row 7", 'importance is "5"; write a number from 1 to 4')
    assert str(mistake) == 'agencies.csv, row 7: importance is "5"; write a number from 1 to 4'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.txt", b"", "r.txt is no register; give a file that ends in .toml, .csv or .xlsx"),
        ("r.toml", b"a = ", "r.toml is not TOML: Invalid value"),
        ("r.toml", b"a = " + b"[" * 9_000, "r.toml is not TOML: "),
        ("r.toml", b"a." * 9_000, "r.toml has a line of more than 10,000 characters"),
        ("r.toml", b"a = " + b"9" * 5_000, "r.toml is not TOML: "),
        ("r.toml", b"\xff", "r.toml is not UTF-8 at line 1; save it as UTF-8"),
        ("r.toml", b" " * 10_000_001, "r.toml is larger than 10 MB; keep only the register in it"),
    ],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SecscanError) as raised:
        read_register(path)
    assert message in str(raised.value)
    assert not isinstance(raised.value, RegisterError)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SecscanError, match=r"r\.toml cannot be read: No such file"):
        read_register(tmp_path / "r.toml")
