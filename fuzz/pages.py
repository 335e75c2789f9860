"""Fuzz the reader of HTML pages: any text has elements, bounded, whatever stands in comments."""

import harness

with harness.instrumented():
    from secscan.parsing import html
    from secscan.parsing.traces import traces

SEEDS = (
    b"<!doctype html><html><head><base href=/b/><title>a &amp; b</title></head>",
    b"<script src='//a.example/x.js' integrity=sha384-x></script><script><!--<script></script>-->",
    b"<svg><title/><![CDATA[<a>]]><desc><title></title></desc></svg><math><mi><p></math>",
    b"<template><a></template><noscript><img></noscript><textarea><b></textarea><plaintext>",
    b"<!--><!---><!-- --!><?x><!x></><a b=c/ d='&#65;&notit;' e>",
)


def once(data: bytes) -> None:
    """Read a page, and again behind a comment and after a tag that never ends."""
    text = data.decode("utf-8", errors="replace")
    found = html.elements(text)
    if len(found) > 1 + len(text) // 3 or len(found) > 20_000:
        raise AssertionError("more elements than the page has room for")
    base = html.base_url("https://a.example/b/c", found)
    for element in found:
        if element.name != element.name.strip(" \t\n\f/>") or not element.name:
            raise AssertionError("a name that no tag has")
        html.resolve(base, element.get("src"))
    if len(html.title(text).splitlines()) > 1:
        raise AssertionError("a title of several lines")
    hidden = text.replace("-", "").replace(">", "")
    if html.elements(f"<!--{hidden}-->") or html.elements(
        f"{hidden.replace('<', '')}<a b='{hidden}"
    ):
        raise AssertionError("elements of a comment")
    traces(text, quotes=True)


if __name__ == "__main__":
    harness.fuzz(once, SEEDS)
