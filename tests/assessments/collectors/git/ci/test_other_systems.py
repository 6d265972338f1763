"""GitLab, Azure Pipelines and Jenkins, each in the shape real repositories have."""

from __future__ import annotations

import pytest

from tests.assessments.collectors.git.ci.trees import effects, look

AZURE = {
    ".pipelines/pr.yml": """
    trigger: none
    pr:
      branches:
        include: [master]
    variables:
    - template: variables-template.yml
    steps:
    - template: quality-template.yml
    """,
    ".pipelines/ci.yml": """
    pr: none
    trigger:
      branches:
        include: [master]
    variables:
    - template: variables-template.yml
    stages:
    - stage: Model_CI
      jobs:
      - job: Build
        steps:
        - template: quality-template.yml
        - task: AzureCLI@1
          inputs:
            scriptLocation: inlineScript
            inlineScript: |
              python -m ml.publish_pipeline
    """,
    ".pipelines/cd.yml": """
    pr: none
    trigger: none
    resources:
      pipelines:
      - pipeline: ci
        source: Model-CI
        trigger:
          branches:
            include: [master]
    variables:
    - template: variables-template.yml
    stages:
    - stage: Deploy
      jobs:
      - deployment: Deploy_ACI
        strategy:
          runOnce:
            deploy:
              steps:
              - task: AzureCLI@1
                inputs:
                  inlineScript: |
                    set -e
                    az ml model deploy --name $(NAME) --model '$(MODEL_NAME):$(get_model.VERSION)' \\
                      --overwrite
      - job: Rollback
        condition: failed()
        steps:
        - script: kubectl apply -f old.yml
    """,
    ".pipelines/quality-template.yml": """
    steps:
    - script: flake8
    - script: |
        python -m pytest . --cov=model
      condition: succeededOrFailed()
    """,
    ".pipelines/variables-template.yml": "variables:\n- name: MODEL_NAME\n  value: flights\n",
}


def test_azure_templates_lead_to_the_tests_of_each_pipeline() -> None:
    payload = look(AZURE)
    tests = {tuple(effect["via"]): effect for effect in effects(payload, "test")}
    assert set(tests) == {(".pipelines/pr.yml:8",), (".pipelines/ci.yml:12",)}
    assert tests[".pipelines/pr.yml:8",]["triggers"] == ["manual", "pull_request"]
    assert tests[".pipelines/ci.yml:12",]["default_branch"] is True
    assert {pipeline["path"] for pipeline in payload["pipelines"]} == {
        f".pipelines/{n}.yml" for n in ("pr", "ci", "cd")
    }


def test_azure_deploys_the_registered_model_and_not_by_the_job_that_runs_on_failure() -> None:
    (deploy,) = effects(look(AZURE), "deploy")
    assert deploy["registry"] == "flights:$(get_model.VERSION)"
    assert deploy["triggers"] == ["event", "manual"]


def test_azure_step_lists_and_parameters_go_into_templates() -> None:
    payload = look(
        {
            "azure-pipelines.yml": """
            trigger: [main]
            extends:
              template: templates/base.yml
              parameters:
                folder: tests/unit
                extra:
                - script: docker push registry/app
            """,
            "templates/base.yml": """
            parameters:
            - name: folder
              default: tests
            - name: extra
              type: stepList
            jobs:
            - job: a
              steps:
              - script: pytest ${{ parameters.folder }}
              - ${{ if eq(parameters.folder, 'nothing') }}:
                - script: pytest never
              - ${{ parameters.extra }}
            """,
        }
    )
    assert [effect["target"] for effect in effects(payload, "test")] == [["tests/unit"]]
    assert len(effects(payload, "publish")) == 1


def test_an_azure_template_of_another_repository_is_unresolved() -> None:
    (item,) = look({"azure-pipelines.yml": "trigger: [main]\nsteps:\n- template: build.yml@shared\n"})["unresolved"]
    assert item["where"] == "azure-pipelines.yml:3"


GITLAB = {
    ".gitlab-ci.yml": """
    include:
      - local: /ci/base.yml
    stages: [test, deploy]
    .anchor: &setup
      - pip install .
    unit:
      extends: .python
      script:
        - *setup
        - !reference [.shared, script]
    nightly:
      extends: .python
      rules:
        - if: $CI_PIPELINE_SOURCE == "schedule"
      script: pytest tests/slow
    ship:
      stage: deploy
      script: [kubectl apply -f k8s]
      rules:
        - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
    by-hand:
      script: pytest tests/manual
      when: manual
    dead:
      script: pytest tests/dead
      rules:
        - when: never
    optional:
      script: pytest tests/optional
      allow_failure: true
    """,
    "ci/base.yml": """
    .python:
      image: python
      before_script: [make lint]
    .shared:
      script:
        - cd app
        - pytest tests
    """,
    "Makefile": "lint:\n\truff check .\n",
}


def test_gitlab_extends_include_anchors_and_references_are_put_together() -> None:
    found = {effect["target"][0]: effect for effect in effects(look(GITLAB), "test")}
    assert set(found) == {"app/tests", "tests/slow", "tests/manual", "tests/optional"}
    assert found["app/tests"]["default_branch"] is True
    assert found["app/tests"]["where"] == "ci/base.yml:7"
    assert found["tests/slow"]["triggers"] == ["schedule"]
    assert found["tests/manual"]["triggers"] == ["manual"]
    assert found["tests/optional"]["soft"] == "allow_failure: true"


def test_a_gitlab_rule_for_the_default_branch_is_understood() -> None:
    (deploy,) = effects(look(GITLAB), "deploy")
    assert deploy["default_branch"] is True
    assert "pull_request" not in deploy["triggers"]
    assert "tag" not in deploy["triggers"]


@pytest.mark.parametrize("include", ["project: group/ci\n    file: test.yml", "remote: https://example.org/ci.yml"])
def test_a_gitlab_include_from_outside_is_unresolved(include: str) -> None:
    assert look({".gitlab-ci.yml": f"include:\n  - {include}\na:\n  script: echo\n"})["unresolved_count"] == 1


def test_jenkins_shell_steps_are_found_and_comments_and_dead_stages_are_not() -> None:
    payload = look(
        {
            "Jenkinsfile": """
            pipeline {
              agent any
              stages {
                stage('Unit') {
                  steps {
                    // sh 'pytest commented'
                    dir('app') {
                      sh '''
                        make deps
                        pytest tests
                      '''
                    }
                  }
                }
                stage('Never') {
                  when { expression { false } }
                  steps { sh 'pytest dead' }
                }
                stage('Ship') {
                  when { branch 'main' }
                  steps { sh(script: "docker push registry/app", label: 'push') }
                }
                stage('Soft') {
                  steps { catchError { sh "pytest tests/soft" } }
                }
              }
              post { failure { sh 'pytest post' } }
            }
            """,
            "app/Makefile": "deps:\n\tpip install .\n",
        }
    )
    found = {effect["target"][0]: effect for effect in effects(payload, "test")}
    assert set(found) == {"app/tests", "tests/soft"}
    assert found["app/tests"]["where"] == "Jenkinsfile:10"
    assert found["tests/soft"]["soft"] == "catchError in the Jenkinsfile"
    (push,) = effects(payload, "publish")
    assert (push["default_branch"], push["triggers"]) == (True, ["push"])


def test_a_jenkins_shared_library_is_unresolved() -> None:
    assert look({"Jenkinsfile": "@Library('shared') _\nrunEverything()\n"})["unresolved_count"] == 1


def test_a_ci_system_that_is_not_read_is_named() -> None:
    assert look({".circleci/config.yml": "version: 2.1\n"})["unread"] == [
        {"system": "CircleCI", "where": ".circleci/config.yml"}
    ]
