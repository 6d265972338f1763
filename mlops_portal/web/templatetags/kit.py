"""The components that templates call: icons, times, figures, outcomes, charts, navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mlops_portal.kernel import clock
from mlops_portal.web import demo_people, icons, navigation, words
from mlops_portal.web import project_tabs as tabs_of_project
from mlops_portal.web import prose as prose_of
from mlops_portal.web.charts import bar_symbol, bar_use, level_bar

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(demo_people.demo_people, name="demo_people")


NOT_SCORED = SafeString('<span class="figure"><span class="hint">not scored</span></span>')


class Interval(Protocol):
    """What the figures need of a level: its two ends."""

    confirmed: int
    possible: int


@register.simple_tag
def when(moment: datetime | None, otherwise: str = "never") -> SafeString | str:
    """A moment, said relative to now; the exact time in UTC is in the element and its tooltip."""
    if moment is None:
        return otherwise
    exact = f"{moment:%-d %B %Y, %H:%M} UTC"
    iso, text = moment.isoformat(timespec="seconds"), words.relative(moment, clock.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', iso, exact, text)


@register.simple_tag
def exactly(moment: datetime | None, otherwise: str = "–") -> SafeString | str:
    """A moment to the second, in UTC: for trails, where order matters."""
    if moment is None:
        return otherwise
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S}")


@register.simple_tag
def freshness(moment: datetime | None, old: bool = False, verb: str = "checked") -> SafeString:
    """The stamp beside a figure: when it was last checked, and whether that is too long ago to rely on."""
    if moment is None:
        return format_html('<span class="fresh">{} never {}</span>', icons.icon("clock"), verb)
    if old:
        return format_html('<span class="fresh is-old">{} old: {} {}</span>', icons.icon("alarm"), verb, when(moment))
    return format_html('<span class="fresh">{} {} {}</span>', icons.icon("clock"), verb, when(moment))


@register.simple_tag
def fresh(moment: datetime | None, old: bool = False) -> SafeString:
    """The stamp for a narrow column: "7 h ago", "old: 4 d ago"."""
    if moment is None:
        return format_html('<span class="fresh">{} never</span>', icons.icon("clock"))
    tone, drawn = (" is-old", icons.icon("alarm")) if old else ("", icons.icon("clock"))
    iso, text = moment.isoformat(timespec="seconds"), words.brief(moment, clock.now())
    age = format_html('<time datetime="{}">{}{}</time>', iso, "old: " if old else "", text)
    return format_html('<span class="fresh{}">{} {}</span>', tone, drawn, age)


@register.simple_tag
def level(interval: Interval | None, target: int | None = None, top: int = 4) -> SafeString:
    """A level as bar and numbers: "2 ≤3". None is a project that nobody scored yet."""
    if interval is None:
        return NOT_SCORED
    return _figure(interval, level_bar(interval.confirmed, interval.possible, target, top=top))


@register.simple_tag(takes_context=True)
def listed_level(
    context: template.Context, interval: Interval | None, target: int | None = None, top: int = 4
) -> SafeString:
    """The same for long lists: each bar is drawn once on the page, by ``level_bars`` at the end of the list."""
    if interval is None:
        return NOT_SCORED
    drawn = (interval.confirmed, interval.possible, target, top)
    key = "bar-" + "-".join("x" if part is None else str(part) for part in drawn)
    _bars(context)[key] = drawn
    return _figure(interval, bar_use(key, top))


@register.simple_tag(takes_context=True)
def level_bars(context: template.Context) -> SafeString:
    """The bars that the list above it draws again and again."""
    symbols = [bar_symbol(key, *drawn) for key, drawn in _bars(context).items()]
    return format_html('<svg class="visually-hidden" aria-hidden="true">{}</svg>', SafeString("".join(symbols)))


def _bars(context: template.Context) -> dict[str, tuple[int, int, int | None, int]]:
    page: dict[str, Any] = context.render_context.dicts[0]  # type: ignore[assignment]  # one for the whole page
    bars: dict[str, tuple[int, int, int | None, int]] = page.setdefault("level bars", {})
    return bars


def _figure(interval: Interval, bar: SafeString) -> SafeString:
    more = SafeString("")
    if interval.possible > interval.confirmed:
        hidden = '<span class="visually-hidden">, up to {0}</span><span class="up-to" aria-hidden="true">≤{0}</span>'
        more = format_html(hidden, interval.possible)
    return format_html('<span class="figure">{}<b>{}</b>{}</span>', bar, interval.confirmed, more)


def _tag(said: words.Said) -> SafeString:
    return format_html('<span class="tag is-{}">{} {}</span>', said.tone, icons.icon(said.icon), said.word)


@register.simple_tag
def outcome(value: object) -> SafeString:
    """A verdict as icon and word."""
    return _tag(words.said(words.OUTCOMES, value))


@register.simple_tag
def sight(value: object) -> SafeString:
    """How looking at a source went, as icon and word."""
    return _tag(words.said(words.SIGHTS, value))


@register.simple_tag
def job_state(value: object) -> SafeString:
    """A job's state as icon and word."""
    return _tag(words.said(words.JOB_STATES, value))


@register.simple_tag
def review_state(value: object) -> SafeString:
    """A review's state as icon and word."""
    return _tag(words.said(words.REVIEW_STATES, value))


@register.filter
def duration(seconds: float) -> str:
    """How long something took."""
    return words.duration(seconds)


@register.filter
def prose(text: str) -> SafeString:
    """What people wrote in Markdown, as safe HTML."""
    return prose_of.markdown(text)


@register.filter
def initials(name: str) -> str:
    """The first letters of a name, two at most."""
    return "".join(part[0] for part in name.split()[:2])


@register.simple_tag(takes_context=True)
def navigation_links(context: dict[str, Any]) -> list[navigation.NavLink]:
    """The navigation of this page's visitor."""
    request = context.get("request")
    return navigation.links(request) if isinstance(request, HttpRequest) else []


@register.simple_tag(takes_context=True)
def project_tabs(context: dict[str, Any], project: Any) -> tuple[tabs_of_project.TabLink, ...]:
    """The sub-navigation of a project, for this page's visitor."""
    return tabs_of_project.tabs(getattr(context.get("request"), "user", None), project)


@register.simple_tag
def is_demo() -> bool:
    """Whether this installation shows the demo."""
    return bool(getattr(settings, "DEMO", False))


@register.simple_tag
def mail_goes_out() -> bool:
    """Whether a mail server is connected."""
    return bool(getattr(settings, "EMAIL_HOST", ""))


@register.simple_tag
def single_sign_on() -> str:
    """What the sign-in of the organisation is called; "" where none is connected."""
    return str(settings.OIDC_NAME) if getattr(settings, "SOCIALACCOUNT_PROVIDERS", {}) else ""


@register.simple_tag
def sign_up_open() -> bool:
    """Whether strangers may register themselves."""
    return bool(getattr(settings, "SIGN_UP_OPEN", False))


@register.simple_tag
def level_steps(interval: Interval, target: int | None = None, top: int = 4) -> SafeString:
    """The bar of a level alone, where its numbers stand beside it already."""
    return level_bar(interval.confirmed, interval.possible, target, top=top)


@register.filter
def web_link(address: str) -> str:
    """The address when it is one of the web, else nothing: links come from evidence, and evidence may be hostile."""
    return address if address.lower().startswith(("https://", "http://")) else ""
