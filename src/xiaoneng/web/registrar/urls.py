from django.urls import path

from . import views

app_name = "registrar"
urlpatterns = [
    path("token/<code:round>/", views.token, name="token"),
    path("token/<code:round>/begin/", views.begin, name="begin"),
    path("token/<code:round>/issue/", views.issue, name="issue"),
    path("token/<code:round>/mine/", views.mine, name="mine"),
]
