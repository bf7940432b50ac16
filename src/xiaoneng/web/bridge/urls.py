from django.urls import path

from . import views

app_name = "bridge"
urlpatterns = [
    path("import/", views.imports, name="imports"),
    path("import/<int:pk>/", views.one_import, name="import"),
    path("import/<int:pk>/progress/", views.progress, name="progress"),
    path("import/<int:pk>/mapping/", views.mapping, name="mapping"),
    path("import/<int:pk>/read/", views.read_with, name="read_with"),
    path("import/<int:pk>/accept/", views.accept, name="accept"),
    path("import/<int:pk>/again/", views.again, name="again"),
    path("import/<int:pk>/discard/", views.discard, name="discard"),
    path("import/<int:pk>/undo/", views.undo, name="undo"),
    path("import/<int:pk>/rows.xlsx", views.rows_at_fault, name="rows"),
    path("clocks/run/", views.run_clocks, name="run_clocks"),
]
