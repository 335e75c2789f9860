"""What the sites of the demo city answer: a request in, a response out, and nothing else."""

import functools
import gzip
import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from secscan.demo.model import Answer, DemoSite, Headers, Port, SecurityTxt

Lines = list[tuple[str, str]]

BOMB_SIZE = 50_000_000
"""Bytes of the hostile page once it is inflated; on the wire it has a thousandth of that."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as far as the city cares: ``secure`` says on which port it came in."""

    method: str
    path: str
    secure: bool
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """A status, header lines in order, and a body."""

    status: int
    headers: Lines
    body: bytes = b""

    def encode(self, now: datetime, head_only: bool) -> bytes:
        """Return the bytes of the response; hostile values go out as they are, in UTF-8."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines += [f"Date: {format_datetime(now, usegmt=True)}", f"Content-Length: {len(self.body)}"]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head if head_only else head + self.body


def respond(site: DemoSite, request: Request, now: datetime) -> Response:
    """Return what the site answers."""
    response = _respond(site, request, now)
    return Response(
        response.status, [*_site_headers(site.headers, request), *response.headers], response.body
    )


def _respond(site: DemoSite, request: Request, now: datetime) -> Response:
    if site.answer is Answer.FORBIDDEN:
        return Response(403, _typed("text/html"), _document(site, "<h1>Request rejected</h1>"))
    if not request.secure and site.port_80 is Port.REDIRECT:
        target = f"https://{site.host}{request.path}"
        return Response(site.redirect_status, [("Location", target)])
    if request.method not in ("GET", "HEAD"):
        status = 204 if request.method == "OPTIONS" else 405
        return Response(status, [("Allow", "GET, HEAD, OPTIONS")])
    if site.answer is Answer.LOGIN:
        return Response(401, [("WWW-Authenticate", 'Basic realm="Noi bo"'), *_typed("text/html")])
    return _file(site, request.path, now)


def _file(site: DemoSite, path: str, now: datetime) -> Response:
    path = path.partition("?")[0]
    files = _files(site, now)
    if path in files:
        return files[path]
    if path == "/" and site.home != "/":
        return Response(302, [("Location", site.home)])
    if path == site.home or site.answer is Answer.PAGE_ALWAYS:
        return _ANSWERS[site.answer](site)
    body = f"<h1>Không tìm thấy trang</h1>{site.error_markup}"
    return Response(404, _typed("text/html"), _document(site, body))


def _files(site: DemoSite, now: datetime) -> Mapping[str, Response]:
    files = {
        script.path: Response(200, _typed("text/javascript"), script.text.encode())
        for script in site.scripts
    }
    for file in site.files:
        files[file.path] = Response(200, _typed(file.media), file.text.encode())
    if site.security_txt is not SecurityTxt.ABSENT:
        text = _security_txt(site, now).encode()
        files["/.well-known/security.txt"] = Response(200, _typed("text/plain"), text)
    return files


def _security_txt(site: DemoSite, now: datetime) -> str:
    contact = f"Contact: mailto:antoanthongtin@{site.host}\nPreferred-Languages: vi, en\n"
    days = {SecurityTxt.VALID: 180, SecurityTxt.EXPIRED: -30}.get(site.security_txt)
    if days is None:
        return contact
    return f"{contact}Expires: {now + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}\n"


def _page(site: DemoSite) -> Response:
    body = f"<h1>{html.escape(site.host)}</h1><p>Trang mẫu, không có thật.</p>"
    return Response(200, [*_typed("text/html"), *_cookies(site)], _document(site, body))


def _json(site: DemoSite) -> Response:
    body = json.dumps({"ten": site.host, "bo_du_lieu": []}).encode()
    return Response(200, [("Content-Type", "application/json")], body)


def _hostile(site: DemoSite) -> Response:
    headers = [*_typed("text/html"), ("Content-Encoding", "gzip"), *_cookies(site)]
    return Response(200, headers, _bomb(site))


@functools.cache
def _bomb(site: DemoSite) -> bytes:
    page = _document(
        site,
        "<title>\x1b]0;hacked\x07\u202e</title><script>alert(document.domain)</script>"
        '<script src="//[::1"></script><script src="data:,alert(4)"></script>'
        "{{7*7}} </textarea>&#0;\x9b31m",
    )
    return gzip.compress(page + b" " * (BOMB_SIZE - len(page)), compresslevel=6, mtime=0)


_ANSWERS: Mapping[Answer, Callable[[DemoSite], Response]] = {
    Answer.PAGE: _page,
    Answer.PAGE_ALWAYS: _page,
    Answer.JSON: _json,
    Answer.HOSTILE: _hostile,
}


def _document(site: DemoSite, body: str) -> bytes:
    generator = f'<meta name="generator" content="{site.generator}">' if site.generator else ""
    scripts = "".join(f'<script src="{script.path}"></script>' for script in site.scripts)
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">{generator}'
        f"<title>{site.host}</title>{scripts}</head><body>{body}{site.markup}</body></html>\n"
    ).encode()


def _typed(media: str) -> Lines:
    return [("Content-Type", f"{media}; charset=utf-8")]


def _cookies(site: DemoSite) -> Lines:
    return [("Set-Cookie", cookie) for cookie in site.cookies]


def _site_headers(headers: Headers, request: Request) -> Iterator[tuple[str, str]]:
    reflected = request.origin if headers.reflects_origin else ""
    named = (
        ("Strict-Transport-Security", headers.hsts if request.secure else ""),
        ("Content-Security-Policy", headers.csp),
        ("Content-Security-Policy-Report-Only", headers.report_only),
        ("X-Frame-Options", headers.frame),
        ("X-Content-Type-Options", "nosniff" if headers.nosniff else ""),
        ("Referrer-Policy", headers.referrer),
        ("Permissions-Policy", headers.permissions),
        ("Cross-Origin-Opener-Policy", headers.opener),
        ("Cross-Origin-Resource-Policy", headers.resource),
        ("Cache-Control", headers.caching),
        ("Access-Control-Allow-Origin", reflected or headers.allow_origin),
        ("Access-Control-Allow-Credentials", "true" if reflected else ""),
        ("Server", headers.server),
        ("X-Powered-By", headers.powered_by),
        *headers.others,
    )
    return ((name, value) for name, value in named if value)
