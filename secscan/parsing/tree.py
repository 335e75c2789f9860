"""What is open in an HTML page: as much of its tree as changes what later tags mean (HTML 13.2.6).

Where the head ends, what lies in SVG and MathML, and what lies in templates and does nothing.
"""

from typing import NamedTuple

from secscan.parsing.tags import Tag

_DEEPEST = 32

_HEAD = frozenset(
    {"html", "head", "base", "basefont", "bgsound", "link", "meta", "noframes", "noscript"}
    | {"script", "style", "template", "title"}
)
"""Elements that can stand in the head; any other one begins the body (HTML 13.2.6.4.4)."""

_BEGIN_BODY = frozenset({"body", "html", "br"})
"""End tags that begin the body too; others are ignored before it."""

_INTEGRATION = frozenset(
    {("svg", "foreignobject"), ("svg", "desc"), ("svg", "title")}
    | {("math", name) for name in ("mi", "mo", "mn", "ms", "mtext")}
)
"""Foreign elements, with their namespace, that hold HTML again."""

_BREAKOUT = frozenset(
    {"b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em"}
    | {"embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing"}
    | {"menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike"}
    | {"sub", "sup", "table", "tt", "u", "ul", "var"}
)
"""Start tags that end foreign content (HTML 13.2.6.5)."""


class _Open(NamedTuple):
    name: str
    namespace: str  # of what it holds: "svg", "math", "" for HTML
    inert: bool = False  # it lies in a template, or is one


class Tree:
    """The elements that are open; only those are kept that say how to read what they hold."""

    def __init__(self) -> None:
        self.in_head = True
        self.cut = False
        self._after_head = False
        self._open: list[_Open] = []

    @property
    def namespace(self) -> str:
        """Return the namespace of what comes next: "svg", "math", or "" for HTML."""
        return self._open[-1].namespace if self._open else ""

    @property
    def is_inert(self) -> bool:
        """Say whether what comes next is in a template, and does nothing until script copies it."""
        return bool(self._open) and self._open[-1].inert

    def text(self) -> None:
        """Take text that is not blank: in the head there is none."""
        if not self._open:
            self.in_head = False

    def start(self, tag: Tag) -> bool:
        """Take a start tag; say whether it is an HTML element."""
        if self.namespace and _breaks_out(tag):
            self._leave_foreign()
        namespace = self.namespace
        late = tag.name == "noscript" and self._after_head  # HTML 13.2.6.4.6
        if not self._open and (tag.name not in _HEAD or late):
            self.in_head = False
        opened = _opened(tag, namespace)
        if opened is not None and len(self._open) < _DEEPEST:
            self._open.append(opened._replace(inert=opened.inert or self.is_inert))
        elif opened is not None:
            self.cut = True
        return not namespace

    def end(self, name: str) -> None:
        """Take an end tag."""
        if self.namespace and name in ("p", "br"):
            self._leave_foreign()
        if not self._open:
            self._after_head = self._after_head or name == "head"
            self.in_head = self.in_head and name not in _BEGIN_BODY
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].name == name:
                del self._open[at:]
            elif self._open[at].name != "template":  # only its own end tag closes it
                continue
            break

    def _leave_foreign(self) -> None:
        while self.namespace:
            self._open.pop()


def _breaks_out(tag: Tag) -> bool:
    if tag.name == "font":
        return not tag.attributes.keys().isdisjoint({"color", "face", "size"})
    return tag.name in _BREAKOUT


def _opened(tag: Tag, namespace: str) -> _Open | None:
    """Return what a start tag opens that says how to read what it holds."""
    if tag.name == "template" and not namespace:
        shadow = tag.attributes.get("shadowrootmode", "").lower() in ("open", "closed")
        return _Open("template", "", inert=not shadow)
    if tag.self_closing:
        return None
    if tag.name in ("svg", "math"):
        return _Open(tag.name, namespace or tag.name)
    if (namespace, tag.name) in _INTEGRATION or _is_html_annotation(tag, namespace):
        return _Open(tag.name, "")
    return None


def _is_html_annotation(tag: Tag, namespace: str) -> bool:
    encoding = tag.attributes.get("encoding", "").lower()
    types = ("text/html", "application/xhtml+xml")
    return (namespace, tag.name) == ("math", "annotation-xml") and encoding in types
