"""How the list of agreements is narrowed: by party, sector, status on the day, and words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.models import AnnexStatus
from agreements.texts import Texts
from portal.pages import BadQuestion

NOT_IN_FORCE = "not_in_force"
ANY = ("", _("Any"))


class AgreementForm(forms.Form):
    """The filters beside the list."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=200,
        help_text=_("In the name, the code, an annex or a party."),
    )
    economy = forms.ChoiceField(label=_("Party"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    status = forms.ChoiceField(
        label=_("Status of an annex"),
        required=False,
        choices=[ANY, *AnnexStatus.choices, (NOT_IN_FORCE, _("not in force"))],
    )

    def __init__(self, data, *, texts: Texts):
        super().__init__({name: value.replace("\x00", "") for name, value in data.items()})
        self.texts = texts
        economies = sorted((economy.name, economy.code) for economy in texts.economies.values())
        sectors = sorted((sector.name, sector.code) for sector in texts.sectors.values())
        self.fields["economy"].choices = [ANY, *((code, name) for name, code in economies)]
        self.fields["sector"].choices = [ANY, *((code, name) for name, code in sectors)]

    def narrowed(self, rows: list) -> list:
        """Of (agreement, annexes), those that every filter takes. Raises BadQuestion for a value it does not know."""
        for field, errors in self.errors.items():
            raise BadQuestion(field, " ".join(errors))
        return [row for row in rows if self._takes(*row)]

    @property
    def is_active(self) -> bool:
        """True when anything was asked."""
        return any(self.cleaned_data.values())

    def _takes(self, agreement, annexes) -> bool:
        asked = self.cleaned_data
        parties = [party.economy for party in agreement.party_rows.all()]
        titles = [one.annex.title for one in annexes]
        named = " ".join(
            [agreement.name, agreement.code, *titles, *(party.name for party in parties)]
        ).casefold()
        return (
            all(word in named for word in asked["q"].casefold().split())
            and (not asked["economy"] or asked["economy"] in {party.code for party in parties})
            and (not asked["sector"] or self._covers(annexes, asked["sector"]))
            and (not asked["status"] or asked["status"] in {status_code(one) for one in annexes})
        )

    def _covers(self, annexes, code: str) -> bool:
        wanted = self.texts.sector_by_code[code]
        return any(sector.meets(wanted) for one in annexes for sector in one.annex.sectors.all())


def status_code(one) -> str:
    """The annex's status on the asked day; ``not_in_force`` on a day in no period."""
    return one.status.status if one.status else NOT_IN_FORCE
