"""Stack traces and the error pages that programs make for their developers.

A trace is known by its structure (frames, a file of the server with its line), never by words
alone: a page that tells of an error, or a server's plain 404, is none.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

from secscan.parsing.references import unescaped

_QUOTING = re.compile(r"<(/?)(?:pre|code|samp|kbd|textarea|blockquote)\b", re.IGNORECASE)
"""Elements in which an article shows somebody else's error."""

_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|code|var|abbr)(?:\s[^<>]*)?>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[^\S\n]+")

_PATH = (
    r"""(?<![^\s"'(>=\[@])(?:file://)?(?:/|[A-Za-z]:[\\/])"""
    r"""(?:[^\s"'<>()\[\]:*=@]|[=@](?!/)){1,255}"""
)
"""A file of the server. It begins where a word does, and ends where another path begins.

So each is tried once.
"""

_LINE = r"[0-9]{1,6}"


class TraceKind(StrEnum):
    """What made an error page, by the name that its developers know."""

    PHP = "PHP"
    LARAVEL = "Laravel"
    SYMFONY = "Symfony"
    JAVA = "Java"
    NET = "ASP.NET"
    CLASSIC_ASP = "ASP"
    PYTHON = "Python"
    DJANGO = "Django"
    WERKZEUG = "Werkzeug"
    RUBY = "Ruby"
    NODE = "Node.js"
    GO = "Go"
    PERL = "Perl"
    COLDFUSION = "ColdFusion"
    MYSQL = "MySQL"
    ORACLE = "Oracle"
    SQL_SERVER = "SQL Server"
    POSTGRESQL = "PostgreSQL"
    DATABASE = "SQL"


_Sign = tuple[TraceKind, re.Pattern[str], int, bool]
"""A pattern of a page's text, how often it must be there, and whether it is of the HTML instead.

One frame can be an example, several are not.
"""


def _sign(kind: TraceKind, pattern: str, times: int = 1, in_markup: bool = False) -> _Sign:
    return kind, re.compile(pattern), times, in_markup


_SIGNS = (
    _sign(TraceKind.PHP, rf" in {_PATH} on line {_LINE}"),
    _sign(TraceKind.PHP, rf"#[0-9]{{1,3}} {_PATH}\({_LINE}\): \S", 2),
    _sign(TraceKind.PHP, rf"{_PATH}\.(?:php|phtml|inc)(?:\(| line |:){_LINE}", 3),
    _sign(TraceKind.PHP, rf'"file": ?"[^"\n]{{1,300}}\.php", ?"line": ?{_LINE}'),
    _sign(
        TraceKind.LARAVEL,
        r"vendor[\\/]laravel[\\/]framework[\\/][\w./\\-]{1,200}\.php"
        rf"\s{{0,9}}[:(]?\s{{0,9}}(?:line )?{_LINE}",
    ),
    _sign(TraceKind.LARAVEL, r"window\.ignite ?\(|\bclass=\"Whoops container\"", in_markup=True),
    _sign(
        TraceKind.SYMFONY,
        rf"vendor[\\/]symfony[\\/][\w./\\-]{{1,200}}\.php(?::|\s{{0,40}}\(line ){_LINE}",
    ),
    _sign(
        TraceKind.JAVA,
        r"(?:\\t|(?<!\w))at [\w$.<>/@-]{3,300}"
        rf"\((?:[\w$-]{{1,100}}\.(?:java|kt|scala|groovy):{_LINE}|Native Method|Unknown Source)\)",
        2,
    ),
    _sign(
        TraceKind.NET,
        r"(?<![\w.])at (?:System|Microsoft)\.[\w.`<>+\[\],]{2,300}\([^()\n]{0,300}\)",
        2,
    ),
    _sign(
        TraceKind.NET,
        r"(?<![\w.])(?:System|Microsoft)\.[\w.`<>+\[\],]{2,300}\([^()\n]{0,300}\) \+[0-9]{1,6}",
        2,
    ),
    _sign(
        TraceKind.NET,
        r" in [A-Za-z]:\\[^\n:*?\"<>|]{1,255}\.(?:cs|vb|as[cphm]x|master|cshtml|svc):"
        rf"(?:line )?{_LINE}",
    ),
    _sign(
        TraceKind.CLASSIC_ASP,
        rf"error '8[0-9a-fA-F]{{7}}'[^\0]{{1,200}}?\.(?:asp|inc), line {_LINE}",
    ),
    _sign(TraceKind.PYTHON, rf'File "[^"\n]{{1,300}}\.py", line {_LINE}, in ', 2),
    _sign(
        TraceKind.PYTHON,
        rf'Traceback \(most recent call last\):\s{{1,40}}File "[^"\n]{{1,300}}", line {_LINE}',
    ),
    _sign(TraceKind.DJANGO, r"DEBUG = True\s{1,20}in\s{1,20}your Django settings file\."),
    _sign(
        TraceKind.WERKZEUG,
        r"<title>[^<\n]{0,300}// Werkzeug Debugger</title>|\bEVALEX = (?:true|false)",
        in_markup=True,
    ),
    _sign(TraceKind.RUBY, rf"{_PATH}\.(?:rb|erb|haml|ru):{_LINE}:in [`'][^\n']{{1,200}}'", 2),
    _sign(TraceKind.RUBY, r"Rails\.root: (?:/|[A-Za-z]:\\)\w"),
    _sign(TraceKind.NODE, rf"{_PATH}\.(?:js|mjs|cjs|ts|jsx|tsx):{_LINE}:{_LINE}", 2),
    _sign(TraceKind.GO, rf"{_PATH}\.go:{_LINE} \+0x[0-9a-f]", 2),
    _sign(TraceKind.PERL, rf" at {_PATH}\.(?:pl|pm|cgi) line {_LINE}\."),
    _sign(TraceKind.COLDFUSION, rf"The error occurred in {_PATH}\.cf[cm]: line {_LINE}"),
    _sign(TraceKind.MYSQL, rf"the right syntax to use near '[^\n]{{0,200}}' at line {_LINE}"),
    _sign(TraceKind.ORACLE, r"(?:Exception(?: \(0x[0-9a-fA-F]{8}\))?|\w\(\)): ORA-[0-9]{5}: \w"),
    _sign(TraceKind.ORACLE, rf"ORA-06512: at (?:\"[^\"\n]{{1,128}}\", )?line {_LINE}"),
    _sign(TraceKind.SQL_SERVER, r"\[Microsoft\]\[[\w .-]{1,80}\]\[SQL Server\]\w"),
    _sign(TraceKind.SQL_SERVER, r"SqlException \(0x[0-9a-fA-F]{8}\): \w"),
    _sign(TraceKind.POSTGRESQL, r"(?:PSQLException|PG::\w{1,60}|Query failed): ERROR: {1,4}\w"),
    _sign(
        TraceKind.POSTGRESQL, rf"ERROR: {{1,4}}(?:[^\nE]|E(?!RROR:)){{1,300}}+\n ?LINE {_LINE}: "
    ),
    _sign(TraceKind.DATABASE, r"SQLSTATE\[[0-9A-Z]{5}\](?:: | \[[0-9]{1,6}\] )\S"),
)


def traces(html: str, quotes: bool) -> tuple[TraceKind, ...]:
    """Return the kinds of traces that a page shows, each once.

    ``quotes`` says that it may quote one, as a page that is no error may: what it sets off as code
    or as a quotation is then left out.
    """
    own = "".join(_own(html)) if quotes else html
    text = _text(own)
    shown = (
        kind
        for kind, pattern, times, in_markup in _SIGNS
        if _has(pattern, times, own if in_markup else text)
    )
    return tuple(dict.fromkeys(shown))


def _own(html: str) -> Iterator[str]:
    """Yield what stands outside of quoting elements; one that is not closed quotes to the end."""
    start, depth = 0, 0
    for tag in _QUOTING.finditer(html):
        if depth == 0:
            yield html[start : tag.start()]
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        start = tag.start()
    if depth == 0:
        yield html[start:]


def _text(html: str) -> str:
    """Return the text of a page, comments too; tags within a line leave no gap in it."""
    lines = _TAG.sub("\n", _INLINE.sub("", html.replace("<!--", "\n").replace("-->", "\n")))
    return _BLANKS.sub(" ", unescaped(lines))


def _has(pattern: re.Pattern[str], times: int, text: str) -> bool:
    return sum(1 for _ in islice(pattern.finditer(text), times)) == times
