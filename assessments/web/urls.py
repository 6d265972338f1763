"""Addresses of the assessments app's pages."""

from django.urls import path

from assessments.web import views

urlpatterns = [
    path("projects/<slug:slug>/scorecard/", views.scorecard, name="scorecard"),
]
