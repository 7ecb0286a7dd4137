"""Stand-in until the reading part brings its own."""

from dataclasses import dataclass
from email import message_from_bytes, policy

import nh3


@dataclass(frozen=True)
class SafePage:
    html: str
    remote: int = 0


def safe_html(raw: bytes, *, remote: bool = False) -> SafePage:
    body = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    html = body.get_content() if body else ""
    count = html.count('src="http')
    if not remote:
        html = html.replace('src="http', 'data-src="http')
    return SafePage(
        nh3.clean(html, tags={*nh3.ALLOWED_TAGS, "img"}, attributes={"img": {"src", "alt"}, "a": {"href"}}), count
    )
