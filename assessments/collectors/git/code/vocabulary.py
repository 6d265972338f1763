"""What the known tools are called, one table per capability. A tool missing here is added here and nowhere else."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Libraries that train models: a ``fit`` on something of theirs is training.
TRAINING = _words("""
    sklearn xgboost lightgbm catboost torch pytorch_lightning lightning keras tensorflow pyspark statsmodels
    transformers trl peft sentence_transformers prophet fasttext spacy autogluon pycaret h2o flaml tpot ultralytics
    detectron2 fastai jax flax gensim surprise implicit pmdarima sktime darts neuralprophet ray skorch interpret
    snorkel causalml econml river imblearn cuml gluonts simpletransformers setfit timm accelerate deepspeed mmengine
    stable_baselines3 evalml nixtla statsforecast mlforecast neuralforecast pyod lifelines xgboost_ray optax
    tensorflow_decision_forests recbole lightfm
""")

#: Calls that are training by their full name (or its end); the value says what it is.
TRAINING_CALLS = {
    "xgboost.train": "xgboost.train",
    "xgboost.cv": "xgboost.cv",
    "lightgbm.train": "lightgbm.train",
    "lightgbm.cv": "lightgbm.cv",
    "catboost.train": "catboost.train",
    "fasttext.train_supervised": "fastText",
    "sklearn.model_selection.cross_val_score": "cross-validation",
    "sklearn.model_selection.cross_validate": "cross-validation",
    "mlflow.projects.run": "MLflow project run",
    "mlflow.run": "MLflow project run",
    "pycaret.classification.compare_models": "PyCaret",
    "pycaret.regression.compare_models": "PyCaret",
    "pycaret.classification.create_model": "PyCaret",
    "pycaret.regression.create_model": "PyCaret",
}

#: Methods that train when their object is not known to be something else.
FIT_METHODS = _words("""
    fit partial_fit fit_generator fine_tune finetune train_model learn
""")

#: Methods that train only on an object of a training library (``train`` alone is also PyTorch's mode switch).
TRAIN_METHODS = _words("""
    train fit train_on_batch fit_predict minimize fit_resample
""")

#: Training handed to a platform: submitting it is the entry.
SUBMITTING = {
    "azureml.core": ("submit",),
    "azureml.pipeline": ("submit", "publish"),
    "azureml.train": ("submit", "Estimator"),
    "azure.ai.ml": ("command", "create_or_update", "begin_create_or_update", "sweep"),
    "sagemaker": ("fit",),
    "google.cloud.aiplatform": ("run", "submit"),
    "vertexai": ("train", "fine_tuning"),
    "ray.job_submission": ("submit_job",),
    "databricks.sdk": ("submit", "run_now"),
}

#: Modules whose ``fit`` prepares data and trains nothing.
PREPARING = (
    "sklearn.preprocessing",
    "sklearn.feature_extraction",
    "sklearn.impute",
    "sklearn.compose",
    "sklearn.feature_selection",
    "pyspark.ml.feature",
    "keras.preprocessing",
    "tensorflow.keras.preprocessing",
    "category_encoders",
    "feature_engine",
    "evidently",
)

#: Model files and registries: a call that brings a trained model into memory.
LOADING_CALLS = _words("""
    joblib.load pickle.load pickle.loads cloudpickle.load dill.load torch.load torch.jit.load skops.io.load
    sklearn.externals.joblib.load keras.models.load_model tensorflow.keras.models.load_model
    tensorflow.saved_model.load tf_keras.models.load_model onnxruntime.InferenceSession transformers.pipeline
    xgboost.Booster lightgbm.Booster spacy.load fasttext.load_model whisper.load_model faster_whisper.WhisperModel
    ctranslate2.Translator bentoml.models.get tritonclient.http.InferenceServerClient
    tritonclient.grpc.InferenceServerClient sentence_transformers.SentenceTransformer ultralytics.YOLO vllm.LLM
    llama_cpp.Llama
""")
#: Ends of names that load a model, whatever library they come from.
LOADING_ENDINGS = _words("""
    load_model from_pretrained load_checkpoint load_from_checkpoint get_model_path load_weights load_pyfunc
    load_pipeline model_from_json load_artifact
""")
#: Methods that ask a model for an answer.
PREDICTING = _words("""
    predict predict_proba predict_on_batch generate transcribe infer inference forecast score_samples
    decision_function classify invocations
""")

#: Web frameworks: a route of theirs with a model behind it is online serving.
WEB = {
    "fastapi": "FastAPI",
    "flask": "Flask",
    "flask_restful": "Flask",
    "flask_restx": "Flask",
    "django": "Django",
    "rest_framework": "Django",
    "ninja": "Django",
    "starlette": "Starlette",
    "litestar": "Litestar",
    "sanic": "Sanic",
    "quart": "Quart",
    "falcon": "Falcon",
    "tornado": "Tornado",
    "aiohttp": "aiohttp",
    "bottle": "Bottle",
    "robyn": "Robyn",
    "connexion": "Connexion",
    "grpc": "gRPC",
}
ROUTES = _words("""
    route get post put api_route websocket add_url_rule add_api_route add_route path re_path add_post add_get
    add_resource endpoint api_view
""")

#: Model servers: their own classes, decorators and calls are serving by themselves.
MODEL_SERVERS = {
    "bentoml": "BentoML",
    "kserve": "KServe",
    "kfserving": "KServe",
    "seldon_core": "Seldon Core",
    "mlserver": "MLServer",
    "ray.serve": "Ray Serve",
    "ts.torch_handler": "TorchServe",
    "ts.handler_utils": "TorchServe",
    "triton_python_backend_utils": "Triton",
    "pytriton": "Triton",
    "litserve": "LitServe",
    "sagemaker_inference": "SageMaker",
    "mlem.api": "MLEM",
    "cog": "Cog",
    "truss": "Truss",
    "chassis": "Chassis",
    "azureml_inference_server_http": "Azure ML",
    "inference_schema": "Azure ML",
    "potassium": "Potassium",
    "modelkit": "ModelKit",
}
#: Calls that put a registered model behind a platform's endpoint: ends of their names → platform.
DEPLOYING = {
    ".serving_endpoints.create": "Databricks",
    ".serving_endpoints.create_and_wait": "Databricks",
    ".online_deployments.begin_create_or_update": "Azure ML",
    ".batch_deployments.begin_create_or_update": "Azure ML",
    "azureml.core.Model.deploy": "Azure ML",
    "azureml.core.model.Model.deploy": "Azure ML",
    "mlflow.deployments.get_deploy_client().create_endpoint": "MLflow deployments",
    "mlflow.deployments.get_deploy_client().create_deployment": "MLflow deployments",
    "google.cloud.aiplatform.Model().deploy": "Vertex AI",
}
DEMO_UI = {"gradio": "Gradio", "streamlit": "Streamlit", "chainlit": "Chainlit", "panel": "Panel", "dash": "Dash"}
STREAMS = {
    "kafka": "Kafka",
    "confluent_kafka": "Kafka",
    "aiokafka": "Kafka",
    "faust": "Faust",
    "bytewax": "Bytewax",
    "quixstreams": "Quix Streams",
    "pulsar": "Pulsar",
    "pika": "RabbitMQ",
    "aio_pika": "RabbitMQ",
    "redis": "Redis streams",
    "nats": "NATS",
    "boto3": "Kinesis",
    "google.cloud.pubsub_v1": "Pub/Sub",
    "azure.eventhub": "Event Hubs",
}
CONSUMING = _words("""
    KafkaConsumer Consumer AIOKafkaConsumer agent xread xreadgroup basic_consume subscribe get_records
    EventHubConsumerClient receive poll readStream dataframe
""")

#: Ways to start a program from the command line.
COMMAND_LINE = _words("""
    click.command click.group typer.run typer.Typer argparse.ArgumentParser absl.app.run fire.Fire hydra.main
    docopt.docopt optparse.OptionParser tap.Tap simple_parsing.ArgumentParser jsonargparse.CLI
    jsonargparse.ArgumentParser pydantic_settings.CliApp.run tyro.cli plac.call pytorch_lightning.cli.LightningCLI
    lightning.pytorch.cli.LightningCLI transformers.HfArgumentParser cyclopts.App clize.run invoke.task
    django.core.management.base.BaseCommand
""")

#: Orchestrators: decorator or class by canonical name → (tool, what it makes).
PIPELINES = {
    "prefect.flow": ("Prefect", "flow"),
    "prefect.Flow": ("Prefect", "flow"),
    "kfp.dsl.pipeline": ("Kubeflow Pipelines", "pipeline"),
    "kfp.v2.dsl.pipeline": ("Kubeflow Pipelines", "pipeline"),
    "airflow.DAG": ("Airflow", "DAG"),
    "airflow.models.DAG": ("Airflow", "DAG"),
    "airflow.models.dag.DAG": ("Airflow", "DAG"),
    "airflow.sdk.DAG": ("Airflow", "DAG"),
    "airflow.sdk.dag": ("Airflow", "DAG"),
    "airflow.decorators.dag": ("Airflow", "DAG"),
    "dagster.job": ("Dagster", "job"),
    "dagster.asset": ("Dagster", "asset"),
    "dagster.multi_asset": ("Dagster", "asset"),
    "dagster.define_asset_job": ("Dagster", "job"),
    "dagster.graph": ("Dagster", "graph"),
    "dagster.pipeline": ("Dagster", "pipeline"),
    "metaflow.FlowSpec": ("Metaflow", "flow"),
    "kedro.pipeline.Pipeline": ("Kedro", "pipeline"),
    "kedro.pipeline.pipeline": ("Kedro", "pipeline"),
    "kedro.pipeline.modular_pipeline.pipeline": ("Kedro", "pipeline"),
    "zenml.pipeline": ("ZenML", "pipeline"),
    "zenml.pipelines.pipeline": ("ZenML", "pipeline"),
    "luigi.Task": ("Luigi", "task"),
    "flytekit.workflow": ("Flyte", "workflow"),
    "azureml.pipeline.core.Pipeline": ("Azure ML", "pipeline"),
    "azure.ai.ml.dsl.pipeline": ("Azure ML", "pipeline"),
    "sagemaker.workflow.pipeline.Pipeline": ("SageMaker Pipelines", "pipeline"),
    "tfx.orchestration.pipeline.Pipeline": ("TFX", "pipeline"),
    "tfx.v1.dsl.Pipeline": ("TFX", "pipeline"),
    "apache_beam.Pipeline": ("Apache Beam", "pipeline"),
    "mage_ai.data_preparation.decorators.data_loader": ("Mage", "pipeline"),
    "ploomber.spec.DAGSpec": ("Ploomber", "pipeline"),
    "hamilton.driver.Driver": ("Hamilton", "pipeline"),
}
#: Calls that bring data into a program: what a pipeline's loading step does.
DATA_LOADING = re.compile(
    r"(?:^|\.)(?:read_(?:csv|parquet|sql|sql_query|sql_table|json|excel|table|feather|gbq|delta|database|avro|orc|pickle|hdf)"
    r"|scan_(?:csv|parquet)|load_(?:dataset|data|iris|wine|diabetes|breast_cancer|digits)|fetch_\w+|from_delimited_files"
    r"|get_by_name|open_dataset|urlretrieve|download_file|download_fileobj|download_blob|extract\w*|ingest\w*|load_table"
    r"|get_historical_features|get_data\w*|fetch_data\w*|load_raw\w*|spark\.read\S*|CsvExampleGen|ImportExampleGen|importer)$"
)

#: Data validation: library → (tool, names whose call is validation).
VALIDATION = {
    "great_expectations": (
        "Great Expectations",
        r"run|validate|expect_\w+|run_checkpoint|run_validation_operator|get_validator",
    ),
    "great_expectations_provider": ("Great Expectations", r"\w*Operator"),
    "pandera": ("pandera", r"validate|check_\w+|DataFrameSchema|__call__"),
    "tensorflow_data_validation": ("TensorFlow Data Validation", r"validate_\w+|infer_schema"),
    "tfx": ("TensorFlow Data Validation", r"ExampleValidator"),
    "evidently": ("Evidently", r"run|TestSuite"),
    "whylogs": ("whylogs", r"validate|report|build|log"),
    "deepchecks": ("deepchecks", r"run|data_integrity|train_test_validation|full_suite"),
    "soda": ("Soda", r"execute"),
    "pydeequ": ("Deequ", r"run"),
    "frictionless": ("Frictionless", r"validate"),
    "cerberus": ("Cerberus", r"validate"),
    "dataframely": ("dataframely", r"validate|filter"),
    "patito": ("Patito", r"validate"),
    "pointblank": ("Pointblank", r"interrogate"),
    "jsonschema": ("JSON Schema", r"validate|iter_errors"),
}

#: Operational metrics: library → tool.
INSTRUMENTATION = {
    "prometheus_client": "Prometheus",
    "prometheus_fastapi_instrumentator": "Prometheus",
    "starlette_prometheus": "Prometheus",
    "starlette_exporter": "Prometheus",
    "prometheus_flask_exporter": "Prometheus",
    "django_prometheus": "Prometheus",
    "aioprometheus": "Prometheus",
    "opentelemetry": "OpenTelemetry",
    "azure.monitor.opentelemetry": "Azure Application Insights",
    "opencensus": "OpenCensus",
    "applicationinsights": "Azure Application Insights",
    "statsd": "StatsD",
    "datadog": "Datadog",
    "ddtrace": "Datadog",
    "newrelic": "New Relic",
    "elasticapm": "Elastic APM",
    "aws_embedded_metrics": "CloudWatch",
    "logfire": "Logfire",
}

#: A file that mentions none of these words answers no question and is only skimmed for its imports.
TELLING = re.compile(
    rb"__main__|def test|unittest|\.fit\(|\.train\(|\.learn\(|\.submit\(|\.backward\(|predict"
    rb"|load_model|from_pretrained|argparse|\bclick\b|typer|hydra|ArgumentParser|FastAPI|APIRouter"
    rb"|Flask|Starlette|Litestar|bentoml|kserve|seldon_core|mlserver|ray\.serve|serve\.deployment"
    rb"|litserve|gradio|streamlit|def handle|def init\(|model_fn|kafka|faust|xread|prefect|kfp|airflow"
    rb"|dagster|metaflow|kedro|zenml|luigi|azureml|azure\.ai\.ml|sagemaker|aiplatform|FlowSpec|flytekit"
    rb"|serving_endpoints|_deployments|great_expectations|pandera|tensorflow_data_validation|evidently|whylogs|deepchecks|prometheus"
    rb"|opentelemetry|statsd|opencensus|applicationinsights|read_csv|read_parquet|joblib|pickle|xgboost"
    rb"|lightgbm|sklearn|GradientTape|urlpatterns"
)
