"""Templates to pages: the words, the links, and the one gate through which all text passes."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from secscan.check import Reason
from secscan.index import band, published
from secscan.locale import Words
from secscan.policy import Policy
from secscan.register import Agency, Group
from secscan.report.folder import file_name
from secscan.terminal import safe


class Renderer:
    """Renders templates in one language."""

    def __init__(self, words: Words, policy: Policy, **shared: Any) -> None:
        """Prepare the templates; ``shared`` is what every page shows."""
        self._environment = Environment(
            loader=PackageLoader("secscan.templates", "."),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_visible,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "named": words.name,
            "reason": words.reason,
            "date": words.date,
            "day": lambda value: day(value, words),
            "index": lambda value: words.number(published(value)),
            "tenth": words.number,
            "plain": lambda value: plain(value, words),
            "percent": lambda value: plain(100 * value, words),
            "width": lambda value: str(published(value)),
            "signed": lambda value: signed(value, words),
            "band": lambda value: band(value, policy),
            "called": lambda named: called(named, words),
        }
        self._environment.globals |= {
            "_": words.text,
            "language": words.language,
            "policy": policy,
            "href": href,
            **shared,
        }

    def page(self, template: str, root: str, **data: Any) -> str:
        """Return a page; ``root`` is the way from it to the report's folder."""
        return self._environment.get_template(template).render(root=root, **data)


def href(kind: str, id: str) -> str:
    """Return the path of a page within the report."""
    return f"{kind}/{file_name(id)}"


def called(named: Agency | Group, words: Words) -> str:
    """Return the name of an agency or group in the language of the page."""
    return (words.language == "en" and named.english_name) or named.name


def plain(value: Fraction, words: Words) -> str:
    """Return a number of the policy as it was written there: 10, 7.5, 0.69."""
    if value.denominator == 1:
        return words.number(value.numerator)
    return words.number(Decimal(value.numerator) / Decimal(value.denominator))


def day(value: date, words: Words) -> str:
    """Return a day as a reason would have it."""
    return words.reason(Reason("{day}", (("day", value.isoformat()),)))


def signed(value: Decimal, words: Words) -> str:
    """Return a change with its sign; a minus is the character that is as wide as a plus."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "±"
    return f"{sign}{words.number(abs(value))}"


def _visible(value: object) -> object:
    """Show what would act: controls, and bidi characters, which reorder text in HTML too."""
    return value if isinstance(value, Markup) else safe(str(value))
