"""Settings of the registrar as a process of its own (`xiaoneng serve registrar`): its database and its pages alone.

It can read neither the ballot box nor the rest of the application: their addresses do not stand here. The same variables
of the environment count as in `settings`; give it a data folder of its own, and an account of its own on the machine.
"""

from __future__ import annotations

from . import settings as whole
from .settings import *  # noqa: F403

DATABASES = {"default": {}, "registrar": whole.DATABASES["registrar"]}
INSTALLED_APPS = [
    "xiaoneng.web.shell",
    "xiaoneng.web.registrar",
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
    "xiaoneng.web.shell.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["xiaoneng.web.shell.templatetags.shell", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "xiaoneng.web.shell.context.page",
            ],
        },
    }
]
ROOT_URLCONF = "xiaoneng.web.registrar.standing_alone"
CSRF_FAILURE_VIEW = "xiaoneng.web.registrar.standing_alone.handler403"
AUTHENTICATION_BACKENDS = []
AUTH_USER_MODEL = "auth.User"  # nobody logs in here, and the app of accounts is not loaded
STATIC_ROOT = whole.DATA_DIR / "static-registrar"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [("ballotbox", whole.PACKAGE_DIR / "ballotbox" / "static" / "ballotbox")]  # the voter's script
LOGGING = {
    **whole.LOGGING,
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },  # no line of a refused voter
}
