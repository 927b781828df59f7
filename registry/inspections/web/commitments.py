"""``/matrix/commitments/``: one commitment, and the acts on it: write down, change, confirm, give up, end."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from agreements.web.doors import Deciding, Member
from portal.lifecycle import NotAllowed
from registry.inspections import committing, pairing
from registry.inspections.committing import Promise
from registry.inspections.models import CommitmentState, Information
from registry.inspections.web.doors import KnownPage, reader_of
from registry.inspections.web.matrix import may, way_back

EVERY, NAMED = "every", "named"
_REFUSALS = (NotAllowed, PermissionDenied)


class Authorities(forms.ModelChoiceField):
    """Authorities with their economies."""

    def label_from_instance(self, authority):
        """The economy first."""
        return f"{authority.economy.name}: {authority}" if authority.economy else str(authority)


class CommitmentForm(forms.Form):
    """What another authority has promised to keep to itself."""

    receiver = Authorities(
        label=gettext_lazy("Who has promised it, and will receive"),
        queryset=None,
        empty_label=gettext_lazy("Choose the authority"),
    )
    information = forms.MultipleChoiceField(
        label=gettext_lazy("Classes of information it keeps to itself"),
        choices=[(code, capfirst(label)) for code, label in Information.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one class.")},
    )
    reach = forms.ChoiceField(
        label=gettext_lazy("For which products"),
        choices=[
            (EVERY, gettext_lazy("Every sector")),
            (NAMED, gettext_lazy("Only the sectors chosen below")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose every sector, or name them.")},
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("Sectors"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each with the narrower ones that it covers."),
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("For example 2017-08-23")
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Leave empty where the text names none."),
    )
    citation = forms.CharField(
        label=gettext_lazy("The text in which it was promised"),
        max_length=300,
        help_text=gettext_lazy("Its title and date, so that others find it."),
    )
    source_url = forms.URLField(
        label=gettext_lazy("Where the text is published"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Everybody may know of it"),
        required=False,
        help_text=gettext_lazy(
            "Only where the text itself is public. Otherwise it shows to the two sides alone."
        ),
    )

    def __init__(self, *args, by, **options):
        super().__init__(*args, **options)
        self.fields["receiver"].queryset = pairing.receivers(by)
        self.known = {sector.code: sector for sector in pairing.sectors()}
        self.fields["sectors"].choices = [(code, sector.name) for code, sector in self.known.items()]

    def clean(self):
        """Sectors go with the choice above them."""
        said = super().clean()
        if said.get("reach") == NAMED and not said.get("sectors"):
            self.add_error("sectors", _("Choose at least one sector, or every sector above."))
        if said.get("reach") == EVERY and said.get("sectors"):
            self.add_error(
                "sectors", _("You chose every sector above. Take these away, or name sectors only.")
            )
        return said

    @property
    def promise(self) -> Promise:
        """What was typed, for the verb."""
        said = self.cleaned_data
        names = ("receiver", "information", "starts_on", "last_day", "citation", "source_url", "is_public")
        return Promise(
            sectors=[self.known[code] for code in said["sectors"]], **{name: said[name] for name in names}
        )


class CommitmentPage(KnownPage):
    """``/matrix/commitments/<id>/``: what is promised, where it says so, what became of it."""

    def get(self, request, number):
        """The page; 404 for whoever may not know of it."""
        by = reader_of(request)
        found = pairing.commitment(by, number, request.clocks)
        if found is None:
            raise Http404
        is_giver = by.authority_id is not None and by.authority_id == found.giver_id
        is_side = is_giver or (by.authority_id is not None and by.authority_id == found.receiver_id)
        to_confirm = is_giver and found.confirmed_at is None and found.ended_at is None
        running = found.confirmed_at is not None and found.state_then in (
            CommitmentState.IN_FORCE,
            CommitmentState.BEGINS,
        )
        is_own_hand = found.recorded_by_id == by.user_id
        context = {
            "commitment": found,
            "is_giver": is_giver,
            "is_side": is_side,
            "may_change": to_confirm and may(by, "commitment.write"),
            "may_confirm": to_confirm and may(by, "commitment.confirm") and not is_own_hand,
            "must_be_another": to_confirm and may(by, "commitment.confirm") and is_own_hand,
            "may_end": running and is_side and found.ended_at is None and may(by, "commitment.end"),
            "breadcrumbs": _way_back(found),
        }
        return render(request, "inspections/commitment.html", context)


class NewCommitment(Member, View):
    """``/matrix/commitments/new/``: writes one down for the authority acted for."""

    http_method_names = ["get", "head", "post", "options"]
    action = "commitment.write"

    def get(self, request):
        """The form; ``?receiver=`` chooses the authority."""
        chosen = pairing.receiver_named(request.GET.get("receiver", "")[:80])
        return self._show(request, CommitmentForm(by=request.acting, initial={"receiver": chosen}))

    def post(self, request):
        """Write it down."""
        form = CommitmentForm(_typed(request), by=request.acting)
        if _done(form, lambda: committing.write_down(by=request.acting, promise=form.promise)):
            messages.success(request, _("Written down. It counts once a colleague has confirmed it."))
            return redirect(form.done)
        return self._show(request, form)

    def _show(self, request, form):
        context = {"form": form, "breadcrumbs": way_back(), "cancel": "/matrix/"}
        return render(
            request, "inspections/commitment_form.html", context, status=400 if form.errors else 200
        )


class _OneOfOurs(Member):
    """Finds a commitment to which the authority acted for is a side."""

    def commitment(self, number: int):
        """The commitment, or 404."""
        found = pairing.of_side(self.request.acting, number)
        if found is None:
            raise Http404
        return found

    def draft(self, number: int):
        """What the own authority has still to confirm, or 404."""
        found = self.commitment(number)
        if found.giver_id != self.request.acting.authority_id:
            raise Http404
        return found


class EditCommitment(_OneOfOurs, View):
    """``/matrix/commitments/<id>/edit/``: changes what nobody has confirmed yet."""

    http_method_names = ["get", "head", "post", "options"]
    action = "commitment.write"

    def get(self, request, number):
        """The form as it stands."""
        found = self.draft(number)
        if found.confirmed_at or found.ended_at:
            return redirect(found)
        return self._show(request, found, CommitmentForm(by=request.acting, initial=_initial(found)))

    def post(self, request, number):
        """Write it down anew."""
        found = self.draft(number)
        form = CommitmentForm(_typed(request), by=request.acting)
        said = {"by": request.acting, "commitment": found, "version": _version(request)}
        if _done(form, lambda: committing.rewrite(promise=form.promise, **said)):
            messages.success(request, _("Changed. It counts once a colleague has confirmed it."))
            return redirect(form.done)
        return self._show(request, found, form)

    def _show(self, request, found, form):
        context = {
            "form": form,
            "commitment": found,
            "breadcrumbs": _way_back(found, itself=True),
            "cancel": found.get_absolute_url(),
        }
        return render(
            request, "inspections/commitment_form.html", context, status=400 if form.errors else 200
        )


class ConfirmCommitment(_OneOfOurs, Deciding, View):
    """``/matrix/commitments/<id>/confirm/``: the second person looks at it and confirms."""

    http_method_names = ["get", "head", "post", "options"]
    action = "commitment.confirm"

    def get(self, request, number):
        """What will count."""
        self.draft(number)
        found = pairing.draft(request.acting, number)
        if found is None or found.recorded_by_id == request.acting.user_id:
            return redirect("commitment", number)
        context = {"commitment": found, "breadcrumbs": _way_back(found, itself=True)}
        return render(request, "inspections/commitment_confirm.html", context)

    def post(self, request, number):
        """Confirm."""
        found = self.draft(number)
        said = {"by": request.acting, "commitment": found, "version": _version(request)}
        return _acted(
            request,
            found,
            lambda: committing.confirm(**said),
            lambda _result: _("Confirmed. It counts on the days it names, and the receiver has been told."),
        )


class DropCommitment(_OneOfOurs, View):
    """``/matrix/commitments/<id>/drop/``: gives it up before it counts, after a question."""

    http_method_names = ["get", "head", "post", "options"]
    action = "commitment.write"

    def get(self, request, number):
        """Ask first."""
        found = self.draft(number)
        if found.confirmed_at or found.ended_at:
            return redirect(found)
        context = {"commitment": found, "breadcrumbs": _way_back(found, itself=True)}
        return render(request, "inspections/commitment_drop.html", context)

    def post(self, request, number):
        """Give it up."""
        found = self.draft(number)
        reason = _line(request, "reason")
        return _acted(
            request,
            found,
            lambda: committing.drop(by=request.acting, commitment=found, reason=reason),
            lambda _result: _("Given up. It stays on record for your authority; it never counted."),
        )


class EndCommitment(_OneOfOurs, View):
    """``/matrix/commitments/<id>/end/``: says what would stop, then ends it at once."""

    http_method_names = ["get", "head", "post", "options"]
    action = "commitment.end"

    def get(self, request, number, status=200, error=""):
        """How many releases would stop giving access."""
        found = self.commitment(number)
        if found.confirmed_at is None or found.ended_at:
            return redirect(found)
        context = {
            "commitment": found,
            "stopping": pairing.would_stop(request.acting, found),
            "error": error,
            "reason": _line(request, "reason"),
            "breadcrumbs": _way_back(found, itself=True),
        }
        return render(request, "inspections/commitment_end.html", context, status=status)

    def post(self, request, number):
        """End it."""
        found = self.commitment(number)
        if not _line(request, "reason"):
            return self.get(request, number, status=400, error=_("Give the reason: the other side reads it."))
        return _acted(
            request,
            found,
            lambda: committing.end(by=request.acting, commitment=found, reason=_line(request, "reason")),
            _ended,
        )


def _ended(stopped: int) -> str:
    return _("Ended at once. Both sides have been told. Releases that no longer give access: %(number)s.") % {
        "number": stopped
    }


def _done(form, act) -> bool:
    """Do it; what is refused is said in the form. ``form.done`` is the commitment."""
    if not form.is_valid():
        return False
    try:
        form.done = act()
    except _REFUSALS as error:
        form.add_error(None, str(error))
    except ValidationError as error:
        form.add_error(None, error.messages)
    except IntegrityError:
        form.add_error(None, _("A colleague has written down the same at this moment. Look at the list."))
    return not form.errors


def _acted(request, found, act, words):
    """Do it and go back to the page with what happened, or with why it was refused."""
    try:
        result = act()
    except _REFUSALS as error:
        messages.error(request, str(error) or _("Your roles at this authority do not allow this."))
    else:
        messages.success(request, words(result))
    return redirect(found)


def _initial(found) -> dict:
    sectors = [sector.code for sector in pairing.widest(found.sector_codes)]
    return {
        "receiver": found.receiver_id,
        "information": found.information,
        "reach": NAMED if sectors else EVERY,
        "sectors": sectors,
        "starts_on": found.valid.lower.isoformat() if found.valid.lower else "",
        "last_day": found.last_day.isoformat() if found.last_day else "",
        "citation": found.citation,
        "source_url": found.source_url,
        "is_public": found.is_public,
    }


def _typed(request):
    """The form as typed, without what no database stores."""
    data = request.POST.copy()
    for name, values in data.lists():
        data.setlist(name, [value.replace("\x00", "") for value in values])
    return data


def _line(request, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:300]


def _version(request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _way_back(found, *, itself: bool = False) -> list[dict]:
    pair = (
        f"{_short(found.giver)} → {_short(found.receiver)}",
        f"/matrix/{found.giver.code}/{found.receiver.code}/",
    )
    further = [pair, (_("Commitment"), found.get_absolute_url())] if itself else [pair]
    return way_back(*further)


def _short(authority) -> str:
    return authority.acronym or authority.name
