from django.urls import path

from . import views

app_name = "dashboards"
urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("agencies/<code:code>/", views.agency, name="agency"),
    path("items/<code:code>/", views.item, name="item"),
    path("figures/<str:name>.csv", views.figure_rows, name="figure_rows"),
]
