"""Watches: who wants to know when the answer to a public question changes, what changed, and the letters that say so.

A watch keeps a question, never an answer of its own: the question is put again, to the same code as the page, and compared with
what the last asking gave.
"""
