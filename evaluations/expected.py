"""What other programs read out of the same mails, as it lies beside them: Zammad's *.yml and Stalwart's *.json."""

import json
import re
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import yaml

# Zammad's own, not the mail's: the HTML it keeps as a file, and what it says of a mail without words.
NOT_A_FILE = "message.html"
NO_CONTENT = "no visible content"

_BLOCK = re.compile(
    r"<(?:/?(?:p|div|br|hr|tr|td|th|li|ul|ol|dl|dt|dd|table|tbody|thead|h[1-6]|blockquote|pre|center|title|body|address|section))\b[^>]*>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"<(style|script|head|title)\b[^>]*>.*?</\1\s*>|<!--.*?-->|<![^>]*>|<\?[^>]*>", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_MARKED_UP = re.compile(r"</?(?:p|div|br|span|table|a|b|img)\b[^>]*>", re.IGNORECASE)
_NO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff\xad]")


@dataclass(frozen=True)
class Expected:
    """None: nothing is said about it, and it does not count."""

    subject: str | None
    address: str | None  # in small letters; "" for no sender
    name: str  # "" where none is expected
    files: Counter[str] | None  # names; files without one are left out
    bodies: tuple[str, ...]  # visible text of each alternative; () where it does not count


def expected_of(path: Path) -> Expected | None:
    """What is expected of a mail; None where nothing lies beside it."""
    for suffix, read in ((".yml", _zammad), (".json", _stalwart)):
        beside = path.with_suffix(suffix)
        if beside != path and beside.exists():
            return read(beside)
    return None


def collapsed(text: str) -> str:
    return " ".join(_NO_WIDTH.sub("", text).split())


def visible(html: str) -> str:
    """What a reader sees of HTML, white space collapsed."""
    return collapsed(unescape(_TAG.sub("", _BLOCK.sub(" ", _HIDDEN.sub("", html)))))


# --- Zammad -----------------------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Takes Ruby's hashes for plain ones and all plain values for words."""


def _map(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


def _bytes(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bytes:
    return b64decode(loader.construct_scalar(node))


_Loader.add_multi_constructor("!ruby/", _map)
_Loader.add_constructor("!binary", _bytes)
_Loader.yaml_implicit_resolvers = {}


def _zammad(path: Path) -> Expected:
    """Zammad's tests compare the keys that are there, and so do we."""
    said = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 (derived from SafeLoader)
    names = [_text(one.get("filename")) for one in said.get("attachments") or []]
    body = _text(said.get("body"))
    seen = visible(body) if _MARKED_UP.search(body) else collapsed(body)
    return Expected(
        subject=collapsed(_text(said["subject"])) if "subject" in said else None,
        address=_text(said["from_email"]).lower() if "from_email" in said else None,
        name=collapsed(_text(said.get("from_display_name"))),
        files=Counter(name for name in names if name and name != NOT_A_FILE) if "attachments" in said else None,
        bodies=(seen,) if seen and seen != NO_CONTENT else (),
    )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


# --- Stalwart ---------------------------------------------------------------------------------------------------------


def _stalwart(path: Path) -> Expected:
    said = json.loads(path.read_text("utf-8"))
    parts = said["parts"]
    headers = {header["name"]: header["value"] for header in parts[0]["headers"] if isinstance(header["name"], str)}
    sender = _first_address(headers.get("from"))
    names = (_name_of(parts[number]) for number in said["attachments"])
    bodies = tuple(
        collapsed(" ".join(_seen(parts[number]["body"]) for number in said[kind]))
        for kind in ("text_body", "html_body")
    )
    return Expected(
        subject=collapsed(_plain(headers.get("subject"))),
        address=(sender.get("address") or "").lower(),
        name=collapsed(sender.get("name") or ""),
        files=Counter(filter(None, names)),
        bodies=tuple(dict.fromkeys(filter(None, bodies))),
    )


def _first_address(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or "Address" not in value:
        return {}
    kind, found = next(iter(value["Address"].items()))
    if kind == "Group":
        found = [one for group in found for one in group["addresses"]]
    return found[0] if found else {}


def _plain(value: Any) -> str:
    text = value.get("Text", value.get("TextList", "")) if isinstance(value, dict) else ""
    return " ".join(text) if isinstance(text, list) else text or ""


def _name_of(part: dict[str, Any]) -> str:
    """Its name of Content-Disposition, else of Content-Type, as Stalwart gives an attachment's."""
    headers = {header["name"]: header["value"] for header in part["headers"] if isinstance(header["name"], str)}
    for header, parameter in (("content_disposition", "filename"), ("content_type", "name")):
        value = headers.get(header)
        given = (value.get("ContentType") or {}).get("attributes") if isinstance(value, dict) else None
        for one in given or []:
            if one["name"] == parameter:
                return str(one["value"])
    return ""


def _seen(body: Any) -> str:
    if "Text" in body:
        return collapsed(body["Text"])
    return visible(body["Html"]) if "Html" in body else ""
