"""The addresses of the data servers, from the environment or the embedded ones, and the environment of the children."""

import os
from dataclasses import dataclass

from pmo.embedded.broker import Broker
from pmo.embedded.home import Home
from pmo.embedded.postgres import Postgres
from pmo.embedded.roles import APPLICATION, OWNER


@dataclass(frozen=True)
class Addresses:
    """Three URLs; the owner's is for migrations, the application's for everything else."""

    database: str
    owner: str
    redis: str

    def environment(self, home: Home) -> dict[str, str]:
        """What web, worker, beat and manage commands are started with."""
        return {
            "DATABASE_URL": self.database,
            "DATABASE_OWNER_URL": self.owner,
            "REDIS_URL": self.redis,
            "DJANGO_SETTINGS_MODULE": "pmo.settings",
            "PMO_HOME": str(home.var.parent),
            "SECRET_KEY": os.environ.get("SECRET_KEY") or home.secrets["django"],
        }


def external_database() -> str:
    return os.environ.get("DATABASE_URL", "")


def external_redis() -> str:
    return os.environ.get("REDIS_URL", "")


def addresses(postgres: Postgres, broker: Broker) -> Addresses:
    """The environment wins; what it does not name is embedded."""
    database = external_database()
    return Addresses(
        database=database or postgres.url(APPLICATION),
        owner=os.environ.get("DATABASE_OWNER_URL", "") or database or postgres.url(OWNER),
        redis=external_redis() or broker.url,
    )
