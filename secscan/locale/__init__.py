"""The words people read, in Vietnamese or English: messages, reasons, names, dates, numbers.

English is the source language: it is in the code, and the catalogue ``vi/secscan.po`` answers it.
The catalogue is read as it stands, so that there is no compiled file to go stale.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib.resources import files

from babel.dates import format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from secscan.check import Reason
from secscan.errors import SecscanError
from secscan.locale.names import N_, NAMES

__all__ = ["DEFAULT", "LANGUAGES", "NAMES", "N_", "Words", "unwrapped", "words"]

DEFAULT = "vi"
"""The language of the product; the source language is ``en``."""

LANGUAGES = ("vi", "en")
"""The languages there are."""

HO_CHI_MINH = timezone(timedelta(hours=7))
"""Asia/Ho_Chi_Minh: UTC+7 all year, so that no time zone database decides what is printed."""

_DAY = re.compile(r"(?<![\w-])([0-9]{4})-([0-9]{2})-([0-9]{2})(?![\w-])")
_DATES = {"vi": "dd/MM/yyyy HH:mm", "en": "d MMM yyyy, HH:mm"}


@dataclass(frozen=True, slots=True)
class Words:
    """One language: everything that is shown passes through here, and only when it is shown."""

    language: str
    translations: Mapping[str, str]

    def text(self, message: str, /, **data: object) -> str:
        """Return a message in this language, in English where it has none, with its data.

        Only a plain ``{name}`` is replaced, once: braces in data or in server configuration
        stay as they are, and no message can reach into an object.
        """
        template = self.translations.get(unwrapped(message), message)
        return re.sub(r"\{(\w+)\}", lambda name: str(data.get(name[1], name[0])), template)

    def reason(self, reason: Reason) -> str:
        """Return why a finding is as it is, its days written as readers write them."""
        data = {name: self._with_days(value) for name, value in reason.data}
        return self.text(reason.template, **data)

    def _with_days(self, value: str | int) -> str | int:
        if self.language != "vi" or isinstance(value, int):
            return value
        return _DAY.sub(r"\3/\2/\1", value)

    def name(self, key: str, **data: object) -> str:
        """Return the name of an outcome, severity, family, state or kind; a strange key itself."""
        return self.text(NAMES.get(key, key), **data)

    def date(self, moment: datetime) -> str:
        """Return a moment as people in Ho Chi Minh City write it."""
        return format_datetime(moment, _DATES[self.language], HO_CHI_MINH, locale=self.language)

    def number(self, value: Decimal | int) -> str:
        """Return a number as it is written: an index always with its tenth, a count without."""
        pattern = "#,##0" if isinstance(value, int) else "#,##0.0##"
        return format_decimal(value, pattern, locale=self.language)


@cache
def words(language: str) -> Words:
    """Return the words of a language; raise SecscanError naming those there are."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise SecscanError(f"there is no language {language!r}: choose one of {known}")
    return Words(language, {} if language == "en" else _translations(language))


def unwrapped(text: str) -> str:
    """Return paragraphs without their line breaks: a message keeps its translation re-wrapped."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _translations(language: str) -> dict[str, str]:
    with (files("secscan.locale") / language / "secscan.po").open("rb") as file:
        catalog = read_po(file, locale=language, charset="utf-8")
    return {
        str(message.id): str(message.string)
        for message in catalog
        if message.id and message.string and not message.fuzzy
    }
