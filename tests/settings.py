"""Settings for tests: those of the product, with everything slow or outward taken out."""

import os
import tempfile

# A data folder of its own, gone with the process: tests never touch anybody's ./var.
_home = tempfile.TemporaryDirectory(prefix="foredesk-tests-")
os.environ["FOREDESK_HOME"] = _home.name
os.environ["FOREDESK_DEMO"] = "true"
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-of-no-worth-anywhere-else")
for _name in ("DEBUG", "PORT", "TIME_ZONE", "FOREDESK_URL", "ALLOWED_HOSTS", "EMAIL_URL", "FOREDESK_ORGANISATION"):
    os.environ.pop(_name, None)

from foredesk.config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of this test process alone
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
UNDECLARED_VIEWS_RAISE = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in the product: in memory, two threads meet with “table is locked” instead of waiting for each other.
    # FOREDESK_TEST_DATABASE with `--reuse-db` spares a run that is repeated a hundred times its migrations.
    _database = os.environ.get("FOREDESK_TEST_DATABASE") or f"{_home.name}/test.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": _database}  # noqa: F405
