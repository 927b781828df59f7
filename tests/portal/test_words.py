"""Finding by words."""

import pytest

from portal.words import STRONG, WEAK, WordIndex, acronym, fold, tokens, words

DOCUMENTS = [
    "Société Générale d’Essais Ørsted",
    "株式会社日本電気試験所",
    "한국산업기술시험원",
    "Pennine EMC Laboratory",
    "AB-1234/X",
    "0086",
]


def index() -> WordIndex:
    found = WordIndex()
    found.add((at, [text], ["Leeds"] if at == 3 else []) for at, text in enumerate(DOCUMENTS))
    return found


def hits(word: str, *, opens: bool = False) -> list[int]:
    return index().find(fold(word), len(DOCUMENTS), opens=opens).nonzero()[0].tolist()


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("societe", [0]),
        ("GÉNÉRALE", [0]),
        ("orsted", [0]),
        ("日本", [1]),
        ("電気試験", [1]),
        ("試", [1]),
        ("日気", []),
        ("산업", [2]),
        ("기술시험", [2]),
        ("AB1234X", [4]),
        ("ab-1234/x", [4]),
        ("1234", [4]),
        ("0086", [5]),
        ("86", []),
        ("pennine", [3]),
        ("penn", []),
        ("leeds", [3]),
    ],
)
def test_a_word_finds_what_reads_like_it(word, found):
    assert hits(word) == found


def test_the_last_word_may_be_a_beginning():
    assert hits("penn", opens=True) == [3]
    assert hits("lab", opens=True) == [3]


def test_what_names_a_document_counts_more_than_what_tells_of_it():
    found = index()

    assert found.find("pennine", 6, opens=False)[3] == STRONG
    assert found.find("leeds", 6, opens=False)[3] == WEAK
    assert STRONG > found.find("penn", 6, opens=True)[3] > WEAK


@pytest.mark.parametrize("typed", ["penine", "pennnine", "pennime", "pnenine"])
def test_one_edit_is_mended(typed):
    assert [word for _count, word in index().mended(typed)] == ["pennine"]


def test_a_word_of_another_script_is_mended_in_its_letters():
    found = WordIndex()
    found.add([(0, ["испытательный центр"], [])])

    assert [word for _count, word in found.mended("центп")] == ["центр"]


def test_what_comes_later_is_found_with_what_was_there():
    found = index()
    found.add([(6, ["Pennine Works"], [])])

    assert found.find("pennine", 7, opens=False).nonzero()[0].tolist() == [3, 6]


def test_japanese_syllables_stay_apart_while_accents_fall():
    assert fold("ガス") != fold("カス")
    assert fold("ÀÉÎ") == "aei"
    assert fold("ＡＢＣ") == "abc"


def test_words_are_few_and_each_once():
    assert words("EMC emc – lab") == ["emc", "lab"]
    assert len(words(" ".join(f"w{number}" for number in range(50)))) == 8
    assert tokens("a–b") == {"a", "b", "ab"}


def test_initials_of_long_names():
    assert acronym("Korea Testing Laboratory") == "ktl"
    assert acronym("Pennine Lab") == ""
