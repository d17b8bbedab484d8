"""A Slack that takes messages and remembers them: incoming webhooks, chat.postMessage and chat.delete."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


class Slack:
    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        self.deleted: list[str] = []
        self.status = 200  # what it answers
        self.asked = 0  # how often
        self.url = ""


@contextmanager
def listening() -> Iterator[Slack]:
    slack = Slack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            slack.asked += 1
            if slack.status == 200:
                got = json.loads(body) if body.startswith("{") else {k: v[0] for k, v in parse_qs(body).items()}
                if self.path.endswith("chat.delete"):
                    slack.deleted.append(got["ts"])
                else:
                    slack.posted.append(got)
            got = {"ok": True, "channel": "C1", "ts": f"{len(slack.posted)}.5"}
            answer = json.dumps(got) if "/api/" in self.path else "ok"
            self.send_response(slack.status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    slack.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield slack
    finally:
        server.shutdown()
        server.server_close()
