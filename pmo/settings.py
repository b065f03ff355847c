"""All settings, from the environment; the house does not start on nonsense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pmo import environment as env
from pmo.redaction import redact

BASE_DIR = Path(__file__).resolve().parent.parent
PMO_ENV = env.text("PMO_ENV", "development", choices=("development", "test", "production"))
PRODUCTION = PMO_ENV == "production"
PMO_HOME = env.directory("PMO_HOME", BASE_DIR).resolve()
PMO_VAR = PMO_HOME / "var"
PMO_FILES = env.directory("PMO_FILES", PMO_VAR / "files")
PMO_VERSION = "0.1.0"

DEBUG = env.flag("PMO_DEBUG", default=False)
SECRET_KEY, SECRET_KEY_FALLBACKS = env.keys(PRODUCTION, development_key="development-only-" + "0" * 40)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("In production PMO_DEBUG must be false.")
ALLOWED_HOSTS = env.names(
    "PMO_HOSTS",
    "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver",
    r"\.?[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]",
    "host names without scheme and port, with commas",
)
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("PMO_HOSTS must list the host names of this installation.")
WEB_ADDRESS = "https" + ("" if PRODUCTION else "?") + r"://[^/?#\s]+"
CSRF_TRUSTED_ORIGINS = env.names(
    "PMO_ORIGINS", "", WEB_ADDRESS, "addresses without path such as https://pmo.example.org"
)
SITE_URL = env.matching(
    "PMO_URL",
    f"http{'s' if PRODUCTION else ''}://127.0.0.1:{env.integer('PMO_PORT', 8000, 1, 65535)}",
    WEB_ADDRESS + "/?",
    "an address without path such as https://pmo.example.org",
).rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "django_htmx",
    "template_partials",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_prometheus",
    "pmo.access",
    "pmo.audit",
    "pmo.organisation",
    "pmo.notices",
    "pmo.fields",
    "pmo.workflow",
    "pmo.pdf",
    "pmo.ui",
    "pmo.rest",
    "pmo.search",
    "pmo.attachments",
    "pmo.followups",
    "pmo.exchange",
    "pmo.console",
    "portfolio",
    "resources",
    "governance",
    "knowledge",
    "reporting",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pmo.ui.middleware.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pmo.audit.middleware.RequestContextMiddleware",
    "pmo.console.request_log.RequestLogMiddleware",
    "pmo.ui.middleware.PersonalisationMiddleware",
    "pmo.ui.middleware.HouseErrorsMiddleware",
    "pmo.console.middleware.FirstRunMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "pmo.urls"
WSGI_APPLICATION = "pmo.wsgi.application"
ASGI_APPLICATION = "pmo.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "pmo.ui.controls.ControlRenderer"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django_htmx.templatetags.django_htmx", "pmo.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "pmo.ui.context.shell",
            ],
        },
    }
]

# --- data -----------------------------------------------------------------------------------------------------------
AS_OWNER = env.flag("PMO_AS_OWNER", default=PMO_ENV == "test")
APPLICATION_ROLE = env.database("DATABASE_URL")["USER"]
DATABASES = {
    "default": {
        **(env.database("DATABASE_OWNER_URL", fallback="DATABASE_URL") if AS_OWNER else env.database("DATABASE_URL")),
        "CONN_MAX_AGE": env.integer("PMO_CONN_MAX_AGE", 60, 0, 3600),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env.flag("PMO_PGBOUNCER", default=False),
    }
}
# A server that is switched off says nothing: without these, who speaks to it waits for a quarter of an hour.
DATABASES["default"]["OPTIONS"] |= {"connect_timeout": 5, "keepalives_idle": 30, "tcp_user_timeout": 30_000}
DATABASES["default"]["OPTIONS"]["options"] = env.patience(DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"])
if PMO_ENV == "test":
    # Tests empty their own database between runs; history refuses that everywhere else.
    DATABASES["default"]["OPTIONS"]["options"] += " -c pmo.test_database=on"
    DATABASES["default"]["TEST"] = {"NAME": env.text("PMO_TEST_DB", "test_pmo")}
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "pmo.caching.ForgivingCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1.0, "socket_connect_timeout": 1.0},
    }
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(PMO_FILES)}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
if env.text("PMO_FILE_STORE", "disk", choices=("disk", "s3")) == "s3":
    STORAGES["attachments"] = env.object_store(secure=PRODUCTION)
FILE_MAX_BYTES = env.integer("PMO_FILE_MAX_MB", 25, 1, 2000) * 1024 * 1024
FILE_KEEP_DAYS = env.integer("PMO_FILE_KEEP_DAYS", 3650, 1, 36_500)
STATIC_URL = "/static/"
STATIC_ROOT = PMO_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
IMPORT_MAX_BYTES = env.integer("PMO_IMPORT_MAX_MB", 25, 1, 500) * 1024 * 1024

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "pmo.access.adapter.ClosedAdapter"
ACCOUNT_FORMS = {"reset_password": "pmo.console.entrance.AskForPassword"}
INVITATION_DAYS = env.integer("PMO_INVITATION_DAYS", 14, 1, 90)
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("PMO_TRUSTED_PROXIES", 0, 0, 10)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "pmo.console.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
# Each by its own name, so that whoever is lost in a foreign language finds his own.
LANGUAGES = [("en-gb", "English (United Kingdom)"), ("en-us", "English (United States)"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- security -------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("PMO_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
if env.flag("PMO_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- REST -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "pmo.rest.authentication.TokenAuthentication",
        "pmo.rest.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "pmo.rest.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "pmo.rest.schema.RoomSchema",
    "EXCEPTION_HANDLER": "pmo.rest.problems.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 50,
}
API_CALLS_PER_MINUTE = env.integer("PMO_API_CALLS_PER_MINUTE", 12_000, 1, 10_000_000)
API_CALLS_OF_PERSON = env.integer("PMO_API_CALLS_OF_PERSON", 24_000, 1, 10_000_000)
API_HEAVY_PER_MINUTE = env.integer("PMO_API_HEAVY_PER_MINUTE", 600, 1, 10_000_000)
API_MAX_BODY = env.integer("PMO_API_MAX_BODY", 5 * 1024 * 1024, 1024, 100 * 1024 * 1024)
# A key of idempotency needs the body as it came, so Django must be willing to read as much as the door is.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(DATA_UPLOAD_MAX_MEMORY_SIZE, API_MAX_BODY)
SPECTACULAR_SETTINGS = {
    "TITLE": "PMO",
    "DESCRIPTION": "Portfolios, projects, status reports and executive packs of a project management office.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": [],
}

# --- worker ---------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.broker(REDIS_URL)
CELERY_TASK_DEFAULT_QUEUE = env.matching("PMO_QUEUE", "pmo", r"[\w.-]{1,60}", "a name of letters, digits, . _ and -")
LONG_TASKS = {"packs.make", "lists.export", "exchange.read", "exchange.apply", "audit.verify", "retention.run"}
CELERY_TASK_ROUTES = ["pmo.celery.route"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "socket_keepalive": not REDIS_URL.startswith("unix:"),
    "health_check_interval": 25,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "relay the outbox": {"task": "notices.relay", "schedule": 5.0, "options": {"expires": 5}},
    "seal history": {"task": "audit.seal", "schedule": 60.0, "options": {"expires": 55}},
    "make scheduled packs": {"task": "schedules.tick", "schedule": 60.0, "options": {"expires": 55}},
    "sweep pack runs": {"task": "packs.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "forget old REST answers": {"task": "rest.forget", "schedule": 3600.0, "options": {"expires": 3500}},
    "sweep exports of lists": {"task": "lists.sweep", "schedule": 900.0, "options": {"expires": 800}},
    "send forgotten imports again": {"task": "exchange.sweep", "schedule": 900.0, "options": {"expires": 800}},
    "remove what was kept long enough": {"task": "retention.nightly", "schedule": 900.0, "options": {"expires": 800}},
    "remove half-written files": {"task": "files.tidy", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "sweep files": {"task": "attachments.sweep", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "send digests and mail again": {"task": "notices.digests", "schedule": 60.0, "options": {"expires": 55}},
    "remind of action items due": {"task": "followups.remind", "schedule": 3600.0, "options": {"expires": 3500}},
    "remind of reports due": {"task": "status.remind", "schedule": 3600.0, "options": {"expires": 3500}},
}

# --- mail -----------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = env.matching(
    "PMO_MAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.filebased.EmailBackend",
    r"\w+(\.\w+)+",
    "the name of a Python class",
)
EMAIL_FILE_PATH = str(PMO_VAR / "mail")
EMAIL_HOST = env.matching(
    "PMO_MAIL_HOST", "localhost", r"[A-Za-z0-9._-]+|[0-9a-fA-F:]+", "the name of a host without scheme and port"
)
EMAIL_PORT = env.integer("PMO_MAIL_PORT", 25, 1, 65535)
EMAIL_HOST_USER = env.text("PMO_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("PMO_MAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("PMO_MAIL_TLS", default=False)
EMAIL_TIMEOUT = env.integer("PMO_MAIL_TIMEOUT", 10, 1, 120)
DEFAULT_FROM_EMAIL = env.matching("PMO_MAIL_FROM", "pmo@localhost", r"[^\r\n]*[^\s@]+@[^\s@]+>?", "an e-mail address")

# --- history and logs -------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
LOG_LEVEL = env.text(
    "PMO_LOG_LEVEL",
    "WARNING" if PMO_ENV == "test" else "INFO",
    choices=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
)
LOG_STAMPS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    redact,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "house": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": LOG_STAMPS,
            "processor": structlog.processors.JSONRenderer()
            if PRODUCTION
            else structlog.dev.ConsoleRenderer(colors=False),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "house"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        # Its warnings tell whole addresses, with what stands in them; `pmo.requests` tells routes.
        "django.request": {"level": "ERROR"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *LOG_STAMPS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
