"""Settings: read from the environment; production refuses what is unsafe, one by one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from directory.core.config import (
    DEVELOPMENT_SECRET,
    ROOT,
    BadSettings,
    Settings,
    load_settings,
    totp_secrets,
)
from tests.production import GOOD, production_settings

UNSAFE: dict[str, dict[str, Any]] = {
    "default secret key": {"secret_key": DEVELOPMENT_SECRET},
    "short secret key": {"secret_key": "kJ2vX8qLm4Rt7Wz1"},
    "no secret key": {"secret_key": ""},
    "monotonous secret key": {"secret_key": "a" * 40},
    "default salt": {"password_salt": DEVELOPMENT_SECRET},
    "no salt": {"password_salt": ""},
    "no hash key": {"hash_key": ""},
    "short hash key": {"hash_key": "short"},
    "same secret twice": {"hash_key": GOOD["secret_key"]},
    "no field keys": {"field_keys": ""},
    "field key that is none": {"field_keys": "not-a-fernet-key"},
    "second field key that is none": {"field_keys": f"{GOOD['field_keys']},oops"},
    "no second-factor secret": {"totp_keys": ""},
    "second-factor secret without number": {"totp_keys": "Pq8Nm5Bv2Cx9Zl6Kj3Hg0Fd7Sa4Po1Iu"},
    "short second-factor secret": {"totp_keys": "1:short"},
    "demonstration": {"demo": True},
}


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in fields(Settings):
        monkeypatch.delenv(f"PASSERELLE_{setting.name.upper()}", raising=False)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)


def test_production_starts_with_good_settings() -> None:
    assert load_settings(production_settings()).environment == "production"


@pytest.mark.parametrize("case", UNSAFE)
def test_production_refuses(case: str) -> None:
    [name] = UNSAFE[case]

    with pytest.raises(BadSettings) as refusal:
        load_settings(production_settings(**UNSAFE[case]))

    assert f"PASSERELLE_{name.upper()}" in str(refusal.value) or "two of them" in str(refusal.value)
    for value in GOOD.values():
        assert value == "production" or value not in str(refusal.value)


def test_production_refuses_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(BadSettings, match="FLASK_DEBUG"):
        load_settings(production_settings())


def test_every_problem_is_told_at_once() -> None:
    with pytest.raises(BadSettings) as refusal:
        load_settings({"environment": "production"})

    told = set(re.findall(r"PASSERELLE_[A-Z_]+", str(refusal.value)))
    assert told == {
        "PASSERELLE_SECRET_KEY", "PASSERELLE_PASSWORD_SALT", "PASSERELLE_HASH_KEY",
        "PASSERELLE_FIELD_KEYS", "PASSERELLE_TOTP_KEYS",
    }  # fmt: skip


def test_development_and_test_start_without_secrets() -> None:
    for environment in ("development", "test"):
        assert load_settings({"environment": environment}).secret_key == DEVELOPMENT_SECRET


def test_unknown_environment_is_refused_rather_than_taken_for_development() -> None:
    with pytest.raises(BadSettings, match="PASSERELLE_ENVIRONMENT"):
        load_settings({"environment": "prod"})


def test_environment_is_read_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_DEMO", "yes")
    monkeypatch.setenv("PASSERELLE_PROXIES", "2")
    monkeypatch.setenv("PASSERELLE_DEFAULT_COUNTRY", "SN")

    settings = load_settings()

    assert (settings.demo, settings.proxies, settings.default_country) == (True, 2, "SN")


def test_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERELLE_PROXIES", "two")

    with pytest.raises(BadSettings, match="PASSERELLE_PROXIES must be a whole number"):
        load_settings()


def test_secrets_are_not_printed_with_the_settings() -> None:
    printed = repr(load_settings(production_settings(database_url="postgresql://u:hidden@h/d")))

    for name in ("secret_key", "password_salt", "hash_key", "field_keys", "totp_keys"):
        assert GOOD[name] not in printed
    assert "hidden" not in printed


def test_second_factor_secrets_are_numbered() -> None:
    settings = Settings(totp_keys="2:newer, 1:older:with:colons")

    assert totp_secrets(settings) == {"2": "newer", "1": "older:with:colons"}


def test_every_setting_says_what_it_is_for() -> None:
    source = Path(ROOT / "directory" / "core" / "config.py").read_text()

    for setting in fields(Settings):
        assert re.search(rf'\n    {setting.name}: [^\n]*(\n [^\n"]*)?\n    """[A-Z`]', source), (
            setting.name
        )
