"""Every web server of the tests, sending these header lines with its page."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from web_servers import Host, Pins, apache, nginx
from web_servers_code import HTML, Answer, node, python

Line = tuple[str, str]
Sender = Callable[..., AbstractContextManager[Pins]]


def nginx_lines(*lines: Line, always: bool = True) -> str:
    """Return nginx's configuration for header lines."""
    end = " always;\n" if always else ";\n"
    return "".join(f"add_header {name} {_quoted(value)}{end}" for name, value in lines)


def apache_lines(*lines: Line, table: str = "always") -> str:
    """Return Apache's configuration for header lines, in one of its two tables."""
    return "".join(f"Header {table} add {name} {_quoted(value)}\n" for name, value in lines)


def lighttpd_lines(*lines: Line) -> str:
    """Return lighttpd's configuration for header lines of different names."""
    pairs = ", ".join(f"{_quoted(name)} => {_quoted(value)}" for name, value in lines)
    return f"setenv.add-response-header = ( {pairs} )\n"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def from_nginx(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from nginx."""
    return nginx(Host(nginx_lines(*lines)))


def from_nginx_h2(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from nginx over HTTP/2."""
    return nginx(Host(nginx_lines(*lines)), http2=True)


def from_apache(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from Apache."""
    return apache(Host(apache_lines(*lines)))


def from_apache_h2(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from Apache over HTTP/2."""
    return apache(Host("Protocols h2 http/1.1\n" + apache_lines(*lines)))


def from_python(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from Python's http.server."""
    return python({"/": Answer((HTML, *lines))})


def from_node(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from node."""
    return node({"/": Answer((HTML, *lines))})


def from_node_h2(*lines: Line) -> AbstractContextManager[Pins]:
    """Send them from node over HTTP/2."""
    return node({"/": Answer((HTML, *lines))}, http2=True)


SENDERS: dict[str, Sender] = {
    "nginx": from_nginx,
    "nginx-h2": from_nginx_h2,
    "apache": from_apache,
    "apache-h2": from_apache_h2,
    "python": from_python,
    "node": from_node,
    "node-h2": from_node_h2,
}
"""By name; each sends the same line as often as it is given."""
