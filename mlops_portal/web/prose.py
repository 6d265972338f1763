"""Text that people wrote in Markdown, as HTML that can do no harm: no markup of their own, no images, plain links.

Two nets: the reader knows no HTML (CommonMark with strikethrough, line breaks kept), and what it writes is cleaned.
Headings become bold lines, so that somebody's comment does not disturb the outline of the page it stands on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from mlops_portal.kernel.redaction import storable

#: Longer texts are shown as they were written: reading hostile Markdown takes time that grows faster than the text.
LONGEST = 10_000
#: Quotes and lists inside one another; what lies deeper is left out.
DEEPEST = 20

_TAGS = {"a", "p", "br", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr"}
_SCHEMES = {"http", "https", "mailto"}
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]*[^\s<>\"'`.,;:!?)\]}*_~]", re.IGNORECASE)


@lru_cache(maxsize=512)
def markdown(text: str) -> SafeString:
    """The text as safe HTML. Links leave no trace of where they were followed from, and tell search engines nothing."""
    if len(text) > LONGEST:
        return SafeString(f"<pre>{escape(text)}</pre>")
    clean = nh3.clean(
        _READER.render(storable(text)),
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        link_rel="noreferrer nofollow",
        strip_comments=True,
    )
    return SafeString(clean)


class _Reader(MarkdownIt):
    """Takes no link but to the web, to mail, and within the portal; what it does not take stays text."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 – the name that MarkdownIt calls
        """Whether a link may lead there."""
        scheme = _SCHEME.match(url)
        return scheme is None or scheme[1].lower() in _SCHEMES


def _link_addresses(state: StateCore) -> None:
    """Make links of bare addresses, outside of links and code."""
    for block in state.tokens:
        if block.type == "inline" and block.children and "://" in block.content:
            block.children = list(_linked(block.children))


def _linked(tokens: list[Token]) -> Iterator[Token]:
    within = 0
    for token in tokens:
        within += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not within:
            yield from _split(token.content)
        else:
            yield token


def _split(text: str) -> Iterator[Token]:
    end = 0
    for found in _ADDRESS.finditer(text):
        yield Token("text", "", 0, content=text[end : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": found[0]})
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1)
        end = found.end()
    yield Token("text", "", 0, content=text[end:])


def _reader() -> _Reader:
    reader = _Reader("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST})
    reader.enable("strikethrough").disable(["image", "html_block", "html_inline"])
    reader.core.ruler.push("link_addresses", _link_addresses)
    reader.add_render_rule("heading_open", lambda *_: "<p><strong>")
    reader.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return reader


_READER = _reader()
