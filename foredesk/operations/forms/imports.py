"""What somebody says about a file: what it is, and which of its columns tell what."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..importing.fields import FIELDS, Field, Target
from ..importing.mapping import DATE_ORDERS, LONGEST_SOURCE, folded

KEEP = "keep_others"


class FileForm(forms.Form):
    target = forms.ChoiceField(
        label=gettext_lazy("What is in it"),
        choices=[("people", gettext_lazy("People")), ("tickets", gettext_lazy("Requests"))],
        widget=forms.RadioSelect,
        initial="people",
    )
    file = forms.FileField(
        label=gettext_lazy("Choose a CSV file"),
        help_text=gettext_lazy("As your old system exports it, packed with gzip or not."),
        error_messages={"empty": gettext_lazy("The file is empty.")},
    )
    encoding = forms.CharField(
        label=gettext_lazy("Encoding"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Found out by itself. Say it where letters look wrong: utf-8, latin-1, cp1250."),
    )


class MapForm(forms.Form):
    """One choice of a column for each field, and of a meaning for each word of a few. `said` gives the map."""

    def __init__(
        self, target: Target, columns: list[dict[str, Any]], mapping: dict[str, Any], data: Any = None
    ) -> None:
        super().__init__(data)
        self.target, self._columns = target, {one["name"]: one for one in columns}
        self._names = list(self._columns)
        self.chosen: list[tuple[Field, str]] = []
        if target == Target.TICKETS:
            self._about_the_source(mapping)
        choices = [("", _("not in this file")), *((name, name) for name in self._names)]
        for one in FIELDS[target]:
            name = f"column-{one.key}"
            present = next(iter(mapping.get("columns", {}).get(one.key, [])), "")
            self.fields[name] = forms.ChoiceField(
                label=one.label,
                help_text=one.help,
                choices=choices,
                required=one.needed and target == Target.TICKETS,  # people may be known by number instead
                initial=present,
                error_messages={"required": _("Please choose which column this is.")},
            )
            chosen = data.get(name, "") if data is not None else present
            self.chosen.append((one, chosen if chosen in self._columns else ""))
        for one, chosen in self.chosen:
            if one.choices and chosen:
                self._about_words(one, chosen, mapping)
        self._about_the_rest(mapping)

    def _about_the_source(self, mapping: dict[str, Any]) -> None:
        self.fields["source"] = forms.CharField(
            label=_("What the old desk is called"),
            max_length=LONGEST_SOURCE,
            initial=mapping.get("source", ""),
            help_text=_("Stays with each request. Give the same name when you bring the file again."),
        )

    def _about_words(self, one: Field, column: str, mapping: dict[str, Any]) -> None:
        meant = {folded(words): ours for words, ours in mapping.get("values", {}).get(one.key, {}).items()}
        for n, words in enumerate(self._columns[column]["words"]):
            ours = meant.get(folded(words)) or one.words.get(folded(words), "")
            self.fields[f"word-{one.key}-{n}"] = forms.ChoiceField(
                label=words[:80], choices=[("", _("not said")), *one.choices], required=False, initial=ours
            )

    def _about_the_rest(self, mapping: dict[str, Any]) -> None:
        if self.target == Target.TICKETS:
            self.fields["customer_name"] = forms.CharField(
                label=_("Whose they are where no column says it"),
                required=False,
                max_length=120,
                initial=mapping.get("defaults", {}).get("customer_name", ""),
            )
            states = next(one for one in FIELDS[self.target] if one.key == "state").choices
            self.fields["state"] = forms.ChoiceField(
                label=_("State where no column says it"),
                choices=[("", _("closed with a closing time, else open")), *states],
                required=False,
                initial=mapping.get("defaults", {}).get("state", ""),
            )
            self.fields["timezone"] = forms.CharField(
                label=_("Time zone of its dates"),
                required=False,
                max_length=60,
                initial=mapping.get("timezone", ""),
                help_text=_("Such as UTC; empty: the zone of this installation."),
            )
            self.fields["date_order"] = forms.ChoiceField(
                label=_("3/4/2025 is"),
                choices=[(DATE_ORDERS[0], _("the third of April")), (DATE_ORDERS[1], _("the fourth of March"))],
                initial=mapping.get("date_order", DATE_ORDERS[0]),
            )
            self.fields[KEEP] = forms.BooleanField(
                label=_("Keep the other columns as a note for IT"), required=False, initial=bool(mapping.get("keep"))
            )
        create = mapping.get("create", {})
        if self.target == Target.TICKETS:
            self.fields["create-kinds"] = forms.BooleanField(
                label=_("Make kinds of requests that are not here"), required=False, initial="kinds" in create
            )
        else:
            self.fields["create-departments"] = forms.BooleanField(
                label=_("Make departments, sites and places that are not here"),
                required=False,
                initial="departments" in create,
            )

    # --- For the template --------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """Each field with the samples of the column chosen for it, and its words."""
        return [
            {
                "field": self[f"column-{one.key}"],
                "needed": one.needed,
                "samples": self._columns[chosen]["samples"] if chosen else [],
                "words": [self[name] for name in self.fields if name.startswith(f"word-{one.key}-")],
            }
            for one, chosen in self.chosen
        ]

    def others(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith(("column-", "word-")) and name != "source"]

    def as_typed(self) -> "MapForm":
        """The same choices without a word about what is missing: somebody is still choosing."""
        self._errors = forms.utils.ErrorDict()
        return self

    # --- For the action ----------------------------------------------------------------------------------

    def said(self) -> dict[str, Any]:
        """The map, as `mapping.from_dict` reads it; call it on a valid form."""
        told = self.cleaned_data
        columns = {one.key: [told[f"column-{one.key}"]] for one, _chosen in self.chosen if told[f"column-{one.key}"]}
        values = {
            one.key: {
                words: told[f"word-{one.key}-{n}"]
                for n, words in enumerate(self._columns[chosen]["words"])
                if told.get(f"word-{one.key}-{n}")
            }
            for one, chosen in self.chosen
            if one.choices and chosen
        }
        used = {name for names in columns.values() for name in names}
        said: dict[str, Any] = {"columns": columns, "values": values}
        said |= {name: told[name] for name in ("source", "timezone", "date_order") if told.get(name)}
        said["defaults"] = {name: told[name] for name in ("customer_name", "state") if told.get(name)}
        said["keep"] = [name for name in self._names if name not in used and name != "reason"] if told.get(KEEP) else []
        said["create"] = {name: True for name in ("kinds", "departments") if told.get(f"create-{name}")}
        return said
