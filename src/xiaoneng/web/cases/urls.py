from django.urls import path

from . import views

app_name = "cases"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/export.<str:kind>", views.export, name="export"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cards/", views.cards, name="cards"),
]
