"""Random histories of sharing: what people, receivers, texts and days do to who may read what."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from psycopg.types.range import DateRange

from agreements import concluding, joining
from agreements.acting import Acting, again
from agreements.models import Membership, Role, RoleGrant
from portal import clock
from portal.audit import recording
from portal.files.models import Scan
from portal.lifecycle import NotAllowed
from portal.verbs import running
from registry.inspections import demanding, filing, releasing
from registry.inspections.fence import reading_everything
from registry.inspections.models import Commitment, Document, Information, Release, ReleaseStage, Version
from tests.agreements.factories import BY
from tests.registry.inspections.releases import BASIS, accept, refuse, upload
from tests.registry.inspections.room import GMP, Room, promise

SIDES, ROLES = ("receiver", "outsider"), ("editor", "releaser", "approver")
CLASSES = (Information.TRADE_SECRET, Information.PERSONAL_PRIVACY)
REFUSALS = (NotAllowed, ValidationError, PermissionDenied, models.ObjectDoesNotExist)


class History:
    """A room to which things happen, one after the other, on days that pass. ``told`` says what happened."""

    def __init__(self, room: Room, documents: list[Document], actors: dict[tuple, Acting], seed: int):
        self.room, self.documents, self.actors = room, documents, actors
        self.random, self.told, self.now = Random(seed), [], clock.now()
        self.versions: list[Version] = []
        self.acts: list[Callable] = [
            *[self.file] * 2,
            *[self.share] * 6,
            *[self.propose] * 4,
            *[self.decide] * 4,
            *[self.promise] * 3,
            *[self.revoke] * 2,
            *[self.change_annex] * 2,
            *[self.pass_days] * 2,
            self.end_promise,
            *[self.drop] * 4,
            self.demand,
            self.end_role,
            self.end_membership,
        ]
        for act in (self.file, self.promise, self.share):
            self._try(act)

    def happen(self, times: int) -> None:
        """Let so many things happen; what the portal refuses has not happened."""
        for _number in range(times):
            self._try(self.random.choice(self.acts))

    def _try(self, act: Callable) -> None:
        with clock.at(self.now), suppress(*REFUSALS):
            act()
            self.told.append(act.__name__)

    def by(self, side: str, role: str) -> Acting:
        """That person, with the roles of the day. Raises PermissionDenied when there are none left."""
        by = again(self.actors[side, role])
        if by is None:
            raise PermissionDenied("They have left.")
        return by

    def _one(self, rows: list):
        if not rows:
            raise NotAllowed("There is none.")
        return self.random.choice(rows)

    def _releases(self, stage: str) -> list[Release]:
        with reading_everything():
            return list(Release.objects.filter(stage=stage).order_by("pk"))

    def file(self) -> None:
        """A version, full or redacted, which the checks accept, refuse or have not reached."""
        redacted = self.random.random() < 0.3
        version = filing.file_version(
            by=self.by("giver", "editor"),
            document=self.random.choice(self.documents),
            uploaded=upload(),
            redacted=redacted,
            note="Less." if redacted else "",
            information=[each for each in CLASSES if self.random.random() < 0.3],
        )
        fate = self.random.random()
        if fate < 0.9:
            accept(version, self.random.choice(Scan.values))
        elif fate < 0.95:
            refuse(version)
        self.versions.append(version)

    def share(self) -> None:
        """Two people release some version."""
        releasing.release(by=self.by("giver", "releaser"), release=self.propose())

    def propose(self) -> Release:
        """A release of some version, to somebody or everybody, under the annex or not."""
        side = self.random.choice((*SIDES, "receiver", None))
        return releasing.propose(
            by=self.by("giver", "editor"),
            version=self._one(self.versions),
            receiver=self.room.authorities[side] if side else None,
            legal_basis=BASIS,
            annex=self.room.annex if side == "receiver" and self.random.random() < 0.6 else None,
            until=self._until(),
        )

    def _until(self):
        return (
            clock.today() + timedelta(days=self.random.randrange(20)) if self.random.random() < 0.5 else None
        )

    def decide(self) -> None:
        """The second person, or somebody who may not."""
        by = self.by(self.random.choice(("giver", "giver", "giver", "receiver")), "releaser")
        releasing.release(by=by, release=self._one(self._releases(ReleaseStage.PROPOSED)))

    def revoke(self) -> None:
        """A release that counts, or had counted."""
        release = self._one(self._releases(ReleaseStage.RELEASED))
        releasing.revoke(by=self.by("giver", "approver"), release=release, reason="Sent in error.")

    def drop(self) -> None:
        """A proposal."""
        releasing.drop(
            by=self.by("giver", "editor"), release=self._one(self._releases(ReleaseStage.PROPOSED))
        )

    def promise(self) -> None:
        """A commitment: of some classes, in some sectors, for some days, confirmed or not."""
        start = clock.today() - timedelta(days=self.random.randrange(3))
        end = start + timedelta(days=self.random.randrange(1, 30)) if self.random.random() < 0.4 else None
        facts = {"confirmed_by": None, "confirmed_at": None} if self.random.random() < 0.1 else {}
        promise(
            self.room,
            receiver=self.random.choice(SIDES),
            information=[each for each in CLASSES if self.random.random() < 0.9],
            sector_codes=self.random.choice(([], [], [], [GMP], ["something_else"])),
            valid=DateRange(start, end),
            **facts,
        )

    def end_promise(self) -> None:
        """One of the two ends a commitment."""
        commitment = self._one(list(Commitment.objects.filter(ended_at=None).order_by("pk")))
        commitment.ended_at, commitment.ended_by = clock.now(), "somebody"
        saved(commitment)

    def change_annex(self) -> None:
        """It is suspended, resumed, applied provisionally or terminated, from today on or a day that lies near."""
        statuses = ("suspended", "in_force", "in_force", "provisionally_applied", "terminated")
        start = clock.today() + timedelta(days=self.random.choice((0, 0, 0, 5)))
        concluding.set_status(by=BY, annex=self.room.annex, status=self.random.choice(statuses), start=start)

    def pass_days(self) -> None:
        """Days go by."""
        self.now += timedelta(days=self.random.randrange(1, 12))

    def demand(self) -> None:
        """The receiver takes scanned files alone, or all."""
        demanding.demand(
            by=self.by(self.random.choice(SIDES), "approver"), scanned_only=self.random.random() < 0.5
        )

    def end_role(self) -> None:
        """Somebody's role ends."""
        by = self.by(self.random.choice(SIDES), self.random.choice(("editor", "approver")))
        grant = RoleGrant.objects.in_force().get(
            membership__user=by.user_id, membership__authority=by.authority_id
        )
        if grant.role != Role.ADMINISTRATOR:
            joining.end_role(by=BY, grant=grant)

    def end_membership(self) -> None:
        """Somebody leaves."""
        by = self.by(self.random.choice(SIDES), self.random.choice(("editor", "approver", "releaser")))
        membership = Membership.objects.running().get(user=by.user_id, authority=by.authority_id)
        joining.end_membership(by=BY, membership=membership, reason="Left.")


def saved(row) -> None:
    """The row saved as if a verb had done so."""
    with running("tests.saved", "desk"), reading_everything():
        row.save()
        recording.record(by=BY, target=row)
