"""Our elements of a page beside those of a parser that builds the whole tree.

What differs on purpose, and is left out here: elements that are in no tag of the page (html, head,
body, and the p and br that end tags make), and what formatting elements are copied to. A </br>
after the head begins the body (HTML 13.2.6.4.6), which this oracle does not do.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML

from secscan.parsing.html import elements

IMPLIED = frozenset({"html", "head", "body", "p", "br"})

TAGS = """
<a b=c/>|<a b|<img src='x' |b=1|<script>|<script|</script>|<svg>|<svg/>|</svg>|<title>|</title>|
<math>|<mi>|</math>|<p>|</p>|<br>|<foreignObject>|</foreignobject>|<desc>|<font color=a>|
<annotation-xml encoding=text/html>|<template>|</template>|<noscript>|</noscript>|<style>|</style>|
<textarea>|</textarea>|<plaintext>|<B C|<meta a>|<base href=x>|</head>|<body>|</html>
"""
SIGNS = """
<|<!--|-->|--!|>|</|/|=|"|'|a|!|-|<![CDATA[|]]>|<!x|<?|&amp;|&copy=|&#65;|&notit;|&notin;|&#x|K
"""
BLANKS = st.sampled_from(" \n\f\t\x0b\0\u212a")
PIECES = st.sampled_from(TAGS.strip().split("|")) | st.sampled_from(SIGNS.strip().split("|"))
SOUP = st.lists(PIECES | BLANKS, max_size=12).map("".join)

Found = tuple[str, tuple[tuple[str, str], ...], bool]


def found(name: str, attributes: Mapping[str, str | None], in_head: bool) -> Found:
    read = {key.lower(): value or "" for key, value in attributes.items()}
    return name.lower(), tuple(sorted(read.items())), in_head


def below(node: Any, in_head: bool) -> Iterator[Found]:
    for child in node.children or ():
        if child.name.startswith(("#", "!")):
            continue
        inside = in_head or child.name == "head"
        yield found(child.name, child.attrs or {}, inside)
        if child.name != "template" or child.namespace not in (None, "html"):
            yield from below(child, inside)


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_the_elements_are_those_of_the_tree(html: str) -> None:
    ours = {found(one.name, one.attributes, one.in_head) for one in elements(html)}
    theirs = set(below(JustHTML(html, sanitize=False).root, in_head=False))
    assert {one for one in ours if one[0] not in IMPLIED} == {
        one for one in theirs if one[0] not in IMPLIED
    }
