"""The description of the API, its documentation to try out, and an answer for every other address below ``/api/``."""

from django.urls import path, re_path

from mlops_portal.api import docs

urlpatterns = [
    path("api/v1/schema/", docs.SchemaView.as_view(), name="api-schema"),
    path("api/docs/", docs.documentation, name="api-docs"),
    path("client.py", docs.client, name="api-client"),
    re_path(r"^api/", docs.NowhereView.as_view(), name="api-nowhere"),
]
