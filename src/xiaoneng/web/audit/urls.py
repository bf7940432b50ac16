from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [path("trace/", views.trace, name="trace")]
