from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.kit.durations import DurationField
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person, Team
from foredesk.people.queries import agents, teams

from . import queries, rules
from .enums import Nature, Size, Whom, Without
from .models import CannedReply, EscalationStep, Lane, ServiceClass
from .rules import MOST_STEPS, Course, Promise, Step, Words


class ClassForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("In customers’ words: “Signing in and passwords”.")
    )
    description = forms.CharField(
        label=_("Examples"),
        max_length=200,
        required=False,
        help_text=_("What stands below the name and helps a customer to choose."),
    )
    offered = forms.BooleanField(
        label=_("Customers can choose it"),
        required=False,
        help_text=_("At most eight kinds are offered, besides “not sure” and private ones."),
    )
    parent = forms.ModelChoiceField(
        label=_("Part of"),
        queryset=ServiceClass.objects.none(),
        required=False,
        empty_label=_("Nothing, it stands on its own"),
        help_text=_("A part is more particular: “Paper jam” is part of “Printing”."),
    )
    keywords = forms.CharField(
        label=_("Words that point here"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Separated by commas. When they occur in what a customer writes, this class is suggested."),
    )
    icon = forms.ChoiceField(label=_("Picture"), choices=rules.ICONS, widget=forms.RadioSelect)
    position = forms.IntegerField(
        label=_("Position in the list"), min_value=0, max_value=10_000, help_text=_("Small numbers come first.")
    )

    usual_size = forms.ChoiceField(label=_("Usually takes"), choices=Size, widget=forms.RadioSelect)
    size_reason = forms.CharField(
        label=_("Because"),
        max_length=200,
        required=False,
        help_text=_("Goes into a sentence for customers: “because we set up and test the device first”."),
    )
    lane = forms.ModelChoiceField(label=_("Goes to"), queryset=Lane.objects.none(), empty_label=None)
    nature = forms.ChoiceField(
        label=_("The customer comes because"),
        choices=Nature,
        help_text=_("The interview asks about what went wrong only when something does not work."),
    )
    owner = forms.ModelChoiceField(
        label=_("Responsible"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("Follows every request of this class and hears when something changes."),
    )

    is_private = forms.BooleanField(
        label=_("Private"),
        required=False,
        help_text=_("Only the customer, whom they name, and the teams below know that such a request exists."),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams that see it"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    first_reply_minutes = DurationField(
        label=_("First reply within"), help_text=_("Working time. The acknowledgement names it as the next word.")
    )
    solution_minutes = DurationField(
        label=_("Solution within"), help_text=_("Working time. Customers read it as a target, not a promise.")
    )
    silence_minutes = DurationField(
        label=_("Never silent for longer than"), help_text=_("Sets when the next update is due.")
    )
    closing_minutes = DurationField(
        label=_("Closes unanswered after"),
        help_text=_("Counted from the offered solution. The customer is reminded once, halfway."),
    )

    reopens_days = forms.IntegerField(
        label=_("A mail opens it again for"),
        required=False,
        min_value=0,
        max_value=3650,
        help_text=_("Days after closing. An answer by mail later than that becomes a new request. Empty: for ever."),
    )

    def __init__(
        self, *args: Any, by: Person | None = None, service_class: ServiceClass | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", _initial(service_class))
        super().__init__(*args, **kwargs)
        self.service_class = service_class
        parents = queries.possible_parents(service_class)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        self.fields["lane"].queryset = queries.lanes()  # type: ignore[attr-defined]
        self.fields["owner"].queryset = agents()  # type: ignore[attr-defined]
        if service_class is not None and service_class.is_default:
            # The class for "not sure" stands on its own and is always there.
            del self.fields["offered"], self.fields["parent"]
        self.fields["teams"].queryset = teams()  # type: ignore[attr-defined]
        if service_class is not None and not rules.privacy_is_open(service_class, by):
            del self.fields["is_private"], self.fields["teams"]

    def words(self) -> Words:
        given = self.cleaned_data
        return Words(
            name=given["name"],
            description=given["description"],
            icon=given["icon"],
            keywords=given["keywords"],
            parent=given.get("parent"),
            offered=given.get("offered", False),
            position=given["position"],
        )

    def course(self) -> Course:
        names = ("lane", "usual_size", "size_reason", "nature", "owner", "reopens_days")
        return Course(**{name: self.cleaned_data[name] for name in names})

    def privacy(self) -> tuple[bool, list[Team]] | None:
        """Whether it is private and to whom; None where that is not for this form to say."""
        if "is_private" not in self.fields:
            return None
        return self.cleaned_data["is_private"], list(self.cleaned_data["teams"])

    def promise(self) -> Promise:
        names = ("first_reply_minutes", "solution_minutes", "silence_minutes", "closing_minutes")
        return Promise(**{name: self.cleaned_data[name] for name in names})


def _initial(service_class: ServiceClass | None) -> dict[str, Any]:
    if service_class is None:
        quick = {"first_reply_minutes": 30, "solution_minutes": 240, "silence_minutes": 120, "closing_minutes": 960}
        quick |= {"reopens_days": 30}
        return {"icon": "life-buoy", "position": 100, "usual_size": Size.MOMENT, "nature": Nature.TROUBLE, **quick}
    plain = (
        "name", "description", "offered", "keywords", "icon", "position", "usual_size", "size_reason", "nature",
        "first_reply_minutes", "solution_minutes", "silence_minutes", "closing_minutes",
        "reopens_days",
    )  # fmt: skip
    related = {
        "parent": service_class.parent_id,
        "lane": service_class.lane_id,
        "owner": service_class.owner_id,
        "is_private": service_class.is_private,
        "teams": [team.pk for team in service_class.teams.all()],
    }
    return {name: getattr(service_class, name) for name in plain} | related


class LaneForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As customers read it: “the rapid desk”."))
    explanation = forms.CharField(
        label=_("In one sentence"),
        max_length=200,
        help_text=_("Ends the sentence “Your request goes to the rapid desk, …”: “which takes quick things first”."),
    )
    time_box_minutes = DurationField(
        label=_("Time box"),
        required=False,
        help_text=_("After so much work the ticket suggests handing it to the other lane. Empty: it never does."),
    )
    spill_over_minutes = DurationField(
        label=_("Help comes after"),
        required=False,
        help_text=_("When somebody would wait longer than this, the other lane is asked to help. Empty: never."),
    )
    teams = forms.ModelMultipleChoiceField(
        label=_("Teams that work here"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, lane: Lane, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "name": lane.name,
                "explanation": lane.explanation,
                "time_box_minutes": lane.time_box_minutes,
                "spill_over_minutes": lane.spill_over_minutes,
                "teams": [team.pk for team in lane.teams.all()],
            },
        )
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = teams()  # type: ignore[attr-defined]


class CannedReplyForm(forms.Form):
    title = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How colleagues find it: “Clearing a paper jam”.")
    )
    service_class = forms.ModelChoiceField(
        label=_("For"),
        queryset=ServiceClass.objects.none(),
        required=False,
        empty_label=_("All requests"),
        help_text=_("Offered first on requests of this class."),
    )
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, *args: Any, by: Person, reply: CannedReply | None = None, **kwargs: Any) -> None:
        if reply is not None:
            given = {"title": reply.title, "body": reply.body, "service_class": reply.service_class_id}
            kwargs.setdefault("initial", given)
        super().__init__(*args, **kwargs)
        classes = queries.classes_in_use().exclude(pk__in=queries.classes_hidden_from(by))
        self.fields["service_class"].queryset = classes  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        try:
            rules.refuse_unknown_variables(body)
        except Refused as problem:
            raise forms.ValidationError(str(problem), code="unknown_variable") from problem
        return body


# --- Escalation paths --------------------------------------------------------------------------------
class StepForm(forms.Form):
    """One step. Whom it reaches is one choice: `leads`, `owner`, `outside`, `team:3` or `person:7`."""

    whom = forms.ChoiceField(label=_("Who"), required=False)
    contact = forms.CharField(
        label=_("Somebody outside"),
        max_length=200,
        required=False,
        help_text=_("Name, and phone or mail: “Print supplier, 020 555 0199”. The desk leads are told to ask them."),
    )
    after_minutes = DurationField(label=_("After"), required=False)
    without = forms.ChoiceField(label=_("Without"), choices=Without, initial=Without.SOLUTION, required=False)
    out_of_hours = forms.BooleanField(label=_("By the clock, out of hours too"), required=False)

    def __init__(self, *args: Any, people: Sequence[Person], some_teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {f"{Whom.PERSON.value}:{one.pk}": one for one in people}
        self._teams = {f"{Whom.TEAM.value}:{one.pk}": one for one in some_teams}
        general = [(whom.value, whom.label) for whom in (Whom.LEADS, Whom.OWNER, Whom.OUTSIDE)]
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody")),
            *general,
            (_("Teams"), [(key, one.name) for key, one in self._teams.items()]),
            (_("People of IT"), [(key, one.full_name) for key, one in self._people.items()]),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("whom") and "after_minutes" not in self.errors and not given.get("after_minutes"):
            self.add_error("after_minutes", _("Say after how long, for example “4 h”."))
        if not given.get("whom") and (given.get("after_minutes") or given.get("contact")):
            self.add_error("whom", _("Choose who is next, or leave the whole step empty."))
        return given

    @property
    def step(self) -> Step | None:
        """The step that was described; None for an empty row."""
        given = self.cleaned_data
        if not given["whom"]:
            return None
        return Step(
            whom=Whom(given["whom"].partition(":")[0]),
            person=self._people.get(given["whom"]),
            team=self._teams.get(given["whom"]),
            contact=given["contact"],
            after_minutes=given["after_minutes"],
            without=Without(given["without"] or Without.SOLUTION),
            out_of_hours=given["out_of_hours"],
        )


_Rows = forms.formset_factory(StepForm, extra=0, min_num=MOST_STEPS, max_num=MOST_STEPS, absolute_max=MOST_STEPS)


def path_rows(posted: Any, service_class: ServiceClass) -> Any:
    """The rows of a class's own path, filled from what was sent or from what is stored."""
    stored = [_as_typed(step) for step in service_class.escalation_steps.all()]
    serving = agents()
    if service_class.is_private:
        serving = serving.filter(teams__private_classes=service_class).distinct()
    known = {"people": list(serving.order_by("full_name", "pk")), "some_teams": list(teams())}
    return _Rows(posted, initial=stored, form_kwargs=known, prefix="steps")


def _as_typed(step: EscalationStep) -> dict[str, Any]:
    key = {Whom.PERSON: step.person_id, Whom.TEAM: step.team_id}.get(Whom(step.whom))
    hours, minutes = divmod(step.after_minutes, 60)
    by_the_clock = f"{hours} h {minutes:02}" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
    return {
        "whom": f"{step.whom}:{key}" if key else step.whom,
        "contact": step.contact,
        "after_minutes": by_the_clock if step.out_of_hours else step.after_minutes,
        "without": step.without,
        "out_of_hours": step.out_of_hours,
    }
