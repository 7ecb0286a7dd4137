import pytest

from foredesk.people.names import beginnings, plain, words


@pytest.mark.parametrize(
    ("typed", "kept"), [("Zoë", "zoe"), ("Łukasz", "lukasz"), ("STRAßE", "strasse"), ("Søren", "soren"), ("Ada", "ada")]
)
def test_names_are_found_without_the_keys_for_their_accents(typed: str, kept: str) -> None:
    assert plain(typed) == kept


def test_digits_that_belong_together_are_one_word() -> None:
    assert words("Ada 555 12-34") == ["ada", "5551234"]


def test_every_part_of_a_name_and_an_address_is_a_beginning() -> None:
    found = beginnings("Mary-Ann O'Neill", "m.oneill@example.org", "s10442", "")
    assert [word for word, is_name in found.items() if is_name] == ["mary-ann", "ann", "o'neill", "neill"]
    assert [word for word, is_name in found.items() if not is_name] == ["m.oneill@example.org", "oneill", "s10442"]
