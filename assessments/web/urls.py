"""Addresses of the assessments app's pages."""

from django.urls import include, path

from assessments.web import answering, assess, assessment, compare, frameworks, report, views

urlpatterns = [
    path("projects/<slug:slug>/scorecard/", views.scorecard, name="scorecard"),
    path("projects/<slug:slug>/", include("assessments.web.planning_urls")),
    path("projects/<slug:slug>/assess/", assess.assess, name="assess"),
    path("projects/<slug:slug>/assess/answer/", answering.assess_answer, name="assess-answer"),
    path("projects/<slug:slug>/assess/submit/", assess.assess_submit, name="assess-submit"),
    path("projects/<slug:slug>/assess/<slug:dimension>/", answering.assess_dimension, name="assess-dimension"),
    path("assessments/<int:assessment_id>/", assessment.assessment_page, name="assessment"),
    path("assessments/<int:assessment_id>/withdraw/", assessment.assessment_withdraw, name="assessment-withdraw"),
    path("assessments/<int:assessment_id>/publish/", assessment.assessment_publish, name="assessment-publish"),
    path("assessments/<int:assessment_id>/take-up/", assessment.assessment_take_up, name="assessment-take-up"),
    path("assessments/<int:assessment_id>/compare/<slug:other>/", compare.compare, name="assessment-compare"),
    path("assessments/<int:assessment_id>/report/", report.report, name="assessment-report"),
    path("assessments/<int:assessment_id>/report.csv", report.report_csv, name="assessment-report-csv"),
    path("assessments/<int:assessment_id>/report.json", report.report_json, name="assessment-report-json"),
    path("frameworks/", frameworks.frameworks_page, name="frameworks"),
    path("frameworks/upload/", frameworks.framework_upload, name="framework-upload"),
    path("frameworks/versions/<int:version_id>/", frameworks.framework_version, name="framework-version"),
    path("frameworks/versions/<int:version_id>/try/", frameworks.framework_try, name="framework-try"),
    path("frameworks/versions/<int:version_id>/activate/", frameworks.framework_activate, name="framework-activate"),
    path("frameworks/versions/<int:version_id>/retire/", frameworks.framework_retire, name="framework-retire"),
    path("frameworks/<slug:framework_id>/", frameworks.framework_page, name="framework"),
    path(
        "frameworks/<slug:framework_id>/compare/<str:before>...<str:after>/",
        frameworks.framework_compare,
        name="framework-compare",
    ),
]
