"""Carrying many drafts out at once: the same rows as ``registry.carrying`` makes one by one, in a fixed number of statements.

Only drafts under which nothing is on record yet go this way: a designation of a body under a text to a partner that has
none, or a body alone. Where there is a record already, its whole story counts, and the verbs of the desk decide.
"""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.text import slugify

from agreements import texts
from agreements.acting import Acting
from agreements.models import Authority, Economy, Origin, Requirement, Sector
from portal import clock
from portal.outbox.queue import enqueue
from registry import accepted_scope, carrying, policies, queueing, registering, scoping
from registry.deciding import Terms
from registry.models import (
    Act,
    Body,
    Contact,
    Decision,
    DecisionLine,
    Designation,
    FormerName,
    Identifier,
    Proposal,
    Recognition,
    Representative,
    ScopeLine,
    Site,
    State,
    Step,
)

COMPARED = 50


class Many:
    """Some submitted drafts of one authority, locked, all of which go the short way (see ``goes_together``)."""

    def __init__(self, by: Acting, authority: Authority, proposals: list[Proposal], key: str):
        self.by, self.authority, self.proposals, self.key = by, authority, proposals, key
        self.now = clock.now()

    def carry_out(self) -> None:
        """Do what the drafts say. Raises NotYours when the acts are not the authority's."""
        self._bodies()
        self._sites_and_numbers()
        self._contacts()
        for proposal in self.proposals:
            carrying.accredit_for(self.by, proposal.body, proposal.content.get("accreditation", {}))
        designating = [one for one in self.proposals if one.step == Step.DESIGNATE]
        if designating:
            self._designate(designating)

    def _bodies(self) -> None:
        """New bodies, each once, also where several drafts enter it."""
        newcomers: dict[str, list[Proposal]] = defaultdict(list)
        for proposal in self.proposals:
            if proposal.body_id is None:
                newcomers[proposal.newcomer or f"#{proposal.pk}"].append(proposal)
        if not newcomers:
            return
        economies = {one.code: one for one in Economy.objects.all()}
        slugs, bodies = _Slugs(self.authority, newcomers.values()), {}
        for name, those in newcomers.items():
            said = those[0].content["body"]
            economy = economies[said["economy"]]
            policies.check_may_register(self.by, economy)
            full = carrying.name_of_newcomer(self.authority, said)
            bodies[name] = Body(
                slug=slugs.take(full),
                name=full,
                local_name=said.get("local_name", ""),
                economy=economy,
                website=said.get("website", ""),
                is_third_party=carrying.THIRD_PARTY.get(said.get("is_third_party", "")),
                origin=Origin.SAMPLE if self.authority.origin == Origin.SAMPLE else Origin.ENTERED,
                source_name=said.get("source", ""),
                recorded_at=self.now,
            )
        Body.objects.bulk_create(bodies.values())
        for name, those in newcomers.items():
            for proposal in those:
                proposal.body = bodies[name]
        others = Proposal.objects.running().filter(newcomer__in=list(newcomers), body=None)
        waiting = list(others.exclude(pk__in=[one.pk for one in self.proposals]))
        for proposal in waiting:
            proposal.body = bodies[proposal.newcomer]
        Proposal.objects.bulk_update(waiting, ["body"])

    def _sites_and_numbers(self) -> None:
        ids = {one.body_id for one in self.proposals}
        self.sites = defaultdict(dict)
        for site in Site.objects.filter(body__in=ids):
            self.sites[site.body_id][site.name.casefold()] = site
        held = set(Identifier.objects.known().filter(body__in=ids).values_list("body_id", "scheme", "value"))
        sites, numbers = [], {}
        for proposal in self.proposals:
            said, body = proposal.content.get("body", {}), proposal.body
            for site in carrying.sites_of(said, is_new="name" in said and not self.sites[body.pk]):
                name = site["name"].casefold()
                if name not in self.sites[body.pk]:
                    made = Site(**{"economy_id": body.economy_id, **site}, body=body, recorded_at=self.now)
                    self.sites[body.pk][name] = made
                    sites.append(made)
            for number in said.get("numbers", []):
                key = (body.pk, number["scheme"], number["value"])
                if key not in held:
                    numbers.setdefault(key, Identifier(body=body, **number))
        Site.objects.bulk_create(sites)
        Identifier.objects.bulk_create(numbers.values())

    def _contacts(self) -> None:
        wanted = {}
        for proposal in self.proposals:
            if contacts := proposal.content.get("contacts", {}).get("contacts"):
                wanted[proposal.body_id] = contacts
        Contact.objects.current().filter(body__in=wanted).update(replaced_at=self.now)
        Contact.objects.bulk_create(
            Contact(body_id=body_id, recorded_at=self.now, **contact)
            for body_id, contacts in wanted.items()
            for contact in contacts
        )

    def _designate(self, proposals: list[Proposal]) -> None:
        law = texts.current()
        designations = {one.pk: self._record(Designation, one, authority=self.authority) for one in proposals}
        Designation.objects.bulk_create(designations.values())
        for record in designations.values():
            record.annex = law.annexes[record.annex_id]
            record.exporting, record.importing = (
                law.economies[record.exporting_id],
                law.economies[record.importing_id],
            )
        terms = {one.pk: carrying.terms_of(one) for one in proposals}
        self._check(designations.values(), Act.DESIGNATE)
        recognitions = {}
        for proposal in proposals:
            regulator = carrying.regulator_of(proposal)
            record = self._record(
                Recognition, proposal, authority=regulator, designation=designations[proposal.pk]
            )
            designation = designations[proposal.pk]
            record.annex, record.exporting, record.importing = (
                designation.annex,
                designation.exporting,
                designation.importing,
            )
            recognitions[proposal.pk] = record
        Recognition.objects.bulk_create(recognitions.values())
        self._check(recognitions.values(), Act.NOTIFY)
        lines = self._lines(proposals, designations, recognitions)
        made = self._decide("designation", designations, Act.DESIGNATE, State.DESIGNATED, terms, lines)
        notified = {
            pk: Terms(
                effective_on=each.effective_on, decided_on=clock.today(), authority_name=self.authority.name
            )
            for pk, each in terms.items()
        }
        told = self._decide("recognition", recognitions, Act.NOTIFY, State.AWAITING, notified, lines)
        ids = accepted_scope.refresh(
            ScopeLine.objects.filter(pk__in=[line.pk for those in lines.values() for line in those])
        )
        enqueue(task="registry.compare_answers", key=self.key, payload={"lines": ids[:COMPARED]})
        self._tell(
            recognitions, notified, {**_by_record(designations, made), **_by_record(recognitions, told)}
        )
        for proposal in proposals:
            proposal.designation, proposal.made = designations[proposal.pk], made[proposal.pk]

    def _record(self, model, proposal: Proposal, **fields):
        return model(
            body=proposal.body,
            annex_id=proposal.annex_id,
            exporting_id=proposal.exporting_id,
            importing_id=proposal.importing_id,
            origin=Origin.SAMPLE if proposal.body.is_sample else Origin.ENTERED,
            recorded_at=self.now,
            **fields,
        )

    def _check(self, records: Iterable, act: str) -> None:
        """The rule is asked once for each direction: it speaks of nothing else of the record."""
        one_of_each = {(one.annex_id, one.exporting_id, one.importing_id): one for one in records}
        for record in one_of_each.values():
            policies.check_may_decide(self.by, record, act)

    def _lines(self, proposals, designations, recognitions) -> dict[int, list[ScopeLine]]:
        told = {one.pk: list(dict.fromkeys(scoping.lines_of(one.content))) for one in proposals}
        sectors = {sector.code: sector.pk for sector in Sector.objects.all()}
        slugs = {line.requirement for those in told.values() for line in those if line.requirement}
        requirements = dict(Requirement.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        lines = {}
        for proposal in proposals:
            sites = self.sites[proposal.body_id]
            made = {}
            for line in told[proposal.pk]:
                site = sites.get(line.site.casefold()) if line.site else None
                made[(line, site.pk if site else None)] = ScopeLine(
                    designation=designations[proposal.pk],
                    recognition=recognitions[proposal.pk],
                    body=proposal.body,
                    annex_id=proposal.annex_id,
                    exporting_id=proposal.exporting_id,
                    importing_id=proposal.importing_id,
                    site=site,
                    sector_id=sectors[line.sector],
                    kind=line.kind,
                    requirement_id=requirements.get(line.requirement),
                    product=line.product,
                    procedure=line.procedure,
                    recorded_at=self.now,
                )
            lines[proposal.pk] = list(made.values())
        ScopeLine.objects.bulk_create([line for those in lines.values() for line in those], batch_size=2000)
        return lines

    def _decide(self, field: str, records: dict, act, state, terms: dict, lines: dict) -> dict[int, Decision]:
        """One decision on each record, with where each of its lines stands after it."""
        decisions = {
            pk: Decision(
                **{field: record},
                **{name: getattr(terms[pk], name) for name in Terms.__dataclass_fields__},
                act=act,
                state=policies.check_follows(record, act, [], terms[pk].effective_on),
                recorded_at=self.now,
                actor=self.by.actor,
            )
            for pk, record in records.items()
        }
        Decision.objects.bulk_create(decisions.values())
        DecisionLine.objects.bulk_create(
            [
                DecisionLine(decision=decision, line=line, state=state)
                for pk, decision in decisions.items()
                for line in lines[pk]
            ],
            batch_size=2000,
        )
        return decisions

    def _tell(self, recognitions: dict, terms: dict, decisions: dict) -> None:
        by_place = defaultdict(list)
        for pk, record in recognitions.items():
            place = (record.annex_id, record.exporting_id, record.importing_id, record.authority_id)
            by_place[(*place, terms[pk].effective_on)].append(record)
        for (*place, start), records in by_place.items():
            key = f"{self.key}:{':'.join(map(str, place))}:{start}"
            queueing.put_notified(records, start, key=key)
        with_people = set(
            Representative.objects.running()
            .filter(body__in={one.body_id for one in self.proposals})
            .values_list("body_id", flat=True)
        )
        for record, decision in decisions.items():
            if record.body_id in with_people:
                queueing.tell_representatives(record, decision)


def _by_record(records: dict, decisions: dict) -> dict:
    return {record: decisions[pk] for pk, record in records.items()}


def goes_together(proposals: list[Proposal]) -> set[int]:
    """The ids of those that go the short way: nothing is on record yet for body, text and partner, and no draft repeats."""
    ids = {one.body_id for one in proposals if one.body_id}
    held = set()
    for model in (Designation, Recognition):
        held |= set(
            model.objects.filter(body__in=ids).values_list(
                "body_id", "annex_id", "exporting_id", "importing_id"
            )
        )
    found, seen = set(), set()
    for one in proposals:
        direction = (one.annex_id, one.exporting_id, one.importing_id)
        if one.annex_id and (one.body_id, *direction) in held:
            continue
        whose = one.newcomer or (f"#{one.pk}" if one.body_id is None else one.body_id)
        if (whose, *direction) not in seen:
            seen.add((whose, *direction))
            found.add(one.pk)
    return found


class _Slugs:
    """Address parts that no body has or had, nor gets meanwhile."""

    def __init__(self, authority: Authority, newcomers: Iterable[list[Proposal]]):
        names = {carrying.name_of_newcomer(authority, those[0].content["body"]) for those in newcomers}
        stems = {slugify(name)[:150] or "body" for name in names}
        self.taken = set(Body.objects.filter(slug__in=stems).values_list("slug", flat=True))
        self.taken |= set(FormerName.objects.filter(slug__in=stems).values_list("slug", flat=True))

    def take(self, name: str) -> str:
        """One for that name."""
        stem = slugify(name)[:150] or "body"
        slug, number = stem, 2
        if slug in self.taken:
            slug = registering.free_slug(name)
            number = 3
        while slug in self.taken:
            slug, number = f"{stem}-{number}", number + 1
        self.taken.add(slug)
        return slug
