from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    name = "foredesk.attachments"
