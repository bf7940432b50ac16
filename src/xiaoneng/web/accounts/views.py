"""Logging in and out, choosing a password, and managing accounts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiaoneng.web.shell import asked, open_to_all, paginated, permitted

from . import actions, queries
from .forms import LoginForm, NewPasswordForm, UserForm
from .models import User


class _Login(LoginView):
    """Login name and password; what was typed stays."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return response


@open_to_all
def login(request: HttpRequest) -> HttpResponseBase:
    """The login page."""
    return _Login.as_view()(request)


@open_to_all
def logout(request: HttpRequest) -> HttpResponseBase:
    """Ends the reader's session; by POST only."""
    return LogoutView.as_view()(request)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """After too many wrong tries: when it opens again."""
    return render(request, "accounts/locked_out.html", status=429)


@require_GET
@permitted()
def me(request: HttpRequest) -> HttpResponse:
    """What the system knows of the reader's own account."""
    return render(request, "accounts/me.html")


@require_http_methods(["GET", "POST"])
@permitted()
def new_password(request: HttpRequest) -> HttpResponse:
    """Choose a password of one's own."""
    user = request.user
    assert isinstance(user, User)
    form = NewPasswordForm(user, request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            actions.choose_password(user, form.cleaned_data["new"])
            update_session_auth_hash(request, user)
            messages.success(request, _("Your new password holds from now on."))
            return redirect("shell:home")
        return render(request, "accounts/new_password.html", {"form": form}, status=422)
    return render(request, "accounts/new_password.html", {"form": form})


@require_GET
@permitted("accounts.manage")
def users(request: HttpRequest) -> HttpResponse:
    """Who has an account, and as what."""
    search = asked(request, "q")
    page = paginated(request, queries.users(search=search))
    return render(request, "accounts/users.html", {"page": page, "search": search})


@require_http_methods(["GET", "POST"])
@permitted("accounts.manage")
def user(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One account: made, or changed."""
    known = get_object_or_404(User, pk=pk) if pk else None
    form = UserForm(request.POST or None, instance=known)
    context: dict[str, Any] = {"form": form, "known": known}
    if request.method != "POST":
        return render(request, "accounts/user.html", context)
    if not form.is_valid():
        return render(request, "accounts/user.html", context, status=422)
    if known is None:
        made, password = actions.create_user(by=request.user, **form.cleaned_data)
        return render(request, "accounts/one_time_password.html", {"account": made, "password": password})
    if known == request.user and not form.cleaned_data["is_active"]:
        form.add_error("is_active", _("You cannot shut your own account. Ask another administrator."))
        return render(request, "accounts/user.html", context, status=422)
    try:
        actions.change_user(known, by=request.user, **form.cleaned_data)
    except actions.LastManagerError:
        form.add_error(None, _("Nobody would be left who may manage accounts. Let another account do so first."))
        return render(request, "accounts/user.html", context, status=422)
    messages.success(request, _("The account has been changed."))
    return redirect("accounts:users")


@require_POST
@permitted("accounts.manage")
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown once."""
    account = get_object_or_404(User, pk=pk)
    password = actions.give_one_time_password(account, by=request.user)
    return render(request, "accounts/one_time_password.html", {"account": account, "password": password})
