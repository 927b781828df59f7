"""What people are told: in the portal, by e-mail without a confidential word, and in their own calendars.

A verb tells (:func:`portal.notices.telling.tell`); the reader's right is asked again, through a gate that the room
which tells has registered, before anything is shown or sent.
"""
