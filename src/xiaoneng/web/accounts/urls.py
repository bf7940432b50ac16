from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("me/", views.me, name="me"),
    path("me/password/", views.new_password, name="new_password"),
    path("accounts/", views.users, name="users"),
    path("accounts/new/", views.user, name="new_user"),
    path("accounts/<int:pk>/", views.user, name="user"),
    path("accounts/<int:pk>/password/", views.user_password, name="user_password"),
]
