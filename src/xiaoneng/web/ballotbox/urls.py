from django.urls import path

from . import views

app_name = "ballotbox"
urlpatterns = [
    path("vote/", views.rounds, name="rounds"),
    path("vote/page-hash/", views.page_hash, name="page_hash"),
    path("vote/<code:round>/", views.vote, name="vote"),
    path("vote/<code:round>/round.json", views.round_json, name="round"),
    path("vote/<code:round>/known", views.known, name="known"),
    path("vote/<code:round>/cast", views.cast, name="cast"),
    path("vote/<code:round>/plain/", views.plain, name="plain"),
    path("vote/<code:round>/check/", views.check, name="check"),
    path("vote/<code:round>/proof.json", views.proof, name="proof"),
    path("vote/<code:round>/published.json", views.published_index, name="published_index"),
    path("vote/<code:round>/published.zip", views.folder, name="folder"),
    path("vote/<code:round>/published/<str:name>", views.published, name="published"),
]
