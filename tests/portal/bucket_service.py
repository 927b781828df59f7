"""A real S3 server for tests: SeaweedFS, from a Python package, on this machine alone."""

import contextlib
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import boto3
from botocore.config import Config

KEY, SECRET, BUCKET = "portal", "not a secret/+", "reports"
_READY = "Start Seaweed S3 API Server"
_WEED = Path(sys.executable).with_name("weed")
_PORTS = (
    *("master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "s3.port", "s3.port.grpc"),
)


@dataclass(frozen=True)
class BucketService:
    """The running server."""

    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        """It as STORAGE_URL."""
        return f"s3://{KEY}:{quote(SECRET, safe='')}@127.0.0.1:{self.port}/{BUCKET}?tls=0"

    def client(self):
        """A patient client, to look and to do damage."""
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(read_timeout=60, s3={"addressing_style": "path"}),
        )


def is_there() -> bool:
    """Whether the package has a server for this kind of machine."""
    return _WEED.exists()


@contextmanager
def running(folder: Path) -> Iterator[BucketService]:
    """The server with an empty bucket, ready to take contents."""
    people = folder / "people.json"
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    people.write_text(
        json.dumps({"identities": [{"name": KEY, "credentials": credentials, "actions": ["Admin"]}]})
    )
    ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
    with subprocess.Popen(
        [
            *(str(_WEED), "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
            *("-filer", "-s3", f"-s3.config={people}", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *("-volume.max=20", "-master.volumeSizeLimitMB=64", "-master.telemetry=false"),
            *(f"-{name}={port}" for name, port in ports.items()),
        ],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        service = BucketService(process, ports["s3.port"])
        try:
            _wait(process)
            client = service.client()
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="first", Body=b"makes the server lay out its volumes")
            client.delete_object(Bucket=BUCKET, Key="first")
            yield service
        finally:
            process.kill()
            for port in ports.values():
                for left in Path(tempfile.gettempdir()).glob(f"seaweedfs-*-{port}.sock"):
                    left.unlink()


def _wait(process: subprocess.Popen) -> None:
    """Until it says that it is ready; what it says later is thrown away."""
    ready = threading.Event()

    def listen() -> None:
        for line in process.stderr:
            if _READY in line:
                ready.set()

    threading.Thread(target=listen, daemon=True).start()
    if not ready.wait(60):
        raise RuntimeError("The S3 server does not start.")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _number in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]
