"""Django's settings, from the environment alone; `portal.env` lists every variable."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from portal.connections import connection_class
from portal.embedded import places
from portal.env import BASE_DIR, BadEnvironment, read
from portal.filing import documents_settings, local_file_keys, new_file_key
from portal.mail import mail_settings
from portal.signatures import local_signing_key, new_signing_key

try:
    _env = read(os.environ)
except BadEnvironment as words:
    raise SystemExit(str(words)) from None


def _kept(folder: Path, name: str, make: Callable[[], str]) -> str:
    """A secret of local use, made at the first start."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if secret := path.read_text():
            return secret
        descriptor = os.open(path, os.O_WRONLY)
    except OSError as error:
        raise SystemExit(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Make it writable for this user, or choose another one with DATA_DIR=/some/folder."
        ) from None
    secret = make()
    with open(descriptor, "w") as file:
        file.write(secret)
    return secret


def _database(url: str) -> dict:
    """Django's database entry for a URL; query parameters other than the host go to libpq."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    seconds = _env["DATABASE_STATEMENT_TIMEOUT"]
    limits = [f"-c lock_timeout={LOCK_TIMEOUT_MS}", f"-c statement_timeout={seconds * 1000}"]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **query,
            "connect_timeout": 3,
            "options": " ".join(limits),
            "server_side_binding": False,
            "pool": {
                "min_size": 1,
                "max_size": 10,
                "timeout": 3,
                "max_idle": 120,
                "connection_class": connection_class(seconds),
            },
        },
    }


def _next_database_number(url: str) -> str:
    """The same Redis server with the next database number, so that clearing the cache spares the queue."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = dict(parse_qsl(parts.query))
        query["db"] = str(int(query.get("db", "0")) + 1)
        return f"unix://{parts.path}?{urlencode(query)}"
    return urlunsplit(parts._replace(path=f"/{int(parts.path.strip('/') or 0) + 1}"))


def _broker(url: str) -> str:
    """The URL as Celery spells it."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={number}"


LOCK_TIMEOUT_MS = 3000
PRODUCTION = _env.production
DEBUG = bool(_env["DEBUG"])
DATA_DIR = _env["DATA_DIR"]
WITH_SAMPLE = _env["SAMPLE"]
BASE_URL = _env["BASE_URL"]
SECRET_KEY = _env["SECRET_KEY"] or _kept(DATA_DIR, "secret_key", lambda: secrets.token_urlsafe(48))
SECRET_KEY_FALLBACKS = list(_env["SECRET_KEY_FALLBACKS"])
ALLOWED_HOSTS = list(_env["ALLOWED_HOSTS"])

_embedded = places.at(DATA_DIR)
REDIS_URL = _env["REDIS_URL"] or _embedded.redis_url
_application_url = _env["DATABASE_URL"] or _embedded.database_url
_owner_url = (
    (_env["DATABASE_OWNER_URL"] or _env["DATABASE_URL"]) if _env["DATABASE_URL"] else _embedded.owner_url
)
DATABASES = {"default": _database(_owner_url if _env["DATABASE_AS_OWNER"] else _application_url)}
DATABASE_APPLICATION_ROLE = unquote(urlsplit(_application_url).username or "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _next_database_number(REDIS_URL),
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "portal.outbox",
    "portal.audit",
    "portal.files",
    "portal.accounts",
    "portal.notices",
    "agreements",
    "agreements.keys",
    "registry",
    "registry.inspections",
    "registry.batches",
    "registry.opendata",
    "registry.watching",
    "portal.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.web.middleware.RequestId",
    "portal.web.middleware.ContentSecurityPolicy",
    "portal.web.middleware.NotShared",
    "django.middleware.locale.LocaleMiddleware",
    "portal.health.DatabaseOutage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.sessions.Limits",
    "portal.web.bodies.Bounds",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "portal.web.forms.Renderer"
_template_loaders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",  # for the admin's own
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.site",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", _template_loaders),
            ]
            if not DEBUG
            else _template_loaders,
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portal.accounts.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation proves the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True  # the limits of a session are ours, not the person's to choose
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignIn",
    "reset_password": "portal.accounts.forms.AskForLink",
    "reset_password_from_key": "portal.accounts.forms.ChoosePassword",
    "change_password": "portal.accounts.forms.ChangePassword",
    "reauthenticate": "portal.accounts.forms.ConfirmPassword",
}
ALLAUTH_TRUSTED_PROXY_COUNT = _env["TRUSTED_PROXIES"]

MFA_ADAPTER = "portal.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Concordat"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.EnterCode",
    "reauthenticate": "portal.accounts.forms.ConfirmCode",
    "activate_totp": "portal.accounts.forms.ActivateApp",
    "add_webauthn": "portal.accounts.forms.AddKey",
    "edit_webauthn": "portal.accounts.forms.RenameKey",
}

USERSESSIONS_ADAPTER = "portal.accounts.adapters.SessionsAdapter"

OIDC_PROVIDERS = _env["OIDC_PROVIDERS"]
SOCIALACCOUNT_ADAPTER = "portal.accounts.identities.IdentityAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["secret"],
                "settings": {"server_url": provider["server_url"], "oauth_pkce_enabled": True},
            }
            for provider in OIDC_PROVIDERS
        ],
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = _env["SESSION_IDLE_MINUTES"] * 60
SESSION_COOKIE_AGE = _env["SESSION_HOURS"] * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ADMIN_PATH = _env["ADMIN_PATH"] or ("" if PRODUCTION else "operator")

_mail = mail_settings(_env["EMAIL_URL"] or f"file://{quote(str(DATA_DIR / 'mail'))}")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _env["EMAIL_FROM"] or f"Concordat <no-reply@{urlsplit(BASE_URL).hostname}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
SEAL_FILES = _env["SEAL_FILES"]
FILE_KEYS = (
    _env["FILE_KEYS"] or (SEAL_FILES and local_file_keys(_kept(DATA_DIR, "file_keys", new_file_key))) or ()
)
SIGNING_KEY = _env["SIGNING_KEY"] or local_signing_key(_kept(DATA_DIR, "signing_key", new_signing_key))
RETIRED_SIGNING_KEYS = _env["RETIRED_SIGNING_KEYS"]
FILES_NGINX_LOCATION = _env["FILES_NGINX_LOCATION"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "documents": documents_settings(
        _env["STORAGE_URL"] or f"file://{quote(str(DATA_DIR / 'files'))}",
        for_nginx=bool(FILES_NGINX_LOCATION),
    ),
}
CLAMD_URL = _env["CLAMD_URL"]
DATA_LICENCE = _env["DATA_LICENCE"].strip()
WHITENOISE_USE_FINDERS = DEBUG

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.files.uploading.NamelessFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = list(_env["CSRF_TRUSTED_ORIGINS"])
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.accounts.screens.stale_form"
if _env["TRUSTED_PROXIES"]:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_SECURE = True
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Each request of the API, by minute; 0 sets no limit.
API_LIMITS = {
    "address": _env["API_LIMIT_ADDRESS"],
    "key": _env["API_LIMIT_KEY"],
    "writes": _env["API_LIMIT_WRITES"],
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["agreements.keys.api.authenticating.Bearer"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.permissions.Nobody"],
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "DEFAULT_RENDERER_CLASSES": ["portal.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Concordat API",
    "DESCRIPTION": "Whose conformity assessment results a partner accepts, for what, under which text and on which "
    "date. Information, not a legal decision.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
}

CELERY_BROKER_URL = _broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _env["LOG_LEVEL"]},
    "loggers": {
        "django": {"level": _env["LOG_LEVEL"], "handlers": [], "propagate": True},
        "django.server": {"level": _env["LOG_LEVEL"], "handlers": [], "propagate": True},
    },
}
