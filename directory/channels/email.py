"""Electronic mail, over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from directory.core.config import Settings
from directory.core.text import N_
from directory.message_channels import (
    ANSWER_SECONDS,
    CHANNELS,
    Channel,
    Letter,
    Refused,
    TryLater,
    Unreachable,
    is_email,
)

PERMANENT = 500
"""Answers from here on will not change (RFC 5321, 4.2.1)."""


def send(letter: Letter, settings: Settings) -> None:
    """Give one mail to the server; the server's yes is what counts as sent."""
    try:
        with _server(settings) as server:
            server.send_message(_written(letter, settings))
    except smtplib.SMTPRecipientsRefused as error:
        [(status, _)] = error.recipients.values()
        raise _about_this_mail(status) from error
    except smtplib.SMTPDataError as error:
        raise _about_this_mail(error.smtp_code) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused("smtp-not-supported") from error
    except smtplib.SMTPResponseException as error:
        raise Unreachable(f"smtp-{error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable("smtp-unreachable") from error


def _server(settings: Settings) -> smtplib.SMTP:
    """A connection as the settings ask for, signed in."""
    host, port = settings.smtp_host, settings.smtp_port
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_tls == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=ANSWER_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=ANSWER_SECONDS)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except smtplib.SMTPNotSupportedError as error:
        server.close()
        raise Unreachable("smtp-no-tls") from error
    except BaseException:
        server.close()
        raise
    return server


def _written(letter: Letter, settings: Settings) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = settings.smtp_from
    mail["To"] = letter.address
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.at)
    domain = settings.smtp_from.rpartition("@")[2].strip(" >") or "localhost"
    # the same however often it is sent: a mail program shows a repeated message once
    mail["Message-ID"] = f"<{letter.key}@{domain}>"
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers from absence notes
    mail.set_content(letter.body)
    return mail


def _about_this_mail(status: int) -> TryLater | Refused:
    return Refused(f"smtp-{status}") if status >= PERMANENT else TryLater(f"smtp-{status}")


CHANNELS.add(
    Channel("email", N_("By e-mail"), is_email, lambda settings: bool(settings.smtp_host), send)
)
