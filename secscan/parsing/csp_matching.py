"""What a Content-Security-Policy lets run (CSP level 3, sections 6.1 to 6.7).

Each question is about one thing, so that several policies are asked one after the other: a browser
does what all of them allow.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from secscan.parsing.csp import ContentPolicy, Directive
from secscan.parsing.csp_sources import Hash, Host, Keyword, Nonce, Scheme, Source

_FALLBACKS = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "script-src-attr": ("script-src-attr", "script-src", "default-src"),
    "script-src": ("script-src", "default-src"),
    "object-src": ("object-src", "default-src"),
}
_UPGRADES = {"http": ("https",), "ws": ("wss", "http", "https"), "wss": ("https",)}
_PORTS = {"http": "80", "https": "443"}


@dataclass(frozen=True, slots=True)
class Address:
    """A URL in the parts that sources are compared with."""

    scheme: str
    host: str = ""
    port: str = ""
    path: str = ""


def address(url: str) -> Address:
    """Return the parts of a URL of ours."""
    parts = urlsplit(url)
    return Address(
        parts.scheme, parts.hostname or "", str(parts.port or _PORTS[parts.scheme]), parts.path
    )


def ruling(policy: ContentPolicy, name: str) -> Directive | None:
    """Return the directive that decides in place of a name: itself, or what it falls back to."""
    names = _FALLBACKS.get(name, (name,))
    return next((policy.directives[one] for one in names if one in policy.directives), None)


def runs_scripts(policy: ContentPolicy) -> bool:
    """Say whether a sandbox leaves the page its scripts."""
    sandbox = policy.directives.get("sandbox")
    return sandbox is None or any(word.lower() == "allow-scripts" for word in sandbox.words)


def limits_scripts(policy: ContentPolicy) -> bool:
    """Say whether a policy says anything about script elements."""
    return ruling(policy, "script-src-elem") is not None or not runs_scripts(policy)


def allows_inline(policy: ContentPolicy, nonce: str = "") -> bool:
    """Say whether a script element's own text runs, with that nonce or with none."""
    rule = ruling(policy, "script-src-elem")
    if not runs_scripts(policy) or rule is None:
        return runs_scripts(policy)
    if nonce and nonce in nonces(rule):
        return True
    return _allows_all_inline(rule)


def allows_handlers(policy: ContentPolicy) -> bool:
    """Say whether handlers in attributes run."""
    rule = ruling(policy, "script-src-attr")
    return runs_scripts(policy) and (rule is None or _allows_all_inline(rule))


def allows_eval(policy: ContentPolicy) -> bool:
    """Say whether text is run as script."""
    rule = ruling(policy, "script-src")
    return runs_scripts(policy) and (rule is None or has(rule, "'unsafe-eval'"))


def allows_script(policy: ContentPolicy, url: Address) -> bool:
    """Say whether a script element that the parser meets loads from there, without a nonce."""
    rule = ruling(policy, "script-src-elem")
    if not runs_scripts(policy) or rule is None:
        return runs_scripts(policy)
    # 8.2: it ignores hosts and schemes, and trusts what trusted scripts add.
    return not has(rule, "'strict-dynamic'") and match(rule, url) is not None


def allows_moved_script(policy: ContentPolicy, url: Address) -> bool:
    """Say whether one of the page's own scripts loads from there once its base address is moved.

    A nonce is good for whatever the address has become; with 'strict-dynamic', so is what a script
    adds that a hash trusts.
    """
    rule = ruling(policy, "script-src-elem")
    if rule is not None and runs_scripts(policy) and _trusts_beyond_addresses(rule):
        return True
    return allows_script(policy, url)


def allows_object(policy: ContentPolicy, url: Address) -> bool:
    """Say whether plug-in content loads from there; no sandbox has any."""
    rule = ruling(policy, "object-src")
    return "sandbox" not in policy.directives and (rule is None or match(rule, url) is not None)


def allows_base(policy: ContentPolicy, url: Address) -> bool:
    """Say whether a base element may move the page's relative addresses there."""
    rule = ruling(policy, "base-uri")
    return rule is None or match(rule, url) is not None


def allows_framing(policy: ContentPolicy, url: Address) -> bool:
    """Say whether a page of that origin may frame this one."""
    rule = ruling(policy, "frame-ancestors")
    return rule is None or match(rule, url) is not None


def has(rule: Directive, keyword: str) -> bool:
    """Say whether a directive holds a keyword."""
    return any(isinstance(source, Keyword) and source.text == keyword for source in rule.sources)


def nonces(rule: Directive) -> tuple[str, ...]:
    """Return a directive's nonces."""
    return tuple(source.value for source in rule.sources if isinstance(source, Nonce))


def match(rule: Directive, url: Address) -> Source | None:
    """Return the first source that an address fits, by schemes and hosts alone (6.7.2)."""
    return next((source for source in rule.sources if _fits(source, url)), None)


def _allows_all_inline(rule: Directive) -> bool:
    """Say whether any text runs (6.7.3): nonces, hashes and 'strict-dynamic' switch that off."""
    proven = any(isinstance(source, Nonce | Hash) for source in rule.sources)
    return has(rule, "'unsafe-inline'") and not proven and not has(rule, "'strict-dynamic'")


def _trusts_beyond_addresses(rule: Directive) -> bool:
    hashed = any(isinstance(source, Hash) for source in rule.sources)
    return bool(nonces(rule)) or (hashed and has(rule, "'strict-dynamic'"))


def _fits(source: Source, url: Address) -> bool:
    if isinstance(source, Scheme):
        return _is_scheme(source.name, url.scheme)
    if source.text == "*":
        return url.scheme in _PORTS
    return (
        isinstance(source, Host)
        and bool(url.host)
        and (not source.scheme or _is_scheme(source.scheme, url.scheme))
        and _is_host(source.host, url.host)
        and _is_port(source.port, url)
        and _is_path(source.path, url.path)
    )


def _is_scheme(pattern: str, scheme: str) -> bool:
    return pattern == scheme or scheme in _UPGRADES.get(pattern, ())


def _is_host(pattern: str, host: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    return pattern in ("*", host)


def _is_port(pattern: str, url: Address) -> bool:
    default = url.port == _PORTS.get(url.scheme)
    # 6.7.2: 80 stands for 443 too where the scheme is upgraded.
    return pattern in ("*", url.port) or (default and pattern in ("", "80"))


def _is_path(pattern: str, path: str) -> bool:
    exact, prefix = unquote(pattern), pattern.endswith("/")
    if pattern in ("", "/"):
        return True
    return path.startswith(exact) if prefix else path == exact
