"""All settings, from the environment (see docs/operations/settings.md); a secret may be given as X_FILE."""

import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import FileAwareEnv

env = FileAwareEnv(strip_whitespace=True)  # a file’s last line ends, its value does not

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env.str("FOREDESK_HOME", "") or Path.cwd() / "var").absolute()


def _kept_secret() -> str:
    """The secret of this data folder: made on the first start, readable by its owner only."""
    path = HOME / "secret_key"
    try:
        if not path.exists():
            HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=HOME) as new:  # mode 0600
                new.write(get_random_secret_key())
                new.flush()
                # Web and worker may start at the same moment: a link is made whole or not at all, and only once.
                with suppress(FileExistsError):
                    os.link(new.name, path)
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"the data folder {HOME} cannot be used ({error.strerror}). "
            "Give this account write access to it, or choose another folder with FOREDESK_HOME."
        ) from error


# --- What kind of installation this is -------------------------------------------------------------
DEMO = env.bool("FOREDESK_DEMO", False)
DEBUG = env.bool("DEBUG", False)
ORGANISATION = env.str("FOREDESK_ORGANISATION", "Your organisation")  # until the set-up asks for the name
PORT = env.int("PORT", 8000)
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]", "::1"]
BASE_URL = env.str("FOREDESK_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", LOCAL_HOSTS)
SECRET_KEY = env.str("SECRET_KEY", "") or _kept_secret()
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])  # former ones, still good for reading
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

if DEMO and (HTTPS or not {urlsplit(BASE_URL).hostname, *ALLOWED_HOSTS} <= set(LOCAL_HOSTS)):
    raise ImproperlyConfigured(
        "demo mode lets anybody in as anybody, so it works on this machine only. "
        "Unset FOREDESK_DEMO, or take FOREDESK_URL and ALLOWED_HOSTS back to localhost."
    )

# --- Rooms, from the ground up (docs/architecture.md) -----------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "foredesk.kit",
    "foredesk.ui",
    "foredesk.activity",
    "foredesk.people",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "foredesk.attachments",
    "foredesk.calendars",
    "foredesk.mail",
    "foredesk.catalogue",
    "foredesk.tickets",
    "foredesk.triage",
    "foredesk.intake",
    "foredesk.forecasts",
    "foredesk.shield",
    "foredesk.dispatch",
    "foredesk.desk",
    "foredesk.portal",
    "foredesk.operations",
    *(["foredesk.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "foredesk.operations.middleware.MachineAddresses",  # before hosts are checked and http is sent to https
    "foredesk.operations.middleware.Traced",
    "django.middleware.security.SecurityMiddleware",
    "foredesk.kit.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "foredesk.people.middleware.ReadersZone",
    "foredesk.operations.middleware.UntilSetUp",
    "foredesk.kit.access.RefuseUndeclared",
    "foredesk.people.middleware.SecondFactorOfAdministrators",
]

ROOT_URLCONF = "foredesk.config.urls"
WSGI_APPLICATION = "foredesk.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foredesk.ui.context.shell",
                "foredesk.people.context.organisation",
            ],
        },
    }
]

# --- Data --------------------------------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{HOME / 'foredesk.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing in the middle of a transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 300
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Planning a statement costs PostgreSQL more than answering it: what comes a fourth time is prepared. Needs a direct
    # connection, or a pooler that knows prepared statements (docs/operations/deploy.md).
    DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = env.str("FOREDESK_FILES", "") or HOME / "files"  # several machines: a folder that all of them mount
# Limits hold only if all processes count together; embedded SQLite usually has one, whose memory is enough.
CACHES: dict[str, dict[str, object]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if not DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "operations_cacheentry",  # operations.models.CacheEntry
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
BACKUP_DAILY = env.bool("BACKUP_DAILY", not DEMO)
BACKUP_KEEP = env.int("BACKUP_KEEP", 7)
TASKS = {"default": {"BACKEND": "foredesk.kit.traced_queue.TracedBackend"}}

# --- People and sign-in ------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "account_login"
UNDECLARED_VIEWS_RAISE = DEBUG or DEMO  # a view that does not say who may open it: an error here, 404 elsewhere
ACCOUNT_ADAPTER = "foredesk.people.adapter.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth wants to know all the same
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers, and the page says the same either way
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/h/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", 0)  # how many proxies in front add to X-Forwarded-For
ACCOUNT_FORMS = {
    "login": "foredesk.people.account_forms.SignInForm",
    "reset_password": "foredesk.people.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "foredesk.people.account_forms.NewPasswordForm",
    "change_password": "foredesk.people.account_forms.OwnPasswordForm",
    "set_password": "foredesk.people.account_forms.FirstPasswordForm",
}
# A provider for signing in (OpenID Connect), when OIDC_URL names one; the password then becomes the emergency door.
OIDC_URL = env.str("OIDC_URL", "").rstrip("/")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", "")
OIDC_NAME = env.str("OIDC_NAME", "your organisation’s account")
OIDC_SCOPES = env.list("OIDC_SCOPES", ["openid", "profile", "email"])
OIDC_TRUST_EMAIL = env.bool("OIDC_TRUST_EMAIL", False)  # for providers that never say email_verified
OIDC_NEW_PEOPLE = env.bool("OIDC_NEW_PEOPLE", True)
OIDC_ROLE_CLAIM = env.str("OIDC_ROLE_CLAIM", "groups")
OIDC_ROLES: dict[str, str] = env.dict("OIDC_ROLES", {})
OIDC_IS_STRONG = env.bool("OIDC_IS_STRONG", False)
LOCAL_SIGN_IN = env.str("LOCAL_SIGN_IN", "everybody")
if OIDC_URL and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_URL needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it.")
if OIDC_URL and not OIDC_URL.startswith("https://") and urlsplit(OIDC_URL).hostname not in LOCAL_HOSTS:
    raise ImproperlyConfigured("OIDC_URL has to begin with https://.")
if unknown := set(OIDC_ROLES.values()) - {"customer", "agent", "lead", "administrator"}:
    raise ImproperlyConfigured(f"OIDC_ROLES knows customer, agent, lead and administrator, not {', '.join(unknown)}.")
if LOCAL_SIGN_IN not in {"everybody", "administrators"}:
    raise ImproperlyConfigured("LOCAL_SIGN_IN is either everybody or administrators.")
SOCIALACCOUNT_ADAPTER = "foredesk.people.oidc.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that ends at another origin would fall under the content policy
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10  # seconds
# Outside the demo: administrators need a second factor, and who changes how they sign in is asked once more.
STRICT_SIGN_IN = not DEMO
MFA_ADAPTER = "foredesk.people.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey is the device and its owner's finger, face or PIN
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # two requests a sign-in, and a whole campus may share an address
# NIST SP 800-63B-4, section 3.1.1.2: 15 characters where the password is all, 8 where a second factor is asked too.
PASSWORD_LENGTH = 15
PASSWORD_LENGTH_WITH_SECOND_FACTOR = 8
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # seconds
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "foredesk.people.passwords.LengthValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["full_name", "email", "number", "phone"]},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "foredesk.people.passwords.GuessableValidator"},
]

# --- Language and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = env.str("TIME_ZONE", "Europe/Amsterdam")
USE_TZ = True

# --- Static files ------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
S3_BUCKET = env.str("S3_BUCKET", "")
if S3_BUCKET and find_spec("storages") is None:
    raise ImproperlyConfigured("S3_BUCKET needs django-storages. Install it: pip install 'django-storages[s3]'")
_files: dict[str, object] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if S3_BUCKET:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT", "") or None,
            "region_name": env.str("S3_REGION", "") or None,
            "access_key": env.str("S3_ACCESS_KEY", "") or None,
            "secret_key": env.str("S3_SECRET_KEY", "") or None,
            "location": env.str("S3_PREFIX", ""),
            "default_acl": None,  # private: Foredesk decides who reads a file, and hands it out itself
            "file_overwrite": False,
            "signature_version": "s3v4",
        },
    }
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Mail --------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "IT desk <desk@localhost>")
EMAIL_BACKEND = "foredesk.mail.backends.OutboxBackend"
# "kept": mails stay in the outbox, nothing goes out. Always so in the demo, whose people are invented.
MAIL_TRANSPORT = "kept" if DEMO else env.str("MAIL_TRANSPORT", "kept" if DEBUG else "smtp")
# "submission://name:password@mail.example.org" (STARTTLS), ".../?ssl=True" (TLS at once),
# "smtp://localhost:25" (neither).
_smtp = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
if "EMAIL_BACKEND" not in _smtp:  # an unknown scheme would silently mean: without TLS
    raise ImproperlyConfigured("EMAIL_URL has to begin with submission:// or smtp://.")
EMAIL_HOST = _smtp["EMAIL_HOST"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"], _smtp["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp["EMAIL_USE_TLS"], _smtp["EMAIL_USE_SSL"]
EMAIL_PORT = _smtp["EMAIL_PORT"] or (465 if EMAIL_USE_SSL else 587 if EMAIL_USE_TLS else 25)
EMAIL_TIMEOUT = _smtp["EMAIL_TIMEOUT"] or 30  # seconds, for each step of the conversation with the server

# Where mail is taken in from a mail server ("host:port"; "": nowhere), over SMTP and over LMTP.
MAIL_LISTEN = env.str("MAIL_LISTEN", "127.0.0.1:2525" if DEMO else "")
MAIL_LISTEN_LMTP = env.str("MAIL_LISTEN_LMTP", "")
MAIL_LISTEN_CERTIFICATE = env.str("MAIL_LISTEN_CERTIFICATE", "")  # files: with both, STARTTLS is offered
MAIL_LISTEN_KEY = env.str("MAIL_LISTEN_KEY", "")

# --- Uploads (what may be attached: foredesk/attachments/rules.py) -----------------------------------
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Imports -----------------------------------------------------------------------------------------
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", 500)  # of a file brought to the page; the command takes any
IMPORT_DAYS = env.int("IMPORT_DAYS", 14)  # how long such a file and its refused rows are kept

# --- Safety ------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0  # a year
if HTTPS:
    # TLS ends at the proxy in front, which has to set (not pass on) this header.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- Logs: to stderr, for whoever keeps the service to collect -----------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", "line")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # "": there is no /metrics
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured("LOG_FORMAT is either line or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"discreet": {"()": "foredesk.kit.tracing.Discreet"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{levelname}{name}{message}{request_id}",
            "style": "{",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": "time",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["discreet"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},  # "Not Found" is an answer, not a fault
        "django_tasks": {"level": "ERROR"},
        "django_tasks_db": {"level": "ERROR"},
        # A line for each request and each task: for machines that read them.
        "foredesk.request": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        "foredesk.task": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
