"""The key of a mail that tells a piece of news: what it told can be read back from it when somebody answers."""

import re

from ..enums import News

_KEY = re.compile(r"ticket:\d{1,18}:(?P<news>[a-z_]{1,30}):(?P<item>\d{1,18}):\d{1,18}")


def key_of_news(news: News, ticket_id: int, item_id: int, person_id: int) -> str:
    """`item_id` names the message, restatement, solution, follower or span it is about, else the ticket's version."""
    return f"ticket:{ticket_id}:{news.value}:{item_id}:{person_id}"


def news_in_key(key: str) -> tuple[News, int] | None:
    """Which news a key is of, and of which item; None for the key of any other mail."""
    found = _KEY.fullmatch(key)
    if found is None or found["news"] not in News.values:
        return None
    return News(found["news"]), int(found["item"])
