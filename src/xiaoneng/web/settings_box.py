"""Settings of the ballot box as a process of its own (`xiaoneng serve box`): its database and its pages alone.

It can read neither the registrar nor the rest of the application: their addresses do not stand here. No session, no cookie,
no login, no log of who asks for what. The same variables of the environment count as in `settings`; give it a data folder of
its own, and an account of its own on the machine.

XIAONENG_BOX_KEYS           folder of the secret keys of the rounds; default `box-keys` in the data folder
XIAONENG_BOX_AUDITORS_KEY   public key for which replica and closing data are sealed; default made beside the keys
XIAONENG_BOX_REPLICA        file of the sealed replica, best on another disk; default in the data folder
"""

from __future__ import annotations

import secrets

from . import settings as whole
from .settings import *  # noqa: F403

SECRET_KEY = secrets.token_urlsafe(50)  # signs nothing; nobody else has it, and it ends with the process
BALLOTBOX_STANDS_ALONE = True
DATABASES = {"default": {}, "box": whole.DATABASES["box"]}
INSTALLED_APPS = [
    "xiaoneng.web.shell",
    "xiaoneng.web.ballotbox",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",  # says how long an answer is, so that a connection can be kept
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["xiaoneng.web.shell.templatetags.shell", "django.templatetags.i18n"],
            "context_processors": ["django.template.context_processors.request"],
        },
    }
]
ROOT_URLCONF = "xiaoneng.web.ballotbox.standing_alone"
WSGI_APPLICATION = "xiaoneng.web.ballotbox.fast.application"
AUTHENTICATION_BACKENDS = []
AUTH_USER_MODEL = "auth.User"  # nobody logs in here, and the app of accounts is not loaded
STATIC_ROOT = whole.DATA_DIR / "static-box"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SECURE_REFERRER_POLICY = "no-referrer"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # bytes; a ballot is far smaller
LOGGING = {
    **whole.LOGGING,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},  # no time, no address
    "loggers": {
        "django.request": {"level": "CRITICAL"},  # it would write down each refused ballot
        "django.security": {"level": "CRITICAL"},
        "waitress": {"level": "CRITICAL"},
    },
}
