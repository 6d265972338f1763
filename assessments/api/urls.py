"""Addresses of the assessments API, below ``/api/v1/``."""

from django.urls import path

from assessments.api import assessments, designs, exemptions, framework_versions, frameworks, roadmap, views

urlpatterns = [
    path("projects/<slug:slug>/evidence/", views.EvidenceView.as_view(), name="api-evidence"),
    path("projects/<slug:slug>/scorecard/", views.ScorecardView.as_view(), name="api-scorecard"),
    path("projects/<slug:slug>/scorings/", views.ScoringsView.as_view(), name="api-scorings"),
    path("projects/<slug:slug>/next-steps/", views.NextStepsView.as_view(), name="api-next-steps"),
    path("projects/<slug:slug>/gate/", views.GateView.as_view(), name="api-gate"),
    path("frameworks/", frameworks.FrameworksView.as_view(), name="api-frameworks"),
    path("frameworks/<slug:framework_id>/", frameworks.FrameworkView.as_view(), name="api-framework"),
    path("framework-versions/", framework_versions.VersionsView.as_view(), name="api-framework-versions"),
    path(
        "framework-versions/<int:version_id>/", framework_versions.VersionView.as_view(), name="api-framework-version"
    ),
    path(
        "framework-versions/<int:version_id>/try/",
        framework_versions.TryVersionView.as_view(),
        name="api-framework-try",
    ),
    path(
        "framework-versions/<int:version_id>/activate/",
        framework_versions.ActivateVersionView.as_view(),
        name="api-framework-activate",
    ),
    path(
        "framework-versions/<int:version_id>/retire/",
        framework_versions.RetireVersionView.as_view(),
        name="api-framework-retire",
    ),
    path("projects/<slug:slug>/assessments/", assessments.AssessmentsView.as_view(), name="api-assessments"),
    path("assessments/<int:assessment_id>/", assessments.AssessmentView.as_view(), name="api-assessment"),
    path(
        "assessments/<int:assessment_id>/scorecard/",
        assessments.AssessmentScorecardView.as_view(),
        name="api-assessment-scorecard",
    ),
    path(
        "assessments/<int:assessment_id>/questionnaire/",
        assessments.QuestionnaireView.as_view(),
        name="api-questionnaire",
    ),
    path("assessments/<int:assessment_id>/answers/<str:item>/", assessments.AnswerView.as_view(), name="api-answer"),
    path("assessments/<int:assessment_id>/agreements/", assessments.AgreementsView.as_view(), name="api-agreements"),
    path("assessments/<int:assessment_id>/submit/", assessments.SubmitView.as_view(), name="api-assessment-submit"),
    path("assessments/<int:assessment_id>/take-up/", assessments.TakeUpView.as_view(), name="api-assessment-take-up"),
    path(
        "assessments/<int:assessment_id>/withdraw/", assessments.WithdrawView.as_view(), name="api-assessment-withdraw"
    ),
    path("assessments/<int:assessment_id>/publish/", assessments.PublishView.as_view(), name="api-assessment-publish"),
    path("assessments/<int:assessment_id>/compare/", assessments.CompareView.as_view(), name="api-assessment-compare"),
    path("projects/<slug:slug>/exemptions/", exemptions.ExemptionsView.as_view(), name="api-exemptions"),
    path(
        "projects/<slug:slug>/exemptions/<int:exemption_id>/", exemptions.ExemptionView.as_view(), name="api-exemption"
    ),
    path(
        "projects/<slug:slug>/exemptions/<int:exemption_id>/withdraw/",
        exemptions.WithdrawExemptionView.as_view(),
        name="api-exemption-withdraw",
    ),
    path(
        "projects/<slug:slug>/exemptions/<int:exemption_id>/revoke/",
        exemptions.RevokeExemptionView.as_view(),
        name="api-exemption-revoke",
    ),
    path(
        "projects/<slug:slug>/exemptions/<int:exemption_id>/renew/",
        exemptions.RenewExemptionView.as_view(),
        name="api-exemption-renew",
    ),
    path("projects/<slug:slug>/roadmap/", roadmap.RoadmapView.as_view(), name="api-roadmap"),
    path("projects/<slug:slug>/roadmap/<int:step_id>/", roadmap.StepView.as_view(), name="api-step"),
    path("projects/<slug:slug>/roadmap/<int:step_id>/drop/", roadmap.DropStepView.as_view(), name="api-step-drop"),
    path("projects/<slug:slug>/designs/", designs.DesignsView.as_view(), name="api-designs"),
    path("projects/<slug:slug>/designs/<int:design_id>/", designs.DesignView.as_view(), name="api-design"),
    path(
        "projects/<slug:slug>/designs/<int:design_id>/submit/",
        designs.SubmitDesignView.as_view(),
        name="api-design-submit",
    ),
    path(
        "projects/<slug:slug>/designs/<int:design_id>/withdraw/",
        designs.WithdrawDesignView.as_view(),
        name="api-design-withdraw",
    ),
]
