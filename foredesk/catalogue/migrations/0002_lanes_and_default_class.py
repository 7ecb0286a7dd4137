from django.db import migrations

LANES = [
    {
        "key": "rapid",
        "name": "the rapid desk",
        "explanation": "which takes quick things first",
        "time_box_minutes": 40,
    },
    {
        "key": "deep",
        "name": "the deep-dive team",
        "explanation": "which takes the time that bigger things need, without being interrupted",
        "time_box_minutes": None,
    },
]

DEFAULT_CLASS = {
    "name": "Something else",
    "description": "Not sure, or none of these: tell us in your own words, and we find out what it is.",
    "size_reason": "because we first find out together what it is",
    "usual_size": "hour",
    "first_reply_minutes": 60,
    "solution_minutes": 960,
    "silence_minutes": 240,
    "closing_minutes": 1440,
    "icon": "circle-question-mark",
    "position": 900,
}


def make(apps, schema_editor):
    Lane = apps.get_model("catalogue", "Lane")
    ServiceClass = apps.get_model("catalogue", "ServiceClass")
    rapid, _deep = [Lane.objects.create(**words) for words in LANES]
    ServiceClass.objects.create(is_default=True, lane=rapid, **DEFAULT_CLASS)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
