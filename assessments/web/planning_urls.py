"""Addresses of what a project asks for and sets out to do, below its own."""

from django.urls import path

from assessments.web import design, exemptions, roadmap, target

urlpatterns = [
    path("waivers/", exemptions.exemptions_page, name="exemptions"),
    path("waivers/new/", exemptions.exemption_new, name="exemption-new"),
    path("waivers/<int:number>/", exemptions.exemption_page, name="exemption"),
    path("waivers/<int:number>/revoke/", exemptions.exemption_revoke, name="exemption-revoke"),
    path("waivers/<int:number>/withdraw/", exemptions.exemption_withdraw, name="exemption-withdraw"),
    path("waivers/<int:number>/renew/", exemptions.exemption_renew, name="exemption-renew"),
    path("design/", design.design, name="design"),
    path("design/submit/", design.design_submit, name="design-submit"),
    path("design/withdraw/", design.design_withdraw, name="design-withdraw"),
    path("roadmap/", roadmap.roadmap, name="roadmap"),
    path("roadmap/<int:number>/", roadmap.roadmap_step, name="roadmap-step"),
    path("target/", target.target, name="target"),
]
