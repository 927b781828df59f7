"""Downloads and uploads through nginx and gunicorn on this machine, measured against nginx's own sendfile (P8)."""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MIB = 1024 * 1024
WORKERS = ("--worker-class", "gthread", "--workers", "2", "--threads", "6")
_MAIN = """
daemon off;
{user}
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/main-error.log;
events {{ worker_connections 256; }}
http {{
    types {{ }}
    default_type application/octet-stream;
    keepalive_requests 100000;
    proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/concordat.conf;
    server {{
        listen 127.0.0.1:{floor};
        access_log off;
        location / {{ alias {files}/; sendfile on; tcp_nopush on; }}
    }}
}}
"""


@dataclass(frozen=True)
class Site:
    """The running pair: the ports of nginx for the site and for the floor, and gunicorn."""

    folder: Path
    port: int
    floor: int
    gunicorn: subprocess.Popen

    def memory(self) -> int:
        """What gunicorn's workers hold together, in bytes, without what they share. Linux only."""
        number = self.gunicorn.pid
        workers = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        return sum(_own_memory(int(worker)) for worker in workers)


def _own_memory(process: int) -> int:
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    )
    return 1024 * sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))


@contextmanager
def running(
    folder: Path, files: Path, application: str = "tests.bench.download_site:application", **environment: str
) -> Iterator[Site]:
    """nginx with ``deploy/nginx.conf`` before gunicorn with the application; ``files`` is the folder of the contents."""
    port, floor = _free_ports(2)
    # The path of a socket is short (108 bytes), and a test's folder is not.
    behind = Path(tempfile.mkdtemp(prefix="concordat-web-")) / "web.sock"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "concordat.conf").write_text(_adapted(folder, files, port, behind))
    main = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    main.write_text(_MAIN.format(folder=folder, files=files, floor=floor, user=user))
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--preload"),
        *WORKERS,
        *("--bind", f"unix:{behind}"),
        *("--config", "deploy/gunicorn.conf.py", "--log-level", "critical", "--keep-alive", "30"),
    ]
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, behind.parent, ignore_errors=True)
        gunicorn = _started(stack, command, env={**os.environ, **environment, "TRUSTED_PROXIES": "0"})
        _started(stack, [NGINX, "-e", str(folder / "start-error.log"), "-c", str(main)], env={})
        for family, address in (
            (socket.AF_UNIX, str(behind)),
            (socket.AF_INET, ("127.0.0.1", port)),
            (socket.AF_INET, ("127.0.0.1", floor)),
        ):
            _wait_for(family, address)
        yield Site(folder, port, floor, gunicorn)


def _started(stack: contextlib.ExitStack, command: list[str], env: dict) -> subprocess.Popen:
    process = stack.enter_context(
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    )
    stack.callback(process.terminate)
    return process


def _adapted(folder: Path, files: Path, port: int, behind: Path) -> str:
    """The product's own file with this machine's places. Each line that is somebody's own is marked there."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    before, _redirect, after = text.partition("server {\n    listen 80;")
    text = before + "server {\n" + after.split("server {\n", 1)[1]
    changes = {
        "unix:/run/concordat/web.sock;": f"unix:{behind};",
        "listen 443 ssl http2 sndbuf=256k;": f"listen 127.0.0.1:{port} sndbuf=256k;",
        "server_name mra.example.org;": "server_name localhost;",
        "ssl_certificate /etc/ssl/concordat.pem;": "",
        "ssl_certificate_key /etc/ssl/private/concordat.key;": "",
        "ssl_protocols TLSv1.2 TLSv1.3;": "",
        "/var/log/nginx/concordat": f"{folder}/concordat",
        "/run/concordat-uploads": f"{folder}/uploads",
        "/run/concordat-cache": f"{folder}/cache",
        "/srv/concordat/files/": f"{files}/",
    }
    for old, new in changes.items():
        if old not in text:
            raise ValueError(f"deploy/nginx.conf does not say {old!r} any more.")
        text = text.replace(old, new)
    return text


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _number in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]


def _wait_for(family: int, address) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            with socket.socket(family) as tried:
                tried.connect(address)
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            threading.Event().wait(0.05)


class Client:
    """A connection that is kept, for requests without a body; it reads and forgets."""

    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._buffer = bytearray(MIB)

    def get(self, path: str) -> int:
        """The size of the answer. Raises ConnectionError when it is not whole, or not a 200."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = bytearray()
        while b"\r\n\r\n" not in head:
            head += self._more(self._socket.recv(65536))
        head, _blank, body = bytes(head).partition(b"\r\n\r\n")
        if b" 200 " not in head.splitlines()[0]:
            raise ConnectionError(head.decode())
        size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        came = len(body)
        while came < size:
            came += self._more(self._socket.recv_into(self._buffer))
        return size

    def _more(self, came):
        if not came:
            raise ConnectionError("The answer ended early.")
        return came

    def close(self) -> None:
        self._socket.close()


def ratio(site: Site, path: str, floor: str, *, floor_port: int | None = None, rounds: int = 60) -> dict:
    """The median time of one answer in ms, of its floor, and floor ÷ answer; taken in turns, so that both meet the same machine."""
    clients = {path: Client(site.port), floor: Client(floor_port or site.floor)}
    times = {each: [] for each in clients}
    try:
        for _round in range(rounds):
            for each, client in clients.items():
                start = time.perf_counter()
                client.get(each)
                times[each].append(time.perf_counter() - start)
    finally:
        for client in clients.values():
            client.close()
    answer, least = (statistics.median(times[each]) * 1000 for each in (path, floor))
    return {"ms": round(answer, 2), "floor_ms": round(least, 2), "ratio": round(least / answer, 2)}


def upload(site: Site, content: bytes) -> str:
    """Hand in one file and return what the site answers."""
    boundary = "concordat"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="r.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    with socket.create_connection(("127.0.0.1", site.port), timeout=120) as connection:
        connection.sendall(
            f"POST /upload/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary={boundary}\r\n"
            f"Content-Length: {len(head) + len(content) + len(tail)}\r\n\r\n".encode()
            + head
        )
        connection.sendall(content)
        connection.sendall(tail)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return answer.rpartition(b"\r\n\r\n")[2].decode()
