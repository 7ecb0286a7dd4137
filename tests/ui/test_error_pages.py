import pytest
from django.template.loader import get_template


@pytest.mark.parametrize("name", ["400.html", "404.html", "403.html", "403_csrf.html", "500.html"])
def test_error_pages_need_nothing_and_lead_home(name):
    """Without request, context or database: whatever broke, the page of apology stands."""
    html = get_template(name).render({})
    assert 'href="/"' in html
    assert "<h1>" in html
    assert 'lang="en"' in html
    assert "{%" not in html
