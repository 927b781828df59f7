"""What the outbox has done for accounts."""

from portal.accounts import mailing
from portal.outbox.handlers import handles

handles(mailing.LINK)(mailing.send_link)
handles(mailing.CHANGE)(mailing.send_change)
