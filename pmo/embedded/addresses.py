"""The addresses of the data servers, from the environment or the embedded ones, and the environment of the children."""

import os
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

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


def external_database(home: Home) -> str:
    """The address of a real server; a shell that was given the embedded one's address still means the embedded one."""
    named = os.environ.get("DATABASE_URL", "")
    return "" if socket_directory(named) == str(home.postgres_socket) else named


def external_redis(home: Home) -> str:
    """As for the database."""
    named = os.environ.get("REDIS_URL", "")
    url = urlsplit(named)
    return "" if url.scheme == "unix" and unquote(url.path) == str(home.redis_socket) else named


def socket_directory(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("host", [""])[0]


def addresses(postgres: Postgres, broker: Broker) -> Addresses:
    """The environment wins; what it does not name is embedded."""
    database = os.environ.get("DATABASE_URL", "")
    external = external_database(postgres.home)
    return Addresses(
        database=database or postgres.url(APPLICATION),
        owner=os.environ.get("DATABASE_OWNER_URL", "") or external or postgres.url(OWNER),
        redis=os.environ.get("REDIS_URL", "") or broker.url,
    )
