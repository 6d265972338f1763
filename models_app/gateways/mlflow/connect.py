"""From an address to something that can be asked: the right adapter, with the right credentials."""

from __future__ import annotations

import os

from models_app.gateways.mlflow.address import Address, read_address
from models_app.gateways.mlflow.database import DatabaseTracking
from models_app.gateways.mlflow.port import Tracking
from models_app.gateways.mlflow.rest import RestTracking
from models_app.gateways.mlflow.wire import Credentials


def connect(
    uri: str, *, trusted: frozenset[str] = frozenset(), inside: bool = False, seconds: float = 60.0
) -> Tracking:
    """Open the MLflow at ``uri`` for reading within ``seconds``. Raises Unavailable, Refused or Unsuitable.

    ``trusted`` are the operator's own addresses: for them, loopback, private networks and databases are allowed, and
    only they are sent the operator's credentials from the environment. ``inside`` allows the former alone.
    """
    address = read_address(uri, inside=inside or uri in trusted)
    if not address.on_the_web:
        return DatabaseTracking(address, seconds=seconds)
    return RestTracking(address, _credentials(address, operators=uri in trusted), seconds=seconds)


def _credentials(address: Address, *, operators: bool) -> Credentials:
    """Those in the address; else, for the operator's own addresses, those in MLflow's environment variables."""
    if address.user or not operators:
        return Credentials(address.user, address.password)
    return Credentials(
        os.environ.get("MLFLOW_TRACKING_USERNAME", ""),
        os.environ.get("MLFLOW_TRACKING_PASSWORD", ""),
        os.environ.get("MLFLOW_TRACKING_TOKEN", ""),
    )
