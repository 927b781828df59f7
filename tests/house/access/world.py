"""A world in which every confidential place holds a word, and every route has something to show."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from agreements import appointing, joining, texts
from agreements.acting import person
from agreements.keys import giving
from agreements.keys.models import Key
from agreements.models import Authority, Capacity, Membership, Role, RoleGrant
from portal import clock, permissions
from portal.notices import calendars
from portal.notices.models import Category, Notice
from portal.notices.telling import tell
from registry import (
    accrediting,
    attaching,
    contacting,
    designating,
    exchanging,
    proposing,
    recognising,
    registering,
    representing,
    signing,
)
from registry.designating import Scope
from registry.models import Proposal, Representative, Work, WorkItem
from registry.opendata import making, writing
from registry.scoping import Line
from tests.agreements.factories import (
    BY,
    make_annex,
    make_authority,
    make_economy,
    make_requirement,
    make_sector,
    make_undertaking,
)
from tests.agreements.keyring import make_key
from tests.house.access import watching
from tests.house.access.people import OTHER_AUTHORITIES, Person, browse, make_people, with_factor
from tests.house.access.secrets import Secrets
from tests.house.access.sharing import asking, importing, loading, promising, recording, releasing
from tests.registry.desk_room import put
from tests.registry.officers import acting, make_officer, make_person
from tests.registry.stories import on, terms

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
# Fellow authorities of one's own economy look after the same bodies, so they read contacts and who signs in.
LOOKING_AFTER = ("own", "fellow")
OWN = ("own",)


@dataclass(frozen=True)
class Program:
    """A program with its key; ``groups`` name what its authority may know."""

    kind: str
    secret: str
    row: Key
    groups: frozenset[str]


class World:
    """One British body on its way to the United States, with all that is said about it behind closed doors."""

    def __init__(self):
        texts.forget()
        self.secrets = Secrets()
        self.today = clock.today().isoformat()
        self._authorities()
        end_reason = self.secrets.word("reason of leaving", *OWN, "operator")
        self.people: dict[str, Person] = make_people(
            self._name, self.authorities, self._second_administrator(), end_reason
        )
        self._bodies()
        self._decided_designation()
        self._proposals()
        self._partner()
        self._accreditation()
        self._exchange()
        self._joint()
        self._desk()
        self._members()
        self._keys()
        for room in (recording, promising, releasing, asking, loading, importing, watching):
            room.furnish(self)
        self._dump()

    def by(self, kind: str):
        """The actor when that member acts for their authority."""
        person = self.people[kind]
        authority = self.own if kind.startswith("own ") else self.authorities[kind]
        return acting(person.user, authority)

    def user(self, kind: str):
        return self.people[kind].user

    def _name(self, kind: str) -> str:
        """A person's name: known to colleagues; officers who write to the other side are known there, too."""
        known = {
            "own editor": ("own", "partner", "fellow"),  # asks a body's people in, answers the partner
            "own approver": ("own", "partner"),  # signs the joint decision
            "partner": ("partner", "own"),  # asks the question
            "own administrator": ("own", "invited"),
        }
        if kind.startswith("own") or kind == "deactivated":
            groups = known.get(kind, OWN)
        else:
            groups = known.get(kind, (kind,))
        return self.secrets.word(f"name {kind}", kind, *groups, "operator")

    def _second_administrator(self):
        user = with_factor(
            make_person(self.secrets.word("name second administrator", "own", "operator"), is_sample=False)
        )
        return make_officer(self.own, "administrator", user=user)

    def _authorities(self) -> None:
        make = make_authority
        self.own = make("gb-own", "GB", ["designating"])
        self.authorities: dict[str, Authority] = {
            "own": self.own,
            "fellow": make("gb-fellow", "GB", ["designating", "inspectorate"]),
            "partner": make("us-partner", "US", ["regulatory"]),
            "partner's fellow": make("us-fellow", "US", ["regulatory"]),
            "third party": make("jp-third", "JP", ["designating", "regulatory"]),
            "accreditation body": make("gb-accreditation", "GB", ["accreditation"]),
        }
        with on("2018-01-01"):
            # Under this text the parties name who acts for them.
            self.annex = make_annex("NAMED", parties=("US", "GB", "JP"))
            make_undertaking(annex=self.annex)
            make_undertaking("GB", "US", annex=self.annex)
            make_undertaking("US", "JP", annex=self.annex)
            # Under this one they do not, so every authority of the right capacity is concerned.
            self.open_annex = make_annex("OPEN", parties=("US", "GB"))
            make_undertaking(annex=self.open_annex)
        for economy, authority, capacity in (
            ("GB", "own", Capacity.DESIGNATING),
            ("GB", "own", Capacity.INSPECTORATE),
            ("US", "partner", Capacity.REGULATORY),
        ):
            appointing.assign(
                by=BY,
                annex=self.annex,
                economy=make_economy(economy),
                authority=self.authorities[authority],
                capacity=capacity,
            )
        make_requirement("47-cfr-15")

    def _bodies(self) -> None:
        with on("2019-01-10"):
            self.body = registering.register(
                by=BY, name="Pennine EMC", economy=make_economy("GB"), sites=[{"town": "Leeds"}]
            )
            self.quiet = registering.register(by=BY, name="Leeds EMC", economy=make_economy("GB"))
            self.twin = registering.register(by=BY, name="Pennine Twin", economy=make_economy("GB"))
            self.foreign = registering.register(
                by=BY, name="Ohio EMC", economy=make_economy("US"), sites=[{"town": "Columbus"}]
            )
        word = self.secrets.word
        for body, who in ((self.body, "representative"), (self.twin, "other representative")):
            name = word(f"name {who}", who, *LOOKING_AFTER, "operator")
            user = with_factor(make_person(name, is_sample=False))
            self.people[who] = browse(Person(who, user, frozenset({who})))
            setattr(self, f"{'rep' if who == 'representative' else 'other_rep'}", self._represent(body, user))
            hidden = word(f"contact of {who}", who, *LOOKING_AFTER, "operator")
            self._contacts(body, hidden)
            if body == self.body:
                self.hidden_contact = hidden
        self._represent(self.quiet, self.user("representative"))
        self._contacts(self.foreign, word("contact abroad", "operator"))
        self.representatives_proposal = proposing.propose_contacts(
            by=person(self.user("representative")),
            body=self.body,
            authority=self.own,
            contacts=[
                _contact(word("contacts proposed by the representative", "representative", "own", "operator"))
            ],
        )
        self.other_representatives_proposal = proposing.propose_contacts(
            by=person(self.user("other representative")),
            body=self.twin,
            authority=self.own,
            contacts=[
                _contact(word("contacts proposed by the other", "other representative", "own", "operator"))
            ],
        )

    def _represent(self, body, user) -> Representative:
        return representing.represent(by=self.by("own editor"), body=body, user=user)

    def _contacts(self, body, hidden: str) -> None:
        rows = [{"name": "Front desk", "phone": "+44 113 496 0000", "is_public": True}, _contact(hidden)]
        contacting.replace_contacts(by=BY, body=body, contacts=rows)

    def _designation_content(self, note: str) -> dict:
        line = Line("emc", "test_report", product="Radio").told()
        return {
            "body": {"name": ""},
            "partner": {"regulator": "us-partner"},
            "scope": {"lines": [line]},
            "accreditation": {"none": True},
            "contacts": {
                "contacts": [
                    {"name": "Front desk", "phone": "+44 113 496 0000", "is_public": True},
                    _contact(self.hidden_contact),
                ]
            },
            "declaration": {"effective_on": "2024-01-01", "declared": True, "internal_note": note},
        }

    def _designate(self, annex, note: str) -> Proposal:
        return proposing.draft(
            by=self.by("own editor"),
            step="designate",
            content=self._designation_content(note),
            body=self.body,
            annex=annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
        )

    def _decide(self, proposal: Proposal, writer: str, decider: str) -> Proposal:
        proposal.refresh_from_db()
        proposal = proposing.submit(by=self.by(writer), proposal=proposal, version=proposal.version)
        return proposing.decide(by=self.by(decider), proposal=proposal, version=proposal.version)

    def _attach(self, proposal: Proposal, name: str):
        file = SimpleUploadedFile(f"{name}.pdf", PDF, content_type="application/pdf")
        return attaching.attach(by=self.by("own editor"), proposal=proposal, purpose="other", uploaded=file)

    def _decided_designation(self) -> None:
        word = self.secrets.word
        proposal = self._designate(self.annex, word("note of the designation", *OWN, "operator"))
        self.attachment = self._attach(proposal, word("file of the designation", *OWN, "partner", "operator"))
        self.removed = self._attach(proposal, word("file taken away", *OWN, "operator"))
        attaching.detach(by=self.by("own editor"), attachment=self.removed)
        self.decided = self._decide(proposal, "own editor", "own approver")
        self.designation = self.decided.designation
        self.recognition = self.designation.recognition
        self.own_decision = self.designation.decisions.latest("id")
        # Under the open text, with notes on both sides; the fellows of both see the record and none of the notes.
        with on("2024-01-01"):
            self.open_designation = designating.designate(
                by=BY,
                body=self.body,
                annex=self.open_annex,
                exporting=make_economy("GB"),
                importing=make_economy("US"),
                authority=self.own,
                scopes=[Scope(make_sector("emc"), "test_report")],
                terms=terms(
                    "2024-01-01", internal_note=word("note of the open designation", *OWN, "operator")
                ),
            )
            self.open_recognition = designating.notify(
                by=BY,
                designation=self.open_designation,
                regulator=self.authorities["partner"],
                terms=terms("2024-01-01", internal_note=word("note of the notification", *OWN, "operator")),
            )
        recognising.recognise(
            by=BY,
            recognition=self.open_recognition,
            terms=terms("2024-02-01", internal_note=word("note of the recognition", "partner", "operator")),
        )

    def _proposals(self) -> None:
        word = self.secrets.word
        self.draft = self._designate(self.annex, word("note of the draft", *OWN, "operator"))
        self.draft_file = self._attach(self.draft, word("file of the draft", *OWN, "operator"))
        suspension = {
            "effective_on": self.today,
            "public_reason": word("reason not yet public", *OWN, "operator"),
            "internal_note": word("note of the submitted", *OWN, "operator"),
        }
        self.submitted = proposing.draft(
            by=self.by("own editor"),
            step="suspend",
            content={"decision": suspension},
            body=self.body,
            designation=self.open_designation,
        )
        self.submitted = proposing.submit(by=self.by("own editor"), proposal=self.submitted, version=1)
        self.returned = proposing.draft(
            by=self.by("own editor"),
            step="rename",
            content={
                "decision": {
                    "name": word("new name in the making", *OWN, "operator"),
                    "effective_on": self.today,
                }
            },
            body=self.body,
        )
        submitted = proposing.submit(by=self.by("own editor"), proposal=self.returned, version=1)
        self.returned = proposing.send_back(
            by=self.by("own approver"),
            proposal=submitted,
            version=submitted.version,
            remarks={"": word("remark of the approver", *OWN, "operator")},
        )
        dropped = proposing.draft(
            by=self.by("own editor"),
            step="rename",
            content={"decision": {"name": "Another name", "effective_on": self.today}},
            body=self.twin,
        )
        self.dropped = proposing.drop(
            by=self.by("own editor"), proposal=dropped, reason=word("reason of the drop", *OWN, "operator")
        )
        self.withdrawal = proposing.draft(
            by=self.by("own editor"),
            step="annul",
            content={"decision": {"public_reason": word("reason of the annulment", *OWN, "operator")}},
            body=self.body,
            decision=self.open_designation.decisions.latest("id"),
        )

    def _partner(self) -> None:
        word = self.secrets.word
        content = {
            "effective_on": self.today,
            "public_reason": word("partner's reason in the making", "partner", "operator"),
            "internal_note": word("partner's note", "partner", "operator"),
        }
        self.partners_draft = proposing.draft(
            by=self.by("partner"),
            step="contest",
            content={"decision": content},
            body=self.body,
            recognition=self.recognition,
        )
        self.third_draft = proposing.draft(
            by=self.by("third party"),
            step="designate",
            content={"body": {"name": word("third party's new body", "third party", "operator")}},
        )

    def _accreditation(self) -> None:
        word = self.secrets.word
        giver = self.authorities["accreditation body"]
        self.accreditation = accrediting.accredit(
            by=BY,
            body=self.body,
            accreditation_body=giver,
            reference="A-1",
            terms=terms(
                "2020-01-01",
                internal_note=word("note of the accreditation", "accreditation body", "operator"),
            ),
        )
        self.accreditors_draft = proposing.draft(
            by=self.by("accreditation body"),
            step="suspend",
            content={
                "decision": {"internal_note": word("accreditor's note", "accreditation body", "operator")}
            },
            body=self.body,
            accreditation=self.accreditation,
        )

    def _exchange(self) -> None:
        word = self.secrets.word
        both = ("own", "partner", "operator")
        self.question = exchanging.ask(
            by=self.by("partner"), recognition=self.recognition, words=word("question of the partner", *both)
        )
        earlier = exchanging.ask(
            by=self.by("partner"), recognition=self.recognition, words=word("earlier question", *both)
        )
        exchanging.answer(
            by=self.by("own editor"), question=earlier, words=word("answer of the editor", *both)
        )

    def _joint(self) -> None:
        word = self.secrets.word
        said = {
            "annex": self.annex,
            "partner": self.authorities["partner"],
            "recognitions": [self.recognition],
        }
        draft = {"by": self.by("own editor"), **said}
        own, both = (*OWN, "operator"), (*OWN, "partner", "operator")
        self.joint_draft = signing.draft_joint(number="1/2026", text=word("joint draft", *own), **draft)
        joint = signing.draft_joint(number="2/2026", text=word("joint decision open", *both), **draft)
        self.joint_open = signing.put_to_signature(by=self.by("own editor"), joint=joint)
        joint = signing.draft_joint(number="3/2026", text=word("joint draft given up", *own), **draft)
        self.joint_dropped = signing.drop_joint(
            by=self.by("own editor"), joint=joint, reason=word("reason of giving up", *own)
        )
        joint = signing.draft_joint(number="4/2026", text=word("joint decision given up", *both), **draft)
        joint = signing.put_to_signature(by=self.by("own editor"), joint=joint)
        self.joint_open_dropped = signing.drop_joint(by=self.by("own editor"), joint=joint)

    def _desk(self) -> None:
        word = self.secrets.word
        self.work = WorkItem.objects.waiting().get(
            authority=self.own, kind=Work.APPROVE, proposal=self.submitted
        )
        due = clock.today() + timedelta(days=9)
        words = word("words of the work", *OWN, "operator")
        self.note = put(self.own, 1, Work.PARTNER, words=words, due_on=due)
        self.partners_work = put(
            self.authorities["partner"], 2, Work.PARTNER, words=word("partner's work", "partner", "operator")
        )
        # Told while the person belonged: what has ended since is not read any more.
        for kind, known in (
            ("own reader", "own reader"),
            ("own, membership ended", "nobody"),
            ("own, role ended", "nobody"),
        ):
            tell(
                users=[self.user(kind).pk],
                key=f"access:{kind}",
                kind="work.opened",
                category=Category.QUEUE,
                words=word(f"notice to {kind}", known, "operator"),
                link=f"/desk/work/{self.work.pk}/",
                target_kind="workitem",
                target_id=str(self.work.pk),
                authority_code=self.own.code,
            )
        self.notice = Notice.objects.get(key="access:own reader")
        self.calendar_secret = calendars.new_address(
            by=person(self.user("own editor")), user=self.user("own editor")
        )

    def _members(self) -> None:
        word = self.secrets.word
        invited = word("invited", "own", "operator", "invited")
        self.invitation = joining.invite(
            by=self.by("own administrator"),
            authority=self.own,
            email=f"{invited}@example.org",
            name=word("name of the invited", "own", "operator", "invited"),
            roles=["reader"],
        )
        address = joining.make_address(by=BY, invitation=self.invitation)
        self.invitation_secret = address.rstrip("/").rpartition("/")[2]
        asked = word("asked for the body", "own", "operator")
        self.representation = representing.invite_representative(
            by=self.by("own editor"), body=self.body, email=f"{asked}@example.org", name=asked
        )
        self.reader = Membership.objects.running().get(user=self.user("own reader"), authority=self.own)
        self.reader_role = RoleGrant.objects.get(membership=self.reader, role=Role.READER)
        self.unconfirmed = RoleGrant.objects.get(
            membership__user=self.user("own, role not confirmed"), role=Role.APPROVER
        )
        for proposal in (self.draft, self.submitted, self.returned, self.withdrawal):
            proposal.refresh_from_db()
        self.partners_member = Membership.objects.running().get(user=self.user("partner"))

    def _keys(self) -> None:
        """Programs of the own authority and of others, with all that a key may be given, and keys that are not taken."""
        every = [rule.action for rule in permissions.for_keys()]
        administrator = self.by("own administrator")
        self.keys = {
            kind: self._key(
                administrator if kind == "own" else self.by(kind), self.authorities[kind], kind, every
            )
            for kind in ("own", *OTHER_AUTHORITIES)
        }
        self.keys["own, no scope"] = self._key(administrator, self.own, "own, no scope", [])
        self.keys["own, revoked"] = self._key(administrator, self.own, "own, revoked", every)
        giving.revoke_key(by=administrator, key=self.keys["own, revoked"].row)
        yesterday = clock.now() - timedelta(days=1)
        with clock.at(yesterday):
            over = self._key(administrator, self.own, "own, over", every, last_day=yesterday.date())
        self.keys["own, over"] = over

    def _key(self, by, authority, kind: str, scopes: list[str], **term) -> Program:
        groups = ("own",) if kind.startswith("own") else (kind,)
        name = self.secrets.word(f"program {kind}", *groups, "operator")
        secret, row = make_key(by, authority, *scopes, name=name, **term)
        return Program(kind, secret, row, frozenset(groups))

    def _dump(self) -> None:
        """Of all this, as it stands in this transaction."""
        written = writing.write_tables()
        writing.seal(written)
        self.dump = making.publish_dump(by=BY, written=written)


def _contact(name: str) -> dict:
    return {"name": name, "email": f"{name}@example.org", "is_public": False}


def the_day(offset: int = 0) -> str:
    """A day from today on, as forms take it."""
    return (date.today() + timedelta(days=offset)).isoformat()


def forget() -> None:
    """Leave nothing of this world in the process."""
    texts.forget()
