"""Ten thousand ballots from two hundred voters at once, each token checked and each ballot on the disk before it is answered."""

from __future__ import annotations

import http.client
import os
import selectors
import socket
import statistics
import time
from typing import Any, cast

from .ballots import Box, boxes, request_of
from .runner import BenchError, BenchRow

_PAGE_READS = 300
_LONGEST_S = 120


def rows(
    n: int = 10_000, clients: int = 200, appraisees: int = 10, databases: str = "sqlite,postgresql"
) -> list[BenchRow]:
    """Seconds for all ballots, the median and the 99th percentile of an answer, and the page's 95th."""
    found = []
    for database in databases.split(","):
        with boxes(database) as box:
            if box is not None:
                found += measured(box, database, n, clients, appraisees)
    return found


def measured(box: Box, database: str, n: int, clients: int, appraisees: int) -> list[BenchRow]:
    """The figures of one box."""
    ballots = box.set_up(n, appraisees)
    requests = [request_of(box, ballot["body"]) for ballot in ballots]
    box.start()
    try:
        _page(box, 20)  # the first page is compiled once
        used = box.cpu_seconds(), time.process_time()
        seconds, waited, errors = _cast(box, requests, clients)
        used = box.cpu_seconds() - used[0], time.process_time() - used[1]
        page = _page(box, _PAGE_READS)
    finally:
        box.kill()
    stored = box.look(verify=True)
    lost = sum(stored["rows"].get(ballot["hash"]) != ballot["answers"] for ballot in ballots)
    p50, p99 = _quantile(waited, 0.5), _quantile(waited, 0.99)
    load = os.getloadavg()[0]
    note = (
        f"{clients} clients; p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms; {errors} errors, {lost} lost, "
        f"{len(stored['rows'])} stored, {stored['faults']} faults; processor {used[0]:.1f} s of the box, {used[1]:.1f} s of the clients; "
        f"load of the machine {load:.1f}"
    )
    return [
        BenchRow(f"ballots_load, {database}", seconds, "", None, None, None, n, "≤ 10 s, p99 ≤ 400 ms, 0 lost", note),
        BenchRow(
            f"ballots_load, {database}, page",
            _quantile(page, 0.95),
            "",
            None,
            None,
            None,
            len(page),
            "p95 < 0.3 s",
            "p95",
        ),
    ]


def _cast(box: Box, requests: list[bytes], clients: int) -> tuple[float, list[float], int]:
    """All requests over so many kept connections, one at a time each. Out: seconds, seconds of each answer, errors."""
    chosen = selectors.DefaultSelector()
    waiting = list(reversed(requests))
    waited: list[float] = []
    errors = 0
    began = time.perf_counter()
    for _ in range(min(clients, len(requests))):
        line = socket.create_connection(("127.0.0.1", box.port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        state: dict[str, Any] = {"got": b"", "since": time.perf_counter()}
        line.sendall(waiting.pop())
        chosen.register(line, selectors.EVENT_READ, state)
    left = len(requests)
    while left:
        if time.perf_counter() - began > _LONGEST_S:
            raise BenchError(f"{left} ballots were not answered within {_LONGEST_S} s")
        for key, _mask in chosen.select(timeout=30):
            line, state = cast(socket.socket, key.fileobj), key.data
            came = line.recv(65536)
            if not came:
                raise BenchError(f"the box closed a connection after {state['got'][:200]!r}")
            state["got"] += came
            if not _is_whole(state["got"]):
                continue
            now = time.perf_counter()
            waited.append(now - state["since"])
            errors += not state["got"].startswith(b"HTTP/1.1 200")
            left -= 1
            if waiting:
                state["got"], state["since"] = b"", now
                line.sendall(waiting.pop())
            else:
                chosen.unregister(line)
                line.close()
    return time.perf_counter() - began, waited, errors


def _is_whole(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    place = head.lower().find(b"content-length: ")
    return bool(end) and place >= 0 and len(body) >= int(head[place + 16 :].split(b"\r\n", 1)[0])


def _page(box: Box, times: int) -> list[float]:
    """Seconds of each reading of the voter's page with its data."""
    found = []
    line = http.client.HTTPConnection("127.0.0.1", box.port, timeout=30)
    for _ in range(times):
        began = time.perf_counter()
        for path in ("", "round.json"):
            line.request("GET", f"/vote/bench/{path}")
            line.getresponse().read()
        found.append(time.perf_counter() - began)
    line.close()
    return found


def _quantile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]
