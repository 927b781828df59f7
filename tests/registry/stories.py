"""A body with a history, told through the verbs: each act on its own day."""

from datetime import UTC, date, datetime, time

from agreements.models import Origin
from portal import clock
from registry import correcting, designating, recognising, registering
from registry.deciding import Terms
from registry.designating import Scope
from registry.models import Body, Decision, Recognition
from tests.agreements.factories import BY, make_annex, make_economy, make_sector, make_undertaking


def on(day: str):
    """The clock stands at noon of that day."""
    return clock.at(datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC))


def terms(day: str, **fields) -> Terms:
    """The terms of a decision effective on that day."""
    return Terms(effective_on=date.fromisoformat(day), **fields)


def recognised_body(name: str = "Pennine EMC Laboratory", **fields) -> tuple[Body, Recognition]:
    """A British body recognised by the United States from 1 June 2019 for EMC test reports."""
    with on("2018-01-01"):
        annex = make_annex(parties=("US", "GB"))
        make_undertaking(annex=annex)
    with on("2019-01-10"):
        body = registering.register(by=BY, name=name, economy=make_economy("GB"), **fields)
    with on("2019-02-01"):
        designation = designating.designate(
            by=BY,
            body=body,
            annex=annex,
            exporting=make_economy("GB"),
            importing=make_economy("US"),
            authority=None,
            scopes=[Scope(make_sector("emc"), "test_report")],
            terms=terms("2019-02-01", internal_note="Only for our files."),
        )
    with on("2019-02-05"):
        recognition = designating.notify(
            by=BY, designation=designation, regulator=None, terms=terms("2019-02-05")
        )
    with on("2019-06-01"):
        recognising.recognise(
            by=BY,
            recognition=recognition,
            terms=terms("2019-06-01", public_reason="The assessment was sufficient."),
        )
    return body, recognition


def corrected(recognition: Recognition) -> Decision:
    """On 1 March 2020 the recognition turns out to have taken effect only on 1 September 2019."""
    wrong = recognition.decisions.get(act="recognise")
    with on("2020-03-01"):
        return correcting.correct(
            by=BY, decision=wrong, reason="The date was misread.", effective_on=date(2019, 9, 1)
        )


def sample_body(name: str) -> Body:
    """A fictional body without any decision."""
    return registering.register(
        by=BY, name=f"{name} (sample)", economy=make_economy("US"), origin=Origin.SAMPLE
    )
