"""The table of routes: for each the sample address, the methods, and who is answered how.

A new route gets a row here, or ``test_matrix`` fails. ``get`` and ``post`` are statuses by kind of person (see ``answers``);
None says that the method is not offered. ``data`` is a form that would do what the route is for, so that who is refused is
refused for who they are: where the answer is 302 or 200, it is done, unless the row is ``idle``. ``writes`` says whether a
safe request writes, too (a download goes on record). ``knows`` are groups whose words the address itself opens.
"""

from collections.abc import Callable

from portal import signatures
from tests.house.access import keyed, watching
from tests.house.access.answers import (
    ADMINISTRATORS,
    APPROVERS,
    EVERY_MEMBER,
    EXPORTERS,
    WORKERS,
    Statuses,
    body_people,
    everybody,
    members,
    operators,
    signed_in,
)
from tests.house.access.people import OTHER_AUTHORITIES, UNPROVEN
from tests.house.access.row import Row
from tests.house.access.sharing import asking, importing, loading, promising, recording, releasing
from tests.house.access.world import World, the_day


def _public(name: str, address: str | Callable[[World], str]) -> Row:
    return Row(name, address if callable(address) else lambda world: address, everybody())


def _proposal(
    name: str, step: str, get: Statuses, post: Statuses | None = None, data=None, of: str = "draft"
) -> Row:
    def at(world: World) -> str:
        return f"/desk/proposals/{getattr(world, of).pk}/{step}"

    return Row(name, at, get, post, data or (lambda world: {}))


def _version(**fields) -> Callable[[World], dict]:
    return lambda world: {"version": world.draft.version, **fields}


def _record(world: World) -> str:
    return f"/desk/designations/{world.designation.pk}/"


_ELSEWHERE = dict.fromkeys(OTHER_AUTHORITIES, 200)
# The text names another authority of their economy, or none with their capacity: they sign nothing under it.
_UNNAMED = dict.fromkeys(("fellow", "partner's fellow", "accreditation body"), 404)
_CONTACTS = {
    "contact-TOTAL_FORMS": "1",
    "contact-INITIAL_FORMS": "0",
    "contact-0-name": "Somebody",
    "contact-0-email": "somebody@example.org",
}
_OPERATOR = {"operator": 200}

_VERIFIED = "body=pennine-emc&importing=US&kind=test_report&sector=emc&on=2024-06-03&known_at=2026-01-01"

PUBLIC = [
    _public("livez", "/livez"),
    _public("readyz", "/readyz"),
    _public("signing-keys", "/.well-known/concordat-keys.json"),
    _public("signing-key", lambda world: f"/.well-known/concordat-keys/{signatures.key_id()}.pem"),
    _public("finder", "/"),
    _public("accepted", "/accepted/?importing=US&exporting=GB&kind=test_report&sector=emc"),
    _public("accepted-file", "/accepted.csv?importing=US&exporting=GB&kind=test_report&sector=emc"),
    _public("suggest", "/suggest/?q=zq"),
    _public("verify", f"/verify/?{_VERIFIED}"),
    _public("verify-file", f"/verify.pdf?{_VERIFIED}"),
    _public("verify-statement", f"/verify/statement.json?{_VERIFIED}"),
    _public("verify-how", f"/verify/how/?{_VERIFIED}"),
    _public("bodies", "/bodies/?q=pennine"),
    _public("bodies-file", "/bodies.json?q=pennine"),
    _public("body", "/bodies/pennine-emc/"),
    _public("compare", "/bodies/pennine-emc/compare/"),
    _public("compare-file", "/bodies/pennine-emc/compare.json"),
    _public("changes", "/changes/"),
    _public("changes-file", "/changes.atom"),
    _public("agreements", "/agreements/"),
    _public("agreements-file", "/agreements.json"),
    _public("agreement", lambda world: f"/agreements/{world.annex.agreement.code}/"),
    _public("economies", "/economies/"),
    _public("economies-file", "/economies.csv"),
    _public("economy-file", "/economies/GB.json"),
    _public("economy", "/economies/GB/"),
    _public("data", "/data/"),
    _public("data-dictionary", "/data/dictionary/"),
    _public("data-dump", lambda world: f"/data/{world.dump.day}/"),
    _public("data-file", lambda world: f"/data/{world.dump.day}/decisions.jsonl"),
    Row("data-latest", lambda world: "/data/latest/decisions.jsonl", everybody(302)),
    _public("api-docs", "/api/docs/"),
    _public("api-root", "/api/v1/"),
    _public("api-schema", "/api/v1/schema/"),
    _public("api-agreements", "/api/v1/agreements/"),
    _public("api-agreement", lambda world: f"/api/v1/agreements/{world.annex.agreement.code}/"),
    _public("api-economies", "/api/v1/economies/"),
    _public("api-economy", "/api/v1/economies/GB/"),
    _public("api-authorities", "/api/v1/authorities/"),
    _public("api-authority", "/api/v1/authorities/gb-own/"),
    _public("api-requirements", "/api/v1/requirements/"),
    _public("api-requirement", "/api/v1/requirements/47-cfr-15/"),
    _public("api-acceptance", "/api/v1/acceptance/?importing=US&exporting=GB&kind=test_report&sector=emc"),
    _public("api-verify", f"/api/v1/verify/?{_VERIFIED}"),
    _public("api-bodies", "/api/v1/bodies/"),
    _public("api-body", "/api/v1/bodies/pennine-emc/"),
    _public("api-designations", "/api/v1/designations/"),
    _public("api-designation", lambda world: f"/api/v1/designations/{world.designation.pk}/"),
    _public("api-changes", "/api/v1/changes/"),
]

PERSONAL = [
    Row(
        "acting",
        lambda w: "/acting/",
        signed_in(),
        signed_in(400, dict.fromkeys(EVERY_MEMBER, 302) | dict.fromkeys(UNPROVEN, 302)),
        lambda w: {"authority": "gb-own"},
        idle=True,
    ),
    Row("notices", lambda w: "/notices/?show=all", signed_in()),
    Row(
        "notices-read",
        lambda w: "/notices/read/",
        None,
        signed_in(302),
        lambda w: {"until": w.notice.pk},
        idle=True,
    ),
    Row("notice-read", lambda w: f"/notices/{w.notice.pk}/read/", None, signed_in(404, {"own reader": 302})),
    Row("notice-settings", lambda w: "/notices/settings/", signed_in(), signed_in(400)),
    Row("calendar-new", lambda w: "/notices/calendar/new/", signed_in(), signed_in(200)),
    Row(
        "calendar-revoke",
        lambda w: "/notices/calendar/revoke/",
        signed_in(302, {"own editor": 200}),
        signed_in(302),
        idle=True,
    ),
    Row("calendar", lambda w: f"/calendar/{w.calendar_secret}.ics", everybody()),
    Row(
        "invitation",
        lambda w: f"/invitation/{w.invitation_secret}/",
        everybody(),
        everybody(anonymous=302, deactivated=302),
        lambda w: {
            "name": "Newcomer",
            "password1": "six unrelated words make it",
            "password2": "six unrelated words make it",
        },
        idle=True,
        knows=("invited",),
    ),
    Row("mine", lambda w: "/mine/", body_people(200, 200)),
    Row(
        "mine-contacts",
        lambda w: "/mine/leeds-emc/contacts/",
        body_people(200, 404),
        body_people(302, 404),
        lambda w: _CONTACTS | {"authority": w.own.pk},
    ),
    Row(
        "mine-withdraw",
        lambda w: f"/mine/pennine-emc/contacts/{w.representatives_proposal.pk}/withdraw/",
        None,
        body_people(302, 404),
    ),
]

DESK = [
    Row("desk", lambda w: "/desk/", members(nobody=200, elsewhere=200)),
    Row("work", lambda w: f"/desk/work/{w.note.pk}/", members(status=302)),
    Row(
        "work-assign",
        lambda w: f"/desk/work/{w.note.pk}/assign/",
        None,
        members(WORKERS, 302),
        lambda w: {"to": w.user("own editor").pk},
    ),
    Row("work-seen", lambda w: f"/desk/work/{w.note.pk}/seen/", None, members(WORKERS, 302)),
    Row(
        "designate",
        lambda w: "/desk/designate/",
        members(WORKERS, others=_ELSEWHERE),
        members(WORKERS, 302, elsewhere=400, others={"fellow": 302, "third party": 302}),
    ),
    Row(
        "accredit",
        lambda w: "/desk/accreditations/new/",
        members(WORKERS, others={"fellow": 200, "third party": 200, "accreditation body": 200}),
        members(WORKERS, 400, others={"fellow": 400, "third party": 400, "accreditation body": 302}),
        lambda w: {
            "q": "Pennine EMC",
            "body": w.body.pk,
            "accreditation_body": "gb-accreditation",
            "reference": "A-2",
            "start": "2024-01-01",
        },
    ),
    Row("records", lambda w: "/desk/recognitions/", members(elsewhere=200)),
    Row(
        "record",
        lambda w: f"/desk/recognitions/{w.recognition.pk}/",
        members(others={"partner": 200}),
        members(WORKERS, 302, others={"partner": 404}),
        lambda w: {"doing": "answer", "question": w.question.pk, "words": "Here it is."},
    ),
    Row(
        "propose",
        lambda w: f"{_record(w)}propose/suspend/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"effective_on": the_day(), "public_reason": "Fire."},
    ),
    Row(
        "correct",
        lambda w: f"/desk/decisions/{w.own_decision.pk}/correct/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"effective_on": "2024-02-01", "public_reason": "Misread."},
    ),
    Row(
        "attachment",
        lambda w: f"/desk/files/{w.attachment.pk}/",
        members(others={"partner": 200}),
        writes=True,
    ),
    _proposal("proposal", "", members(), members(WORKERS, 302), _version(doing="drop")),
    _proposal(
        "proposal-decide",
        "decide/",
        members(APPROVERS),
        members(APPROVERS, 302),
        lambda w: {"doing": "send_back", "remark-": "Too early.", "version": w.submitted.version},
        of="submitted",
    ),
    _proposal(
        "proposal-edit",
        "edit/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"public_reason": "Wrong.", "version": w.withdrawal.version},
        of="withdrawal",
    ),
    _proposal("proposal-tasks", "tasks/", members()),
    _proposal("proposal-check", "check/", members()),
    _proposal(
        "proposal-body", "body/", members(WORKERS), members(WORKERS, 302), _version(name="New", economy="GB")
    ),
    _proposal(
        "proposal-partner",
        "partner/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {
            "version": w.draft.version,
            "direction": f"{w.annex.pk}:{w.draft.exporting_id}:{w.draft.importing_id}",
        },
    ),
    _proposal(
        "proposal-scope",
        "scope/",
        members(WORKERS),
        members(WORKERS, 302),
        _version(doing="sector", sector="emc", kind="test_report"),
    ),
    _proposal(
        "proposal-accreditation",
        "accreditation/",
        members(WORKERS),
        members(WORKERS, 302),
        _version(none="on"),
    ),
    _proposal(
        "proposal-contacts", "contacts/", members(WORKERS), members(WORKERS, 302), _version(**_CONTACTS)
    ),
    _proposal(
        "proposal-documents",
        "documents/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"remove": w.draft_file.pk},
    ),
    _proposal(
        "proposal-declaration",
        "declaration/",
        members(WORKERS),
        members(WORKERS, 302),
        _version(effective_on="2026-12-01", declared="on"),
    ),
    Row("our-bodies", lambda w: "/desk/bodies/", members(elsewhere=200)),
    Row(
        "our-body",
        lambda w: "/desk/bodies/pennine-emc/",
        members(others={"fellow": 200}),
        members(WORKERS, 302, others={"fellow": 302}),
        lambda w: {"name": "Somebody", "email": "somebody@example.org"},
    ),
    Row(
        "our-body-end",
        lambda w: f"/desk/bodies/pennine-emc/representatives/{w.rep.pk}/end/",
        None,
        members(WORKERS, 302, others={"fellow": 302}),
    ),
    Row(
        "our-body-propose",
        lambda w: "/desk/bodies/pennine-emc/propose/merge/",
        members(WORKERS, others={"fellow": 200}),
        members(WORKERS, 302, others={"fellow": 302}),
        lambda w: {"into": w.twin.pk, "public_reason": "Twins."},
    ),
    Row(
        "our-body-edit",
        lambda w: f"/desk/bodies/pennine-emc/proposals/{w.returned.pk}/edit/",
        members(WORKERS),
        members(WORKERS, 302),
        lambda w: {"name": "Northern", "effective_on": the_day(), "version": w.returned.version},
    ),
    Row("joint-decisions", lambda w: "/desk/joint/", members(elsewhere=200)),
    Row(
        "joint-new",
        lambda w: "/desk/joint/new/?annex=NAMED",
        members(WORKERS, others=_ELSEWHERE | _UNNAMED),
        members(WORKERS, 302, elsewhere=400, others=_UNNAMED),
        lambda w: {
            "annex": w.annex.code,
            "number": "9/2026",
            "partner": w.authorities["partner"].pk,
            "recognitions": w.recognition.pk,
        },
    ),
    Row("joint-decision", lambda w: f"/desk/joint/{w.joint_draft.pk}/", members()),
    Row("joint-open", lambda w: f"/desk/joint/{w.joint_draft.pk}/open/", None, members(WORKERS, 302)),
    Row(
        "joint-drop",
        lambda w: f"/desk/joint/{w.joint_draft.pk}/drop/",
        members(WORKERS),
        members(WORKERS, 302),
    ),
    Row(
        "joint-sign",
        lambda w: f"/desk/joint/{w.joint_open.pk}/sign/",
        members(APPROVERS, others={"partner": 200}),
        members(APPROVERS, 302, others={"partner": 302}),
    ),
]

HOUSE = [
    Row("audit", lambda w: "/audit/", members(elsewhere=200, others=_OPERATOR)),
    Row(
        "audit-file", lambda w: "/audit.csv", members(EXPORTERS, elsewhere=200, others=_OPERATOR), writes=True
    ),
    Row("members", lambda w: "/members/", members(elsewhere=200, others={"operator": 302})),
    Row(
        "members-authorities",
        lambda w: "/members/authorities/",
        members((), others=_OPERATOR | dict.fromkeys(EVERY_MEMBER, 404)),
    ),
    Row("members-of", lambda w: "/members/gb-own/", members(others=_OPERATOR)),
    Row(
        "members-invite",
        lambda w: "/members/gb-own/invite/",
        members(ADMINISTRATORS, others=_OPERATOR),
        members(ADMINISTRATORS, 302, others={"operator": 302}),
        lambda w: {"name": "New", "email": "new@example.org", "roles": ["reader"]},
    ),
    Row("keys", lambda w: "/members/gb-own/keys/", members()),
    Row(
        "key-new",
        lambda w: "/members/gb-own/keys/new/",
        members(ADMINISTRATORS),
        members(ADMINISTRATORS),
        lambda w: {"name": "Another", "scopes": ["proposal.see"], "last_day": the_day()},
    ),
    Row(
        "key-revoke",
        lambda w: f"/members/gb-own/keys/{w.keys['own'].row.pk}/revoke/",
        members(ADMINISTRATORS),
        members(ADMINISTRATORS, 302),
    ),
    Row(
        "invitation-act",
        lambda w: f"/members/gb-own/invitations/{w.invitation.pk}/withdraw/",
        None,
        members(ADMINISTRATORS, 302, others={"operator": 302}),
    ),
    Row(
        "member",
        lambda w: f"/members/gb-own/people/{w.reader.pk}/",
        members(ADMINISTRATORS, others=_OPERATOR),
        members(ADMINISTRATORS, 302, others={"operator": 302}),
        lambda w: {"role": "editor"},
    ),
    Row(
        "member-end",
        lambda w: f"/members/gb-own/people/{w.reader.pk}/end/",
        members(ADMINISTRATORS, others=_OPERATOR),
        members(ADMINISTRATORS, 302, others={"operator": 302}),
    ),
    Row(
        "role-confirm",
        lambda w: f"/members/gb-own/roles/{w.unconfirmed.pk}/confirm/",
        None,
        members(ADMINISTRATORS, 302, others={"operator": 302}),
    ),
    Row(
        "role-end",
        lambda w: f"/members/gb-own/roles/{w.reader_role.pk}/end/",
        members(ADMINISTRATORS, others=_OPERATOR),
        members(ADMINISTRATORS, 302, others={"operator": 302}),
    ),
]

_IN = signed_in(302) | {"anonymous": 200, "deactivated": 200}  # who is signed in has no use for it

SIGNING_IN = [
    Row("account_login", lambda w: "/account/login/", _IN, _IN),
    Row(
        "account_logout",
        lambda w: "/account/logout/",
        everybody(200, anonymous=302, deactivated=302),
        everybody(302),
        idle=True,
    ),
    Row("account_inactive", lambda w: "/account/inactive/", everybody()),
    Row(
        "account_reauthenticate",
        lambda w: "/account/confirm/",
        signed_in(302, {"own, no second factor": 403}),
        signed_in(302, {"own, no second factor": 403}),
    ),
    Row("account_change_password", lambda w: "/account/password/change/", signed_in(302), signed_in(302)),
    Row("account_reset_password", lambda w: "/account/password/reset/", everybody(), everybody()),
    Row("account_reset_password_done", lambda w: "/account/password/reset/sent/", everybody()),
    Row("account_reset_password_from_key_done", lambda w: "/account/password/reset/key/done/", everybody()),
    Row(
        "account_reset_password_from_key",
        lambda w: "/account/password/reset/key/a-b/",
        everybody(),
        everybody(),
    ),
    Row("mfa_index", lambda w: "/account/security/", signed_in()),
    Row("mfa_authenticate", lambda w: "/account/security/second-step/", everybody(302), everybody(302)),
    Row(
        "mfa_reauthenticate",
        lambda w: "/account/security/confirm/",
        signed_in(200, {"own, no second factor": 403}),
        signed_in(200, {"own, no second factor": 403}),
    ),
    Row(
        "mfa_activate_totp",
        lambda w: "/account/security/app/add/",
        signed_in(302, {"own, no second factor": 200}),
        signed_in(302, {"own, no second factor": 200}),
    ),
    Row(
        "mfa_deactivate_totp",
        lambda w: "/account/security/app/remove/",
        signed_in(200, {"own, no second factor": 404}),
        signed_in(302, {"own, no second factor": 404}),
        idle=True,
    ),
    Row("mfa_view_recovery_codes", lambda w: "/account/security/codes/", signed_in(404)),
    Row(
        "mfa_generate_recovery_codes",
        lambda w: "/account/security/codes/make/",
        signed_in(),
        signed_in(302, {"own, no second factor": 200}),
        idle=True,
    ),
    Row("mfa_download_recovery_codes", lambda w: "/account/security/codes/download/", signed_in(404)),
    Row("mfa_list_webauthn", lambda w: "/account/security/keys/", signed_in()),
    Row("mfa_add_webauthn", lambda w: "/account/security/keys/add/", signed_in(), signed_in()),
    Row("mfa_login_webauthn", lambda w: "/account/security/keys/login/", everybody(302), everybody(302)),
    Row(
        "mfa_reauthenticate_webauthn",
        lambda w: "/account/security/keys/confirm/",
        signed_in(302, {"own, no second factor": 403}),
        signed_in(302, {"own, no second factor": 403}),
    ),
    Row("mfa_remove_webauthn", lambda w: "/account/security/keys/1/remove/", signed_in(404), signed_in(404)),
    Row("mfa_edit_webauthn", lambda w: "/account/security/keys/1/edit/", signed_in(404), signed_in(404)),
    Row("usersessions_list", lambda w: "/account/sessions/", signed_in(), signed_in(302)),
    Row("openid_connect_login", lambda w: "/account/oidc/none/login/", everybody(404), everybody(404)),
    Row(
        "openid_connect_callback",
        lambda w: "/account/oidc/none/login/callback/",
        everybody(404),
        everybody(404),
    ),
    Row("socialaccount_connections", lambda w: "/account/connections/", signed_in(), signed_in()),
    Row("socialaccount_login_cancelled", lambda w: "/account/connections/cancelled/", everybody()),
    Row("socialaccount_login_error", lambda w: "/account/connections/error/", everybody(401)),
]

SHARING = (recording, loading, promising, releasing, asking, importing, watching)
PUBLIC += [row for room in SHARING for row in room.PUBLIC]
ROWS = [
    *PUBLIC,
    *keyed.ROWS,
    *PERSONAL,
    *DESK,
    *HOUSE,
    *SIGNING_IN,
    *(row for room in SHARING for row in room.ROWS),
]

# The operator's tables are one group: every address below the operator's path is answered like this.
OPERATORS_TABLES = operators(200)
