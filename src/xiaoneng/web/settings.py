"""Settings of the web application. A deployment changes them through the environment only:

XIAONENG_DATA_DIR    folder of the database, the secret key and collected static files; default ./var
XIAONENG_HOSTS       names that the server answers to, with commas between; default this machine only
XIAONENG_DATABASE    postgresql://user:password@host:port/name; default SQLite in the data folder
XIAONENG_REGISTRAR_DATABASE, XIAONENG_BOX_DATABASE
                     the two databases of secret ballots, written like XIAONENG_DATABASE; default SQLite in the data folder
XIAONENG_SECURE      1 where the server stands behind https: cookies and redirects follow
XIAONENG_COUNTY      the county's name, shown in the head of every page
XIAONENG_SECRET_KEY  the secret key itself; default a key made once in the data folder
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

PACKAGE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("XIAONENG_DATA_DIR") or "var").resolve()


def _secret_key() -> str:
    """The key of this installation: made at first need, readable by its owner only."""
    named = os.environ.get("XIAONENG_SECRET_KEY")
    if named:
        return named
    file = DATA_DIR / "secret_key"
    if not file.is_file():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(secrets.token_urlsafe(50))
        except FileExistsError:  # another process was quicker: its key stands
            pass
    return file.read_text(encoding="ascii").strip()


# A writer takes its place at once instead of failing at the end.
_SQLITE = {"transaction_mode": "IMMEDIATE", "timeout": 20}
_OPEN_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
# A write-ahead log would tell in which order ballots came: the secret databases keep none, and wipe what they drop.
_UNORDERED_PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON;"
)


def _database(variable: str, file: str, pragmas: str) -> dict[str, Any]:
    """The database that a variable of the environment names, or the file in the data folder."""
    named = os.environ.get(variable)
    if named:
        parts = urlsplit(named)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or unquote(dict(parse_qsl(parts.query)).get("host", "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / file,
        "OPTIONS": {**_SQLITE, "init_command": pragmas},
    }


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("XIAONENG_DEBUG") == "1"
ALLOWED_HOSTS = [name for name in os.environ.get("XIAONENG_HOSTS", "").split(",") if name] or [
    "127.0.0.1",
    "localhost",
    "[::1]",
]
COUNTY_NAME = os.environ.get("XIAONENG_COUNTY", "")

DATABASES = {
    "default": _database("XIAONENG_DATABASE", "xiaoneng.sqlite3", _OPEN_PRAGMAS),
    "registrar": _database("XIAONENG_REGISTRAR_DATABASE", "registrar.sqlite3", _UNORDERED_PRAGMAS),
    "box": _database("XIAONENG_BOX_DATABASE", "box.sqlite3", _UNORDERED_PRAGMAS),
}
DATABASE_ROUTERS = ["xiaoneng.web.shell.databases.Apart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "xiaoneng.web.shell",
    "xiaoneng.web.audit",
    "xiaoneng.web.accounts",
    "xiaoneng.web.registry",
    *(
        f"xiaoneng.web.{name}"
        for name in ("registrar", "ballotbox", "cases", "appraisals", "ratings", "bridge", "dashboards")
        if (PACKAGE_DIR / name / "__init__.py").is_file()
    ),
    "xiaoneng.web.ops",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # before all that may refuse a request
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "xiaoneng.web.shell.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "xiaoneng.web.accounts.middleware.PrivatePagesMiddleware",
    "xiaoneng.web.accounts.middleware.NewPasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xiaoneng.web.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["xiaoneng.web.shell.templatetags.shell", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiaoneng.web.shell.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- who may come in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "xiaoneng.web.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "shell:home"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: one working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "xiaoneng.web.accounts.views.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# --- what a browser may do with our pages

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
IS_SECURE = os.environ.get("XIAONENG_SECURE") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0  # one year
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS] if IS_SECURE else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "xiaoneng.web.shell.errors.csrf_failure"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # bytes; larger uploads go to a file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

# --- languages, times, numbers

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 31_536_000  # seconds: one year
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "xiaoneng.web.shell.storage.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = True  # so that tests and a first look need no collected files
MEDIA_ROOT = DATA_DIR / "files"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}

# --- long jobs

BRIDGE_WORKS_APART = True  # imports and the daily run in a process of their own; tests do them at once
IMPORT_MAX_BYTES = int(os.environ.get("XIAONENG_IMPORT_MAX_MIB", "512")) * 1024 * 1024  # of one uploaded file
