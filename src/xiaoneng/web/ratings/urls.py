from django.urls import path

from . import views

app_name = "ratings"
urlpatterns = [
    path("ratings/", views.shares.ratings, name="ratings"),
    path("ratings/shares.csv", views.shares.file, name="file"),
    path("ratings/agencies/<code:agency>/", views.shares.agency, name="agency"),
    path("ratings/matters/", views.matters.matters, name="matters"),
    path("ratings/matters/contact/", views.matters.contact_several, name="contact_several"),
    path("ratings/matters/<int:pk>/", views.matters.matter, name="matter"),
    path("ratings/matters/<int:pk>/contact/", views.matters.contact, name="contact"),
    path("ratings/matters/<int:pk>/mend/", views.matters.mend, name="mend"),
    path("ratings/matters/<int:pk>/call-back/", views.matters.call_back, name="call_back"),
    path("ratings/matters/<int:pk>/close/", views.matters.close, name="close"),
    path("ratings/matters/<int:pk>/review/", views.matters.review, name="review"),
    path("ratings/matters/<int:pk>/heard/", views.matters.heard, name="heard"),
    path("ratings/matters/<int:pk>/decide/", views.matters.decide, name="decide"),
    path("ratings/links/", views.links.links, name="links"),
    path("ratings/links/make/", views.links.make, name="make"),
    path("ratings/days/", views.links.days, name="days"),
    path("rate/<str:token>/", views.rating.rate, name="rate"),
]
