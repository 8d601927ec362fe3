"""Calendar arithmetic of validity periods: computed here, shown, and never typed."""

from __future__ import annotations

import calendar
import datetime as dt

from ceremony_app.core.errors import Refusal
from ceremony_app.core.profiles import Validity

_SECOND = dt.timedelta(seconds=1)
_EARLIEST_YEAR = 1950  # RFC 5280, 4.1.2.5.1: no earlier year can be written


def text(moment: dt.datetime) -> str:
    """A moment as RFC 3339 text in UTC to the second; fractions are cut off."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(len("YYYY-MM-DDTHH:MM:SSZ"), "0")


def moment_of(rfc3339: str) -> dt.datetime:
    """The moment of a text that `text` wrote; raises `Refusal` (CER-TIME)."""
    try:
        return dt.datetime.strptime(rfc3339, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
    except ValueError as fault:
        raise Refusal(
            "CER-TIME",
            f"{rfc3339!r} is no time of the form YYYY-MM-DDTHH:MM:SSZ.",
            "Use the times that the trial fixed.",
        ) from fault


def period(
    rule: Validity, not_before: dt.datetime, latest: dt.datetime | None = None
) -> tuple[dt.datetime, dt.datetime]:
    """The moments notBefore and notAfter, both inclusive (RFC 5280, 4.1.2.5).

    `latest` is the issuer's notAfter; a capped rule ends there if that is earlier. Raises `Refusal` (CER-TIME) where
    the calendar has no such period.
    A period of years ends one second before the same calendar moment; 29 February becomes 28 February.
    """
    start = not_before.astimezone(dt.UTC).replace(microsecond=0)
    if rule.until:
        end = dt.datetime.strptime(rule.until, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC)
    else:
        year = start.year + rule.years
        if year > dt.MAXYEAR:
            raise _impossible(f"{rule.years} years from {text(start)} lie beyond the year {dt.MAXYEAR}.")
        leap = (start.month, start.day) == (2, 29) and not calendar.isleap(year)
        end = start.replace(year=year, day=28 if leap else start.day) - _SECOND
    if rule.capped and latest is not None:
        end = min(end, latest.astimezone(dt.UTC))
    if start.year < _EARLIEST_YEAR or end < start:
        raise _impossible(f"{text(start)} to {text(end)} is no validity period.")
    return start, end


def days_later(moment: dt.datetime, days: int) -> dt.datetime:
    """The moment so many days of 24 hours later; raises `Refusal` (CER-TIME) beyond the calendar."""
    try:
        return moment.astimezone(dt.UTC).replace(microsecond=0) + dt.timedelta(days=days)
    except OverflowError as fault:
        raise _impossible(f"{days} days from {text(moment)} lie beyond the calendar.") from fault


def encoding(moment: dt.datetime) -> str:
    """How RFC 5280, 4.1.2.5 wants the moment written: UTCTime through 2049, GeneralizedTime from 2050."""
    last = 2049
    return "UTCTime" if moment.year <= last else "GeneralizedTime"


def described(rule: Validity) -> str:
    """The rule in words."""
    years = "1 year" if rule.years == 1 else f"{rule.years} years"
    told = f"until {rule.until}" if rule.until else years
    return f"{told}, and no longer than the issuer's certificate" if rule.capped else told


def on_calendar(moment: dt.datetime) -> str:
    """A moment for people, with the day of the week: `2026-11-23 12:00:00 UTC (Monday)`."""
    return f"{text(moment)[:-1].replace('T', ' ')} UTC ({calendar.day_name[moment.weekday()]})"


def _impossible(why: str) -> Refusal:
    return Refusal("CER-TIME", why, "Correct the validity in the policy pack, or this computer's clock.")
