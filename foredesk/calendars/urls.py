from django.urls import path

from . import views

app_name = "calendars"

urlpatterns = [
    path("", views.calendar_list, name="calendars"),
    path("new/", views.new_calendar, name="new"),
    path("preview", views.preview, name="preview"),
    path("<int:pk>/", views.calendar_page, name="calendar"),
    path("<int:pk>/closed-days", views.closed_days, name="closed_days"),
    path("<int:pk>/closed-days/<int:day>/removal", views.closed_day_removal, name="closed_day_removal"),
    path("<int:pk>/default", views.default, name="default"),
    path("<int:pk>/removal", views.removal, name="removal"),
]
