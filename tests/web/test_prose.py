"""Text by people becomes HTML that can do no harm, in bounded time."""

from __future__ import annotations

import re
import time

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from mlops_portal.web.prose import LONGEST, markdown

#: What may come out, and nothing else: these tags, with an address of the web, of mail or of this portal at most.
HARMLESS = re.compile(
    r"</?(?:p|em|strong|s|code|pre|blockquote|ul|ol|li)>|<(?:br|hr)>|<ol start=\"\d+\">|</a>"
    r"|<a href=\"(?:https?://|mailto:|(?![a-z][a-z0-9+.-]*:))[^\"<>]*\" rel=\"noreferrer nofollow\">",
    re.IGNORECASE,
)


def harmful(html: str) -> str:
    """What is left of the HTML's markup when everything harmless is taken out of it."""
    return "".join(re.findall(r"<[^>]*>?|>", HARMLESS.sub("", html)))


def test_emphasis_lists_quotes_and_code_are_kept() -> None:
    html = markdown("**Why** *so*, ~~no~~ `x < 1`?\n\n- one\n- two\n\n3. three\n\n> said\n\n```python\nfit()\n```")
    for part in ("<strong>Why</strong>", "<em>so</em>", "<s>no</s>", "<code>x &lt; 1</code>", "<li>one</li>"):
        assert part in html
    assert '<ol start="3">' in html
    assert "<blockquote>" in html
    assert "<pre><code>fit()\n</code></pre>" in html
    assert harmful(html) == ""


def test_a_line_break_stays_a_line_break() -> None:
    assert markdown("one\ntwo") == "<p>one<br>\ntwo</p>\n"


def test_a_heading_does_not_disturb_the_outline_of_the_page() -> None:
    assert markdown("# Loud") == "<p><strong>Loud</strong></p>\n"
    assert markdown("Loud\n====") == "<p><strong>Loud</strong></p>\n"


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[CI](https://ci.example.org/1?a=1&b=2)", "https://ci.example.org/1?a=1&amp;b=2"),
        ("<https://ci.example.org>", "https://ci.example.org"),
        ("See https://ci.example.org/run_1.", "https://ci.example.org/run_1"),
        ("(https://ci.example.org/run)", "https://ci.example.org/run"),
        ("[mail](mailto:dana@example.org)", "mailto:dana@example.org"),
        ("[the trail](/audit/)", "/audit/"),
    ],
)
def test_links_lead_out_without_a_trace(text: str, href: str) -> None:
    html = markdown(text)
    assert html.count("<a ") == 1
    assert f'<a href="{href}" rel="noreferrer nofollow">' in html


def test_an_address_in_code_or_in_a_link_is_linked_no_second_time() -> None:
    assert "<a" not in markdown("`https://example.org`")
    assert "<a" not in markdown("```\nhttps://example.org\n```")
    assert markdown("[https://a.example.org](https://b.example.org)").count("<a ") == 1


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<style>*{display:none}</style>",
        "<iframe src='https://evil.example.org'></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "</main></body><form action='https://evil.example.org'><input name=password>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](vbscript:x)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "![x](https://evil.example.org/pixel.png)",
        "![x](data:image/png;base64,AAAA)",
        "![x][y]\n\n[y]: https://evil.example.org/pixel.png",
        '[x](https://a.example.org "\\" onmouseover=alert(1) x=\\"")',
        '[x](https://a.example.org"onmouseover="alert(1))',
        'https://a.example.org/"onmouseover="alert(1)',
        "https://a.example.org/<script>",
        "`<script>alert(1)</script>`",
        "```<script>\n</pre></code><script>alert(1)</script>\n```",
        "~~~html onclick=alert(1)\nx\n~~~",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<!-- --><!--><script>alert(1)</script>-->",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "\x00<scr\x00ipt>alert(1)</script>",
        "\ud800<b>",
    ],
)
def test_hostile_text_does_no_harm(text: str) -> None:
    html = markdown(text)
    assert harmful(html) == ""
    for address in re.findall(r'href="([^"]*)"', html):
        assert not re.match(r"\s*(javascript|vbscript|data|file):", address, re.IGNORECASE)


@given(st.text(alphabet=st.sampled_from("<>&\"'`*_[]()!#~-=:/\\ \n\tahjscriptonerror://.;1"), max_size=120))
def test_whatever_is_written_only_harmless_markup_comes_out(text: str) -> None:
    assert harmful(markdown(text)) == ""


@given(st.text(max_size=200))
def test_any_text_can_be_shown(text: str) -> None:
    assert harmful(markdown(text)) == ""


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "> ",
        "- ",
        "*a ",
        "**a ",
        "`",
        "<",
        "[a](",
        "[a]: x\n",
        "\\",
        "&",
        "_*",
        "~~a",
        "https://a",
        "1. ",
        "\t",
    ],
)
def test_nothing_takes_long_however_it_is_nested(unit: str) -> None:
    text = (unit * (10_000 // len(unit)))[:10_000]
    start = time.perf_counter()
    html = markdown(text)
    assert time.perf_counter() - start < 2.0
    assert harmful(html) == ""
    assert len(html) < 1_000_000


def test_a_text_beyond_all_measure_is_shown_as_it_was_written() -> None:
    html = markdown("*<b>" * LONGEST)
    assert html.startswith("<pre>*&lt;b&gt;")
    assert "<em>" not in html


def test_templates_have_it_as_a_filter() -> None:
    html = Template("{% load kit %}{{ text|prose }}").render(Context({"text": "**so** <b>"}))
    assert html == "<p><strong>so</strong> &lt;b&gt;</p>\n"
