"""The reference catalogue that ships with the product: economies, agreements and what they oblige, with sources.

``data/`` holds the facts, one file per theme; ``reading`` reads them, ``places``, ``texts`` and ``recognitions`` turn
them into rows, ``settling`` compares these with the database, and ``loading`` holds the verb.
"""
