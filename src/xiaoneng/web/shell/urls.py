from django.urls import path

from . import views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("switch/language/", views.switch_language, name="language"),
    path("switch/type/", views.switch_type, name="type"),
    path("drawing.css", views.drawing_css, name="drawing_css"),
    path("healthz/", views.healthz, name="healthz"),
]
