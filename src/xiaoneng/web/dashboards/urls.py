from django.urls import path

from . import views
from .flow import list_views, map_views, official_views, table_views
from .flow import views as flow

app_name = "dashboards"
urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("agencies/<code:code>/", views.agency, name="agency"),
    path("items/<code:code>/", views.item, name="item"),
    path("figures/<str:name>.csv", views.figure_rows, name="figure_rows"),
    path("time/", flow.summary, name="time"),
    path("time/findings/<int:number>/", flow.finding, name="finding"),
    path("time/map/", map_views.process_map, name="map"),
    path("time/steps/", table_views.steps, name="steps"),
    path("time/causes/", table_views.causes, name="causes"),
    path("time/spectrum/", map_views.spectrum, name="spectrum"),
    path("time/variants/", map_views.variants, name="variants"),
    path("time/handovers/", table_views.handovers, name="handovers"),
    path("time/items/", table_views.items, name="items"),
    path("time/items/<code:name>/", table_views.item, name="same_item"),
    path("time/departures/", official_views.departures, name="departures"),
    path("time/directives/", official_views.directives, name="directives"),
    path("time/lists/", list_views.lists, name="lists"),
    path("time/lists/run/", list_views.run, name="lists_run"),
    path("time/lists/<int:pk>/file/", list_views.file, name="list_file"),
    path("time/lists/<int:pk>/put-back/", list_views.put_back, name="put_back_list"),
    path("time/lists/<str:role>/template.csv", list_views.template, name="list_template"),
    path("time/lists/<str:role>/give/", list_views.give, name="give_list"),
    path("time/lists/<str:role>/remove/", list_views.remove, name="remove_list"),
    path("time/cases/", flow.cases, name="time_cases"),
    path("time/log/<str:kind>/", flow.event_log, name="event_log"),
    path("time/cases/export.<str:kind>", flow.export, name="time_export"),
]
