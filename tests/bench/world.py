"""A made register of many bodies under US–UK EMC and telecom, deterministic by seed, written in bulk."""

from datetime import date
from random import Random

from agreements.acting import operator
from agreements.models import Annex, Economy, Origin, Sector
from portal import clock, verbs
from portal.audit import recording
from registry import accepted_scope
from registry.models import Act, Body, Decision, DecisionLine, Designation, Recognition, ScopeLine, State

_WORDS = ("North", "River", "Harbour", "Summit", "Valley", "Stone", "Bright", "Signal", "Meridian", "Lake")
_TRADES = ("Laboratories", "Testing", "Certification", "Assurance", "Inspection")


def make(count: int, seed: int) -> None:
    """Make ``count`` bodies, each designated and most recognised for one or two scope lines."""
    random, by = Random(seed), operator("bench")
    with verbs.running("registry.bench"):
        bodies = _bodies(count, random)
        _decide(bodies, random)
        recording.record(by=by, target=bodies[0], after={"bodies": count})
        accepted_scope.refresh(ScopeLine.objects.all())


def _bodies(count: int, random: Random) -> list[Body]:
    home = Economy.objects.get(code="GB")
    names = [
        f"{random.choice(_WORDS)} {random.choice(_WORDS)} {random.choice(_TRADES)} {n}" for n in range(count)
    ]
    return Body.objects.bulk_create(
        Body(
            slug=f"made-{n}",
            name=f"{name} (sample)",
            economy=home,
            origin=Origin.SAMPLE,
            recorded_at=clock.now(),
        )
        for n, name in enumerate(names)
    )


def _decide(bodies: list[Body], random: Random) -> None:
    annexes = {code: Annex.objects.get(code=code) for code in ("US-UK-EMC", "US-UK-TEL")}
    sectors = {"US-UK-EMC": Sector.objects.get(code="emc"), "US-UK-TEL": Sector.objects.get(code="radio")}
    parties = {"exporting": Economy.objects.get(code="GB"), "importing": Economy.objects.get(code="US")}
    now = clock.now()
    # One body in ten is in EMC, so that the question has about a thousand answers among ten thousand bodies.
    chosen = [(body, "US-UK-EMC" if random.random() < 0.1 else "US-UK-TEL") for body in bodies]
    fields = [
        {"body": body, "annex": annexes[code], **parties, "origin": Origin.SAMPLE, "recorded_at": now}
        for body, code in chosen
    ]
    designations = Designation.objects.bulk_create(Designation(**field) for field in fields)
    recognitions = Recognition.objects.bulk_create(
        Recognition(**field, designation=designation)
        for field, designation in zip(fields, designations, strict=True)
    )
    lines = ScopeLine.objects.bulk_create(
        ScopeLine(
            designation=designation,
            recognition=recognition,
            body_id=designation.body_id,
            annex_id=designation.annex_id,
            **parties,
            sector=sectors[code],
            kind="test_report",
            recorded_at=now,
        )
        for designation, recognition, (_body, code) in zip(designations, recognitions, chosen, strict=True)
    )
    acts = []
    for designation, recognition in zip(designations, recognitions, strict=True):
        start = date(2025, 1, 1 + random.randrange(28))
        acts.append(
            Decision(designation=designation, act=Act.DESIGNATE, state=State.DESIGNATED, effective_on=start)
        )
        act, state = random.choices(
            [(Act.RECOGNISE, State.RECOGNISED), (Act.NOTIFY, State.AWAITING), (Act.REFUSE, State.REFUSED)],
            [8, 1, 1],
        )[0]
        acts.append(Decision(recognition=recognition, act=act, state=state, effective_on=date(2025, 6, 1)))
    for decision in acts:
        decision.recorded_at, decision.actor = now, "bench"
    Decision.objects.bulk_create(acts, batch_size=2000)
    DecisionLine.objects.bulk_create(
        (
            DecisionLine(decision=decision, line=lines[n // 2], state=decision.state)
            for n, decision in enumerate(acts)
        ),
        batch_size=2000,
    )
