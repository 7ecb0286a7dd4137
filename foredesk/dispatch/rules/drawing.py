"""A table as a picture that stands by itself: horizontal bars with their words beside them (SVG 1.1)."""

from collections.abc import Sequence

from django.utils.html import escape

WIDTH, LABEL, BAR, ROW = 860, 330, 340, 34


def bars(title: str, lines: Sequence[tuple[str, float, str]]) -> str:
    """`lines`: a name, how long its bar is, and words for its end."""
    most = max(value for _name, value, _words in lines) or 1
    height = 70 + ROW * len(lines)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="14">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fbfaf6"/>',
        f'<text x="20" y="34" font-size="17" font-weight="600" fill="#22201c">{escape(title)}</text>',
    ]
    for row, (name, value, words) in enumerate(lines):
        y, length = 62 + row * ROW, value / most * BAR
        drawn += [
            f'<text x="{LABEL}" y="{y + 14}" text-anchor="end" fill="#4a463f">{escape(name)}</text>',
            f'<rect x="{LABEL + 12}" y="{y}" width="{length:.1f}" height="20" rx="3" fill="#0b6b52"/>',
            f'<text x="{LABEL + 22 + length:.1f}" y="{y + 15}" fill="#22201c">{value:,.0f}'
            f' <tspan fill="#6d675d">({escape(words)})</tspan></text>',
        ]
    return "\n".join([*drawn, "</svg>", ""])
