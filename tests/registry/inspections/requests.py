"""Short ways to requests, for tests: asked by the receiver of the room, answered by the giver."""

from agreements import concluding
from agreements.models import TimeLimit
from registry.inspections import requesting
from registry.inspections.fence import reading_everything
from registry.inspections.models import Inspection, ReportRequest, RequestStage
from tests.agreements.factories import BY
from tests.registry.inspections.room import Room, make_inspection

LIMITS = {
    "post_approval_report_existing": (60, "calendar_days"),
    "post_approval_report_new_inspection": (3, "months"),
    "pre_approval_report": (45, "calendar_days"),
    "pre_approval_acknowledge": (15, "calendar_days"),
}


def set_limit(room: Room, key: str, value: int | None = None, unit: str = "", **fields) -> TimeLimit:
    """A limit for the room's annex."""
    usual_value, usual_unit = LIMITS[key]
    said = {
        "value": value or usual_value,
        "unit": unit or usual_unit,
        "runs": "from request",
        "meaning": key.replace("_", " "),
        "citation": f"Article on {key.replace('_', ' ')}",
    }
    return concluding.limit(by=BY, annex=room.annex, key=key, **said | fields)


def ask(room: Room, inspection: Inspection | None = None, **fields) -> ReportRequest:
    """The receiver asks the giver for the report of an inspection."""
    inspection = inspection or make_inspection(room)
    said = {
        "by": room.by("receiver"),
        "asked": room.giver,
        "annex": room.annex,
        "facility": inspection.facility,
        "inspection": inspection,
        "purpose": "A dossier that awaits a decision.",
    }
    return requesting.ask(**said | fields)


def fresh(request: ReportRequest) -> ReportRequest:
    """The request as it stands."""
    with reading_everything():
        return ReportRequest.objects.select_related("asking", "asked", "annex").get(pk=request.pk)


def _agreed(room: Room, request: ReportRequest) -> ReportRequest:
    return requesting.agree(by=room.by("giver"), request=request, version=request.version)


def in_stage(room: Room, stage: str, **fields) -> ReportRequest:
    """A request brought to that stage through the verbs."""
    request = ask(room, **fields)
    giver = {"by": room.by("giver"), "request": request, "version": request.version}
    match stage:
        case RequestStage.ACKNOWLEDGED:
            request = requesting.acknowledge(**giver)
        case RequestStage.AGREED:
            request = _agreed(room, request)
        case RequestStage.AGREED_IN_PART:
            request = requesting.agree_in_part(**giver, words="Without names.")
        case RequestStage.REFUSED:
            request = requesting.refuse(**giver, words="It is with the prosecutor.")
        case RequestStage.WITHDRAWN:
            by = room.by("receiver")
            request = requesting.withdraw(by=by, request=request, version=request.version)
        case RequestStage.SHARED:
            _agreed(room, request)
            request = requesting.mark_shared(by=room.by("giver", "releaser"), request=request)
    return request
