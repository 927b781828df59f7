"""What the two authorities say to each other about a designation before and after the decision: ask, answer, reply."""

from django.utils.translation import gettext as _

from agreements.acting import Acting
from agreements.models import Authority
from agreements.rights import OWN
from portal import clock, permissions
from portal.audit import recording
from portal.lifecycle import NotAllowed
from portal.verbs import verb
from registry import deciding, policies, queueing
from registry.models import Act, Message, MessageKind, Recognition, State, Work

LONGEST = 10_000


@verb(room="desk")
def ask(*, by: Acting, recognition: Recognition, words: str) -> Message:
    """The partner asks the designating authority for more before it decides."""
    recognition = deciding.lock(recognition)
    permissions.check(
        by, "message.send", OWN if policies.speaks_for(by, recognition, Act.RECOGNISE) else "none"
    )
    receiver = _only(queueing.designators(recognition))
    message = _sent(by, recognition, MessageKind.QUESTION, receiver, words)
    queueing.put(
        authority=receiver,
        kind=Work.ANSWER,
        key=f"message:{message.pk}",
        words=words[:300],
        recognition=recognition,
    )
    return message


@verb(room="desk")
def answer(*, by: Acting, question: Message, words: str) -> Message:
    """The designating authority answers a question."""
    question = (
        Message.objects.select_for_update(of=["self"])
        .select_related("recognition", "sender")
        .get(pk=question.pk)
    )
    permissions.check(by, "message.send", OWN if by.authority_id == question.receiver_id else "none")
    if Message.objects.filter(answers=question).exists():
        raise NotAllowed(_("This question has been answered already."))
    message = _sent(by, question.recognition, MessageKind.ANSWER, question.sender, words, answers=question)
    queueing.take(by=by, kinds=[Work.ANSWER], recognition=question.recognition, key=f"message:{question.pk}")
    _tell(message)
    return message


@verb(room="desk")
def reply(*, by: Acting, recognition: Recognition, words: str) -> Message:
    """The designating authority refutes a contestation or says what was corrected (21 CFR 26.67)."""
    recognition = deciding.lock(recognition)
    permissions.check(by, "message.send", OWN if policies.speaks_for(by, recognition, Act.NOTIFY) else "none")
    state = policies.state_of(deciding.known_decisions(recognition), clock.today())
    if state != State.CONTESTED:
        raise NotAllowed(_("Only a contestation is answered in this way, and none is open."))
    receiver = _only(queueing.regulators(recognition))
    message = _sent(by, recognition, MessageKind.REPLY_TO_CONTESTATION, receiver, words)
    queueing.take(by=by, kinds=[Work.CONTESTED], recognition=recognition, authority_id=by.authority_id)
    _tell(message)
    return message


def _sent(by, recognition, kind, receiver: Authority, words: str, answers: Message | None = None) -> Message:
    words = words.strip()
    if not words:
        raise ValueError(_("Write what you want to say."))
    if len(words) > LONGEST:
        raise ValueError(_("Shorten this to %(number)s characters.") % {"number": LONGEST})
    message = Message.objects.create(
        recognition=recognition,
        kind=kind,
        sender_id=by.authority_id,
        receiver=receiver,
        words=words,
        answers=answers,
        sent_at=clock.now(),
        sent_by_id=by.user_id,
    )
    recording.record(
        by=by, target=recognition, after={"message": message.pk, "kind": kind, "to": receiver.code}
    )
    return message


def _only(authorities: list[Authority]) -> Authority:
    if not authorities:
        raise NotAllowed(_("No authority of the other side is on file that could answer."))
    return authorities[0]


def _tell(message: Message) -> None:
    queueing.put(
        authority=message.receiver,
        kind=Work.PARTNER,
        key=f"message:{message.pk}",
        words=message.words[:300],
        recognition=message.recognition,
    )
