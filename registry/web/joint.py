"""``/desk/joint/``: decisions of a joint committee, written by one side and signed by both."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.rights import OWN
from agreements.web.doors import Deciding, Member
from portal import clock, permissions
from portal.lifecycle import NotAllowed
from registry import committee, signing
from registry.models import JointStage, State
from registry.policies import NotYours

PER_PAGE = 25
LINES_SHOWN = 4
_REFUSALS = (NotAllowed, NotYours, PermissionDenied)


class JointList(Member, View):
    """``/desk/joint/``: those of the authority acted for, the newest first."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        """One page of them."""
        rows = Paginator(committee.joint_decisions(request.acting), PER_PAGE)
        context = {
            "page": rows.get_page(request.GET.get("page")),
            "may_write": permissions.may(request.acting, "joint.write", OWN),
            "breadcrumbs": _way_back()[:1],
        }
        return render(request, "registry/joint_list.html", context)


class Partners(forms.ModelChoiceField):
    """Authorities of the other parties, with their economies."""

    def label_from_instance(self, authority):
        """The economy first."""
        return f"{authority.economy.name}: {authority}"


class Candidates(forms.ModelMultipleChoiceField):
    """Recognitions that could be listed."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, recognition):
        """Body, direction, scope and where it stands."""
        scope = [str(line) for line in getattr(recognition, "scope", [])]
        shown = "; ".join(scope[:LINES_SHOWN])
        if len(scope) > LINES_SHOWN:
            shown += " " + _("and %(count)s more") % {"count": len(scope) - LINES_SHOWN}
        return _("%(body)s – to be recognised by %(importing)s: %(scope)s (%(state)s)") % {
            "body": recognition.body.name,
            "importing": recognition.importing.name,
            "scope": shown,
            "state": State(recognition.state).label,
        }


class JointForm(forms.Form):
    """Number, text, the other side and the bodies listed."""

    number = forms.CharField(
        label=gettext_lazy("Number"),
        max_length=60,
        help_text=gettext_lazy("As the committee counts, for example 40/2011."),
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the decision"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    partner = Partners(
        label=gettext_lazy("Who signs for the other party"),
        queryset=None,
        empty_label=gettext_lazy("Choose the authority"),
    )
    q = forms.CharField(label=gettext_lazy("Find bodies by words"), required=False, max_length=200)
    recognitions = Candidates(
        label=gettext_lazy("Designations that the decision lists"),
        queryset=None,
        error_messages={"required": gettext_lazy("Choose at least one.")},
    )

    def __init__(self, *args, by, annex, words="", chosen=(), **options):
        super().__init__(*args, **options)
        rows = committee.candidates(by, annex)
        self.fields["partner"].queryset = committee.partners_of(by, annex)
        listing = self.fields["recognitions"]
        listing.queryset = rows
        shown, self.found = committee.worded(rows, words, chosen)
        self.shown = len(shown)
        listing.choices = [(row.pk, listing.label_from_instance(row)) for row in shown]


class NewJoint(Member, View):
    """``/desk/joint/new/``: first the text (``?annex=``), then what the decision says and lists."""

    http_method_names = ["get", "head", "post", "options"]
    action = "joint.write"

    def get(self, request):
        """The choice of the text, or the form."""
        annex = self._annex(request.GET.get("annex", ""))
        if annex is None:
            context = {"texts": committee.texts_of(request.acting), "breadcrumbs": _way_back()}
            return render(request, "registry/joint_texts.html", context)
        return self._show(request, annex, JointForm(by=request.acting, annex=annex))

    def post(self, request):
        """Search and keep what was typed, or write the draft."""
        annex = self._annex(request.POST.get("annex", ""))
        if annex is None:
            raise Http404
        typed = {name: request.POST.get(name, "").replace("\x00", "") for name in ("number", "text", "q")}
        chosen = [int(each) for each in request.POST.getlist("recognitions") if each.isdecimal()][:2000]
        options = {"by": request.acting, "annex": annex, "words": typed["q"][:200], "chosen": chosen}
        if "search" in request.POST:
            kept = {**typed, "partner": request.POST.get("partner", ""), "recognitions": chosen}
            return self._show(request, annex, JointForm(initial=kept, **options))
        form = JointForm(request.POST, **options)
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("number", "text", "partner")}
            listed = list(form.cleaned_data["recognitions"])
            try:
                joint = signing.draft_joint(by=request.acting, annex=annex, recognitions=listed, **said)
            except _REFUSALS as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(
                    request, _("The draft is saved. The other side sees it once it is put to signature.")
                )
                return redirect(joint)
        return self._show(request, annex, form, status=400)

    def _annex(self, code: str):
        if not code:
            return None
        annex = committee.texts_of(self.request.acting).filter(code=code.replace("\x00", "")).first()
        if annex is None:
            raise Http404
        return annex

    def _show(self, request: HttpRequest, annex, form: JointForm, status: int = 200) -> HttpResponse:
        context = {"annex": annex, "form": form, "breadcrumbs": _way_back()}
        return render(request, "registry/joint_new.html", context, status=status)


class _OneJoint(Member):
    """A screen about one joint decision that the authority acted for may see; 404 for any other."""

    def joint(self, number: int):
        """The joint decision, or 404."""
        found = committee.joint_decision(self.request.acting, number)
        if found is None:
            raise Http404
        return found


class JointPage(_OneJoint, View):
    """``/desk/joint/<id>/``: what it says and lists, who has signed, and what may be done."""

    http_method_names = ["get", "head", "options"]

    def get(self, request, number):
        """The page."""
        joint = self.joint(number)
        context = {
            "joint": joint,
            "listed": committee.listed(joint),
            "sides": committee.sides(joint),
            "breadcrumbs": _way_back(),
            **_may(request.acting, joint),
        }
        return render(request, "registry/joint.html", context)


def _may(by, joint) -> dict[str, bool]:
    """What the actor may do with it now."""
    own = by.authority_id == joint.authority_id and permissions.may(by, "joint.write", OWN)
    signed = any(signature.party_id == by.economy_id for signature in joint.signatures.all())
    signers = {joint.opened_by_id, *(signature.signed_by_id for signature in joint.signatures.all())}
    to_sign = joint.stage == JointStage.OPEN and not signed and permissions.may(by, "joint.sign", OWN)
    return {
        "may_open": own and joint.stage == JointStage.DRAFT,
        "may_drop": own and joint.stage in (JointStage.DRAFT, JointStage.OPEN),
        "may_sign": to_sign and by.user_id not in signers,
        "must_be_another": to_sign and by.user_id in signers,
    }


class OpenJoint(_OneJoint, View):
    """``/desk/joint/<id>/open/``: puts a draft before both sides."""

    http_method_names = ["post"]
    action = "joint.write"

    def post(self, request, number):
        """Put it to signature."""
        joint = self.joint(number)
        return _done(
            request,
            joint,
            lambda: signing.put_to_signature(by=request.acting, joint=joint),
            _("The decision is open for signature. Those who may sign have been told on both sides."),
        )


class DropJoint(_OneJoint, View):
    """``/desk/joint/<id>/drop/``: gives it up, after a question."""

    http_method_names = ["get", "head", "post", "options"]
    action = "joint.write"

    def get(self, request, number):
        """Ask first."""
        joint = self.joint(number)
        if not _may(request.acting, joint)["may_drop"]:
            return redirect(joint)
        context = {"joint": joint, "breadcrumbs": _way_back(joint)}
        return render(request, "registry/joint_drop.html", context)

    def post(self, request, number):
        """Give it up."""
        joint = self.joint(number)
        reason = request.POST.get("reason", "").replace("\x00", "").strip()[:1000]
        return _done(
            request,
            joint,
            lambda: signing.drop_joint(by=request.acting, joint=joint, reason=reason),
            _("The decision is given up. It stays on record; nothing was recognised by it."),
        )


class SignJoint(_OneJoint, Deciding, View):
    """``/desk/joint/<id>/sign/``: shows what the signature brings about, then signs."""

    http_method_names = ["get", "head", "post", "options"]
    action = "joint.sign"

    def get(self, request, number):
        """What becomes recognised, and from when."""
        joint = self.joint(number)
        if not _may(request.acting, joint)["may_sign"]:
            return redirect(joint)
        listed = committee.listed(joint)
        context = {
            "joint": joint,
            "listed": listed,
            "refused": [row for row in listed if row.refusal],
            "sides": committee.sides(joint),
            "is_last": bool(joint.signatures.all()),
            "today": clock.today(),
            "breadcrumbs": _way_back(joint),
        }
        return render(request, "registry/joint_sign.html", context)

    def post(self, request, number):
        """Sign."""
        joint = self.joint(number)
        return _done(
            request,
            joint,
            lambda: signing.sign(by=request.acting, joint=joint),
            _("You have signed."),
        )


def _done(request: HttpRequest, joint, act, words: str) -> HttpResponse:
    """Do it and go back to the page with what happened, or with why it was refused."""
    try:
        act()
    except _REFUSALS as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect(joint)


def _way_back(joint=None) -> list[dict]:
    way = [
        {"text": _("Desk"), "href": "/desk/"},
        {"text": _("Joint decisions"), "href": "/desk/joint/"},
    ]
    return [*way, {"text": str(joint), "href": joint.get_absolute_url()}] if joint else way
