"""Where e-mail goes."""

import pytest
from django.core.mail import EmailMessage, get_connection

from portal.mail import FILES, SMTP, mail_settings


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp://u:p%40ss@mail.example.org:2525/?tls=1",
            (SMTP, "mail.example.org", 2525, "u", "p@ss", True, False),
        ),
        ("smtp://mail.example.org", (SMTP, "mail.example.org", 587, "", "", False, False)),
        ("smtps://u:p@mail.example.org", (SMTP, "mail.example.org", 465, "u", "p", False, True)),
    ],
)
def test_the_address_says_which_server(url, expected):
    found = mail_settings(url)
    keys = ("BACKEND", "HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert tuple(found[f"EMAIL_{key}"] for key in keys) == expected


def test_a_file_address_says_which_folder():
    found = mail_settings("file:///srv/some%20mail")
    assert (found["EMAIL_BACKEND"], found["EMAIL_FILE_PATH"]) == (FILES, "/srv/some mail")


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def message(message_id, body="Guten Tag, Zoë"):
    return EmailMessage("Subject", body, to=["ana@example.org"], headers={"Message-ID": message_id})


def test_the_same_message_sent_twice_is_one_file(folder):
    connection = get_connection(FILES)
    assert connection.send_messages([message("<one@example.org>")]) == 1
    connection.send_messages([message("<one@example.org>"), message("<two@example.org>")])

    assert sorted(path.name for path in folder.iterdir()) == ["one@example.org.eml", "two@example.org.eml"]
    assert b"To: ana@example.org" in (folder / "one@example.org.eml").read_bytes()


@pytest.mark.parametrize("message_id", ["<../../etc/passwd@x>", "<a/b@x>", "<.hidden@x>"])
def test_a_message_id_names_a_file_in_the_folder_and_nowhere_else(folder, message_id):
    get_connection(FILES).send_messages([message(message_id)])
    (path,) = folder.iterdir()
    assert path.suffix == ".eml"
    assert "/" not in path.name
    assert not path.name.startswith(".")
