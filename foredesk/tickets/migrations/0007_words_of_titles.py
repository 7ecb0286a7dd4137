from django.db import migrations


def add_index(apps, schema_editor):
    """For the lookup `has_word`; SQLite has no such index."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX words_of_titles ON tickets_ticket USING gin (to_tsvector('simple', subject))"
        )


def remove_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX words_of_titles")


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0006_lists_in_their_order"),
    ]

    operations = [
        migrations.RunPython(add_index, remove_index, elidable=False),
    ]
