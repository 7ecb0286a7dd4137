"""Every icon that a template or a navigation entry names exists."""

import re
from pathlib import Path

import lucide
from lucide.templatetags.lucide import lucide as draw

import foredesk
from foredesk.ui.navigation import registered

NAMED = re.compile(r"""\{%\s*(?:icon|chip\s+\S+(?:\s[^%]*?)?\s"(?:good|warn|bad|plain)")\s+["']([\w-]+)["']""")


def test_every_named_icon_exists():
    named: dict[str, str] = {}
    for page in Path(foredesk.__file__).parent.rglob("templates/**/*.html"):
        for name in NAMED.findall(page.read_text()):
            named[name] = str(page)
    for entry in registered():
        named[entry.icon] = entry.url_name
    missing = {}
    for name, where in named.items():
        try:
            draw(name)
        except lucide.IconDoesNotExist:
            missing[name] = where
    assert not missing
