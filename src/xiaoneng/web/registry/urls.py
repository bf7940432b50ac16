from django.urls import path

from .views import agencies, calendar, deadline, items

app_name = "registry"
urlpatterns = [
    path("deadline/", deadline.deadline, name="deadline"),
    path("registry/agencies/", agencies.agencies, name="agencies"),
    path("registry/agencies/new/", agencies.agency_form, name="new_agency"),
    path("registry/agencies/<code:code>/", agencies.agency, name="agency"),
    path("registry/agencies/<code:code>/change/", agencies.agency_form, name="change_agency"),
    path("registry/items/", items.items, name="items"),
    path("registry/items/import/", items.import_items, name="import_items"),
    path("registry/items/<int:pk>/", items.item, name="item"),
    path("registry/items/<int:pk>/version/", items.new_version, name="new_version"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/notices/new/", calendar.new_notice, name="new_notice"),
    path("calendar/notices/<int:pk>/", calendar.notice, name="notice"),
    path("calendar/notices/<int:pk>/decide/", calendar.decide_notice, name="decide_notice"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar_year"),
]
