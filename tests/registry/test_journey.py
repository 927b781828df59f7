"""From a draft to a recognition by the partner, through the screens: two authorities, four people."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import appointing
from agreements.models import Annex, Capacity, Economy
from registry.models import AcceptedScope, Body, Proposal, Recognition, WorkItem
from tests.agreements.factories import BY, make_authority
from tests.registry.officers import make_officer, signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def authorities(catalogue):
    designating = make_authority("mx-test-designating", "MX", ["designating"], name="Dirección de pruebas")
    regulator = make_authority("us-test-regulator", "US", ["regulatory"], name="Regulator for tests")
    annex = Annex.objects.get(code="US-MX")
    appointing.assign(
        by=BY,
        annex=annex,
        economy=Economy.objects.get(code="MX"),
        authority=designating,
        capacity=Capacity.DESIGNATING,
    )
    appointing.assign(
        by=BY,
        annex=annex,
        economy=Economy.objects.get(code="US"),
        authority=regulator,
        capacity=Capacity.REGULATORY,
    )
    return designating, regulator


def post(client, address, data, status=302):
    answer = client.post(address, data)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer


def version(client, address) -> str:
    return re.search(r'name="version" value="(\d+)"', client.get(address).content.decode()).group(1)


def save(client, base, section, **fields):
    return post(client, f"{base}{section}/", {"version": version(client, f"{base}{section}/"), **fields})


def test_a_laboratory_goes_from_draft_to_recognised(authorities):
    designating, regulator = authorities
    ana, beto = (signed_in(make_officer(designating, role)) for role in ("editor", "approver"))
    dan, erin = (signed_in(make_officer(regulator, role)) for role in ("editor", "approver"))

    base = post(ana, "/desk/designate/", {})["Location"].removesuffix("tasks/")
    save(ana, base, "body", name="Laboratorio del Istmo", economy="MX", town="Oaxaca", is_third_party="yes")
    page = ana.get(f"{base}partner/").content.decode()
    direction = re.search(
        r'value="(\d+:\d+:\d+)"[^>]*>\s*<label[^>]*>United States: [^<]*\(US-MX\)', page
    ).group(1)
    save(ana, base, "partner", direction=direction)
    answer = save(
        ana, base, "scope", doing="pick", kind="test_report", sector="radio", pick=["47-cfr-15", "47-cfr-90"]
    )
    assert answer["Location"] == f"{base}scope/"
    save(
        ana,
        base,
        "accreditation",
        accreditation_body="ab-ema"
        if "ab-ema" in ana.get(f"{base}accreditation/").content.decode()
        else "ab-a2la",
        reference="X-1",
        standard="ISO/IEC 17025:2017",
        start="2024-01-01",
        covers="47 CFR Part 15\n47 CFR Part 90",
    )
    save(
        ana,
        base,
        "contacts",
        **{
            "contact-TOTAL_FORMS": "2",
            "contact-INITIAL_FORMS": "0",
            "contact-0-name": "Inés",
            "contact-0-email": "ines@lab.example",
            "contact-0-is_public": "on",
        },
    )
    file = SimpleUploadedFile("scope.pdf", PDF, content_type="application/pdf")
    post(ana, f"{base}documents/", {"purpose": "accreditation_certificate", "file": file})
    save(ana, base, "declaration", effective_on=date.today().isoformat(), declared="on")
    tasks = ana.get(f"{base}tasks/").content.decode()
    assert "Check your answers and submit" in tasks
    check = ana.get(f"{base}check/").content.decode()
    assert "Submit to the second person" in check
    post(ana, base, {"doing": "submit", "version": version(ana, f"{base}check/")})

    assert ana.get(f"{base}decide/").status_code == 403
    page = beto.get(f"{base}decide/")
    assert "Laboratorio del Istmo" in page.content.decode()
    post(beto, f"{base}decide/", {"doing": "decide", "version": version(beto, f"{base}decide/")})

    body = Body.objects.get(name="Laboratorio del Istmo")
    recognition = Recognition.objects.get(body=body)
    assert Proposal.objects.get(body=body).stage == "decided"
    assert WorkItem.objects.waiting().filter(authority=regulator, recognition=recognition).count() == 1

    record = f"/desk/recognitions/{recognition.pk}/"
    assert "Awaits your authority" in dan.get(record).content.decode()
    lines = list(recognition.lines.order_by("id"))
    answer = post(
        dan,
        f"{record}propose/recognise/",
        {
            "outcome": "recognise_in_part",
            "effective_on": date.today().isoformat(),
            f"line-{lines[0].pk}": "recognise",
            f"line-{lines[1].pk}": "refuse",
            f"reason-{lines[1].pk}": "The method is not shown.",
        },
    )
    proposal = answer["Location"]
    assert "1 acceptance begins" in dan.get(proposal).content.decode()
    post(dan, proposal, {"doing": "submit", "version": version(dan, proposal)})
    post(erin, f"{proposal}decide/", {"doing": "decide", "version": version(erin, f"{proposal}decide/")})
    verdicts = AcceptedScope.objects.filter(body=body, valid__contains=date.today(), recorded__upper_inf=True)
    assert sorted(verdicts.values_list("standing", flat=True)) == ["recognised", "refused"]
    assert beto.get("/desk/").status_code == 200
