from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from foredesk.kit import clock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 3, 18, 12, 0, tzinfo=AMSTERDAM)  # a Wednesday


@pytest.fixture(autouse=True)
def _wednesday_noon():
    with clock.at(NOON), timezone.override(AMSTERDAM):
        yield


def render(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOON + timedelta(hours=2, minutes=10), "today 14:10"),
        (NOON - timedelta(days=1), "yesterday 12:00"),
        (NOON + timedelta(days=1), "tomorrow 12:00"),
        (NOON + timedelta(days=2), "Fri 12:00"),
        (NOON - timedelta(days=6), "Thu 12:00"),
        (NOON - timedelta(days=7), "11 March"),
        (NOON - timedelta(days=365), "18 March 2025"),
    ],
)
def test_when_speaks_as_people_do(moment, words):
    html = render("{% when moment %}", moment=moment)
    assert f">{words}</time>" in html
    assert 'datetime="' in html


def test_when_is_told_in_the_readers_zone():
    with timezone.override(ZoneInfo("America/New_York")):
        assert ">today 7:00<" in render("{% when moment %}", moment=NOON)


def test_no_moment_says_nothing():
    assert render("{% when moment %}{% ago moment %}", moment=None) == ""


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3, minutes=20), "3 h 20 ago"),
        (timedelta(hours=-3), "in 3 h"),
        (timedelta(days=5), "5 days ago"),
    ],
)
def test_ago(span, words):
    assert f">{words}</time>" in render("{% ago moment %}", moment=NOON - span)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (40, "40 min"),
        (60, "1 h"),
        (200, "3 h 20"),
        (125, "2 h 05"),
        (1440, "1 day"),
        (2880, "2 days"),
        (3000, "2 days"),
    ],
)
def test_durations(minutes, words):
    assert render("{{ minutes|duration }}", minutes=minutes) == words
    assert render("{{ span|duration }}", span=timedelta(minutes=minutes)) == words


def test_a_working_day_has_eight_hours():
    assert render("{{ minutes|working }}", minutes=960) == "2 days"
    assert render("{{ minutes|working }}", minutes=None) == ""


def test_held_says_in_words_what_the_bars_show():
    html = render('{% held "stopped" 7 %}')
    assert 'aria-label="7 people stopped"' in html
    assert html.count('class="level"') == 4
    assert "+3" in html


def test_height_of_the_bars_is_the_severity():
    heights = [render("{% held severity 1 %}", severity=severity) for severity in ("annoyed", "slowed", "stopped")]
    assert 'y="14"' in heights[0]
    assert 'y="8"' in heights[1]
    assert 'y="1" width="6" height="18" rx="1.5"></rect></svg>' in heights[2]


def test_chip_escapes_what_people_wrote():
    assert "&lt;b&gt;" in render("{% chip words 'bad' %}", words="<b>")


def test_an_unknown_icon_costs_nobody_the_page():
    assert "<circle" in render("{% icon 'no-such-thing' %}")


def test_timebar_turns_when_it_is_late():
    assert "48 min of 1 h 30" in render("{% timebar 48 90 %}")
    assert "timebar-warn" in render("{% timebar 80 90 %}")
    late = render("{% timebar spent total %}", spent=timedelta(minutes=260), total=timedelta(hours=4))
    assert "timebar-bad" in late
    assert "past by 20 min" in late
    assert "the time is up" in render("{% timebar 240.4 240 %}")


def test_face_of_a_person_and_of_nobody():
    assert ">MO</span>" in render("{% face person %}", person=SimpleNamespace(pk=3, initials="MO"))
    assert "face-it" in render("{% face person %}", person=None)


class Kind(forms.Form):
    name = forms.CharField(label="Name", help_text="In the customer’s words.")
    lane = forms.ChoiceField(label="Lane", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    offered = forms.BooleanField(label="Offered", required=False)


def test_a_field_ties_label_help_and_error_to_its_input():
    html = render("{% field form.name %}", form=Kind({}))
    assert '<label class="label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-invalid="true"' in html


def test_choices_form_a_group_with_a_name():
    html = render("{% field form.lane %}", form=Kind({}))
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count("<label") == 2


def test_the_summary_leads_to_each_field():
    html = render("{% fields form %}", form=Kind({}))
    assert 'href="#id_name"' in html
    assert 'id="id_lane_field"' in html
    assert 'href="#id_lane_field"' in html or 'href="#id_lane_0"' in html


def test_an_empty_page_offers_the_first_step():
    html = render("{% empty 'Nothing yet' 'Requests come here.' 'inbox' '/ask/' 'Ask' %}")
    assert "Nothing yet" in html
    assert '<a class="button" href="/ask/">Ask</a>' in html
