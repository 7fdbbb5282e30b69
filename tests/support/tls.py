"""HTTPS servers of the tests' own on localhost, with the faults that real hosts have."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DH_1024 = """-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""  # the second Oakley group (RFC 2409), 1024 bits


def certificate(folder: Path, *, name: str = "localhost", days: int = 2) -> tuple[Path, Path]:
    """Write a self-signed certificate for a host name; return certificate and key."""
    cert, key = folder / "c.pem", folder / "k.pem"
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert), "-days", str(days),
        "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
    )  # fmt: skip
    return cert, key


@contextmanager
def short_key_server(folder: Path, cert: Path, key: Path) -> Iterator[str]:
    """Serve the files of a folder with a Diffie-Hellman key of 1024 bits, as an old host does."""
    dh = folder / "dh.pem"
    dh.write_text(_DH_1024, encoding="utf-8")
    cipher = ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0", "-dhparam", str(dh)]
    with _s_server(folder, cert, key, cipher) as url:
        yield url


@contextmanager
def plain_tls_server(folder: Path, cert: Path, key: Path) -> Iterator[str]:
    """Serve the files of a folder as hosts do today."""
    with _s_server(folder, cert, key, []) as url:
        yield url


@contextmanager
def _s_server(folder: Path, cert: Path, key: Path, more: list[str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", str(cert), "-key", str(key)]
    # -HTTP sends a file as it is, headers included
    process = subprocess.Popen(
        [*command, *more, "-HTTP"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until_listening(port, process)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait()


def _until_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert process.poll() is None, "openssl s_server did not start"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("openssl s_server does not listen")


def answer_file(folder: Path, name: str, body: bytes, kind: str) -> None:
    """Write a file that the server sends as an answer."""
    head = f"HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    (folder / name).write_bytes(head.encode() + body)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
