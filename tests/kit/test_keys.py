import pytest

from foredesk.kit.keys import key_in


def test_a_key_is_read():
    assert key_in("4021") == 4021


@pytest.mark.parametrize(
    "words", [None, "", "abc", "-1", "1.5", "123456789012abc", "٣", "²", "\0", "9" * 19, "9" * 5000]
)
def test_what_can_be_no_key_is_none(words):
    assert key_in(words) is None
