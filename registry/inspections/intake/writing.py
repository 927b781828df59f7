"""Brings rows to the register, many at a time, inside the verb that loads their file."""

from collections.abc import Callable, Iterable
from datetime import date

from agreements.models import Authority, Origin
from registry.inspections.intake.comparing import DAYS, PLAIN, Meaning, comparable
from registry.inspections.intake.placing import Place
from registry.inspections.intake.references import References
from registry.inspections.models import (
    ISSUERS,
    AccessClass,
    Document,
    Facility,
    FacilityIdentifier,
    FacilityName,
    Finding,
    Inspection,
)

AT_ONCE = 500
_OF_FACILITY = ("local_name", "address", "town", "postcode")


class Writer:
    """Writes what a file's rows mean for one authority. ``made`` are the facilities that it put on file."""

    def __init__(self, *, authority: Authority, known: References, origin: str = Origin.ENTERED):
        self.authority, self.known, self.origin = authority, known, origin
        self.is_sample = authority.origin == Origin.SAMPLE
        self.made: set[int] = set()

    def enrol(self, places: Iterable[Place], public: set[int]) -> None:
        """Put new facilities on file, those of ``public`` (by the ids of places) for everybody to know."""
        places = list(places)
        rows = [self._facility(place, id(place) in public) for place in places]
        for place, facility in zip(
            places, Facility.objects.bulk_create(rows, batch_size=AT_ONCE), strict=True
        ):
            place.facility = facility
            self.made.add(facility.pk)

    def complete(self, places: Iterable[Place]) -> None:
        """Add the numbers that rows brought, where the facility is the authority's to describe."""
        FacilityIdentifier.objects.bulk_create(
            [
                FacilityIdentifier(
                    facility=place.facility,
                    scheme=scheme,
                    value=value,
                    issuer=ISSUERS.get(scheme, ""),
                    kept_by=self.authority,
                )
                for place in places
                if place.is_kept_by(self.authority.pk)
                for scheme, value in sorted(place.added)
            ],
            batch_size=AT_ONCE,
        )

    def name(self, meanings: Iterable[Meaning]) -> int:
        """Give facilities the name that a whole list gives them, and keep the others as former ones. How many were renamed."""
        told = {
            meaning.place.facility.pk: meaning
            for meaning in meanings
            if "former_names" in meaning.row.facts and meaning.place.is_kept_by(self.authority.pk)
        }
        former, renamed = [], 0
        for meaning in told.values():
            facility, facts = meaning.place.facility, meaning.row.facts
            names = list(facts["former_names"])
            if facility.name != facts["facility"]:
                names.append(facility.name)
                facility.name, facility.version = facts["facility"], facility.version + 1
                facility.save(update_fields=["name", "version"])
                renamed += 1
            former += [FacilityName(facility=facility, name=name) for name in names]
        FacilityName.objects.bulk_create(former, batch_size=AT_ONCE, ignore_conflicts=True)
        return renamed

    def record(self, meanings: list[Meaning], progress: Callable[[int], None]) -> None:
        """Record new inspections with their findings, readers and documents."""
        for start in range(0, len(meanings), AT_ONCE):
            part = meanings[start : start + AT_ONCE]
            inspections = Inspection.objects.bulk_create([self._inspection(meaning) for meaning in part])
            for meaning, inspection in zip(part, inspections, strict=True):
                meaning.inspection = inspection
            self._attach(part)
            progress(start + len(part))

    def change(self, meaning: Meaning, told: dict | None = None) -> None:
        """Let an inspection say what the row says (or what is ``told``), and count its version on."""
        inspection = meaning.inspection
        facts = meaning.after if told is None else told
        for field, value in self._fields(facts).items():
            setattr(inspection, field, value)
        inspection.version += 1
        inspection.save()
        if "findings" in facts:
            inspection.findings.all().delete()
            Finding.objects.bulk_create(_findings(inspection, facts))
        if "named" in facts:
            inspection.named.set(self.known.authorities[code] for code in facts["named"])
        self._publish([(inspection, facts.get("documents", []))])

    def _facility(self, place: Place, public: bool) -> Facility:
        facts, where = place.facts, place.facts.get("economy") or ""
        return Facility(
            name=facts["facility"],
            economy_id=self.known.economies.get(where),
            country="" if where in self.known.economies else where,
            is_public=public,
            entered_by=self.authority,
            is_sample=self.is_sample,
            **{name: facts.get(name, "") for name in _OF_FACILITY},
        )

    def _inspection(self, meaning: Meaning) -> Inspection:
        return Inspection(
            authority=self.authority,
            facility=meaning.place.facility,
            reference=meaning.row.facts["reference"],
            origin=self.origin,
            is_sample=self.is_sample,
            **self._fields(comparable(meaning.row.facts)),
        )

    def _fields(self, facts: dict) -> dict:
        fields = {field: facts[name] for name, field in PLAIN.items() if name in facts}
        fields |= {name: _day(facts[name]) for name in DAYS if name in facts}
        fields |= {
            f"{name}_id": codes.get(facts[name])
            for name, codes in (("annex", self.known.annexes), ("sector", self.known.sectors))
            if name in facts
        }
        return fields

    def _attach(self, part: list[Meaning]) -> None:
        Finding.objects.bulk_create(
            [finding for one in part for finding in _findings(one.inspection, one.row.facts)]
        )
        readers = Inspection.named.through
        readers.objects.bulk_create(
            readers(inspection_id=one.inspection.pk, authority_id=self.known.authorities[code])
            for one in part
            for code in one.row.facts.get("named", [])
        )
        self._publish([(one.inspection, one.row.facts.get("documents", [])) for one in part])

    def _publish(self, told: list[tuple[Inspection, list[dict]]]) -> None:
        """Documents that the authority has published itself: where they are, and no file of ours."""
        wanted = {
            (one["kind"], one["number"]): (inspection, one) for inspection, rows in told for one in rows
        }
        numbers = {number for _kind, number in wanted}
        on_file = Document.objects.filter(authority=self.authority, number__in=numbers) if wanted else ()
        known = {(document.kind, document.number): document for document in on_file}
        new = []
        for key, (inspection, one) in wanted.items():
            document = known.get(key) or Document(authority=self.authority, is_sample=self.is_sample)
            for field, value in (one | {"issued_on": _day(one["issued_on"])}).items():
                setattr(document, field, value)
            document.facility_id, document.inspection = inspection.facility_id, inspection
            document.access_class = AccessClass.PUBLIC
            if document.pk:
                document.save()
            else:
                new.append(document)
        Document.objects.bulk_create(new, batch_size=AT_ONCE)


def _findings(inspection: Inspection, facts: dict) -> list[Finding]:
    return [
        Finding(inspection=inspection, grade=grade, number=number)
        for grade, number in facts.get("findings", [])
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
