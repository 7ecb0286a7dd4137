from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "foredesk.mail"
