"""Time as people say it: "by tomorrow 16:00", "two days late", "12 days ago"."""

from __future__ import annotations

import datetime as dt

from directory.core.text import N_, Text


def due_words(at: dt.datetime, now: dt.datetime) -> Text:
    """When something is due, seen from ``now``."""
    if at < now:
        return late_words(now - at)
    days = (at.date() - now.date()).days
    if days == 0:
        return N_("by {time} today", time=clock_words(at))
    if days == 1:
        return N_("by {time} tomorrow", time=clock_words(at))
    return N_("by {date}, {time}", date=at.date(), time=clock_words(at))


def late_words(lateness: dt.timedelta) -> Text:
    """How long something has been overdue."""
    hours = int(lateness.total_seconds() // 3600)
    if hours < 1:
        return N_("late by less than an hour")
    if hours == 1:
        return N_("late by one hour")
    if hours < 24:
        return N_("late by {hours} hours", hours=hours)
    days = hours // 24
    return N_("late by one day") if days == 1 else N_("late by {days} days", days=days)


def ago_words(day: dt.date, today: dt.date) -> Text:
    """How long ago a day was; a future day is said as its date."""
    days = (today - day).days
    if days < 0:
        return N_("on {date}", date=day)
    if days == 0:
        return N_("today")
    if days == 1:
        return N_("yesterday")
    if days < 60:
        return N_("{days} days ago", days=days)
    months = days // 30
    if days < 730:
        return N_("{months} months ago", months=months)
    return N_("{years} years ago", years=days // 365)


def clock_words(at: dt.datetime) -> Text:
    """The time of day; the full hour without its minutes where the language does so."""
    if at.minute == 0:
        return N_("{hour}:00", hour=str(at.hour))
    return N_("{hour}:{minute}", hour=str(at.hour), minute=f"{at.minute:02}")
