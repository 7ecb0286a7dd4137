from django.urls import path

from . import views

app_name = "forecasts"

urlpatterns = [
    path("how-long/", views.cards, name="cards"),
    path("desk/settings/promises/", views.calibration, name="calibration"),
]
