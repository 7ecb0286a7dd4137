"""The HTML of a mail, locked in a sandbox, for the frame of a page."""

from django.http import HttpResponse

# The mail's own style sheet may act inside its frame, and its links open beside us; nothing else, and no script.
BODY_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'"
)


def framed(html: str) -> HttpResponse:
    html = html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": BODY_POLICY, "Cache-Control": "private, no-store"})
