"""What kinds of files we tell apart, and which of them a browser may show in the page."""

# Browsers draw these without running anything. Never SVG or HTML: they can carry scripts.
INLINE_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})

UNKNOWN = "application/octet-stream"

# Icons by content type, for what is not shown as a picture.
SYMBOLS = {
    "application/pdf": "file-text",
    "application/zip": "file-archive",
    "image/heic": "file-image",
    "text/plain": "file-text",
}
