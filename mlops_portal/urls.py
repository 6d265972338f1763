"""Every address of the portal. One of the few files that know everything."""

from django.contrib import admin
from django.urls import include, path

from assessments.api.views import badge_view
from mlops_portal.portal.health import healthz, readyz

urlpatterns = [
    path("", include("mlops_portal.portal.urls")),
    path("", include("assessments.web.urls")),
    path("api/v1/", include("mlops_portal.portal.api.urls")),
    path("api/v1/", include("assessments.api.urls")),
    path("", include("mlops_portal.api.urls")),
    path("badge/<slug:slug>.svg", badge_view, name="badge"),
    path("accounts/", include("mlops_portal.accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "mlops_portal.web.errors.bad_request"
handler403 = "mlops_portal.web.errors.permission_denied"
handler404 = "mlops_portal.web.errors.not_found"
handler500 = "mlops_portal.web.errors.server_error"
