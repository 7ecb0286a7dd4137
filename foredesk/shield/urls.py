from django.urls import path

from .views import calendars, focus, roster, shield

app_name = "shield"

urlpatterns = [
    path("", shield.shield, name="shield"),
    path("focus", focus.start, name="start"),
    path("focus/plan", focus.plan, name="plan"),
    path("focus/<int:pk>/longer", focus.longer, name="longer"),
    path("focus/<int:pk>/end", focus.end, name="end"),
    path("roster/", roster.roster, name="roster"),
    path("roster/slots", roster.slot, name="slot"),
    path("roster/slots/<int:pk>/removal", roster.slot_removal, name="slot_removal"),
    path("roster/two", roster.two, name="two"),
    path("roster/swaps", roster.swap, name="swap"),
    path("roster/swaps/<int:pk>/answer", roster.answer, name="answer"),
    path("roster/swaps/<int:pk>/removal", roster.swap_removal, name="swap_removal"),
    path("roster/absences", roster.absence, name="absence"),
    path("roster/absences/<int:pk>/removal", roster.absence_removal, name="absence_removal"),
    path("emergencies/", shield.emergencies, name="emergencies"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/<slug:kind>/address", calendars.make, name="make_feed"),
    path("calendars/<slug:kind>/removal", calendars.end, name="end_feed"),
    path("feeds/<str:token>.ics", calendars.feed, name="feed"),
]
