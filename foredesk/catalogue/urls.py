from django.urls import path

from . import views

app_name = "catalogue"

urlpatterns = [
    path("classes/", views.class_list, name="classes"),
    path("classes/new/", views.new_class, name="new_class"),
    path("classes/preview", views.class_preview, name="class_preview"),
    path("classes/starting-set", views.starting_set, name="starting_set"),
    path("classes/<int:pk>/", views.class_page, name="class"),
    path("classes/<int:pk>/escalation/", views.escalation, name="escalation"),
    path("classes/<int:pk>/retirement", views.class_retirement, name="class_retirement"),
    path("classes/<int:pk>/restoration", views.class_restoration, name="class_restoration"),
    path("lanes/", views.lane_list, name="lanes"),
    path("lanes/<slug:key>/", views.lane_page, name="lane"),
    path("replies/", views.reply_list, name="replies"),
    path("replies/new/", views.new_reply, name="new_reply"),
    path("replies/preview", views.reply_preview, name="reply_preview"),
    path("replies/<int:pk>/", views.reply_page, name="reply"),
    path("replies/<int:pk>/removal", views.reply_removal, name="reply_removal"),
]
