"""Text messages in the alphabet of GSM: accents that it has stay, others are written without."""

from __future__ import annotations

import pytest

from directory.gsm import plain_sms, sms_length


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Été, où, à, règle, Ç", "Été, où, à, règle, Ç"),
        ("forêt, maïs, naïf, Noël, août", "foret, mais, naif, Noel, aout"),
        ("ça va ? « oui » – l’œuf…", 'ca va ? " oui " - l\'oeuf...'),
        ("deux\u202fmots\u00a0ici\nlà", "deux mots ici là"),
        ("中", "?"),
    ],
)
def test_what_the_alphabet_lacks_is_written_otherwise(written: str, sent: str) -> None:
    assert plain_sms(written) == sent
    assert sms_length(plain_sms(written)) == len(sent)


def test_some_letters_count_twice() -> None:
    assert sms_length("[€]") == 6
    assert sms_length("Été"[1:]) == 2


def test_a_letter_outside_the_alphabet_cannot_be_counted() -> None:
    with pytest.raises(UnicodeEncodeError):
        sms_length("forêt")
