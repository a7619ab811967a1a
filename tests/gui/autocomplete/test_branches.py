from __future__ import annotations

import pytest

from gui.autocomplete.branches import MOST, Branches


def shown(branches):
    return [(one.text, depth, one.number == branches.now) for one, depth in branches.tree()]


def test_a_branch_grows_with_its_text():
    branches = Branches()
    for text in ("T", "They", "They saw", "They saw"):
        branches.follow(text)
    assert shown(branches) == [("They saw", 0, True)]


def write(branches, text):
    """As the model does: it goes on with the present text."""
    began = len(branches.current.text) if branches.current else 0
    branches.follow(text)
    branches.keep(began)


def type_in(branches, text, start=0):
    for end in range(start + 1, len(text) + 1):
        branches.follow(text[:end])


def test_another_token_leaves_the_text_and_keeps_it():
    branches = Branches()
    branches.follow("They saw the dog")
    branches.keep()
    branches.follow("They ran")
    branches.follow("They ran home")
    branches.keep()
    branches.follow("They ran off")
    assert shown(branches) == [
        ("They saw the dog", 0, False),
        ("They ran home", 1, False),
        ("They ran off", 2, True),
    ]
    assert [one.at for one, _ in branches.tree()] == [0, 5, 9]


@pytest.mark.parametrize("undone", ["The cat", "The c", "T", ""])
def test_what_the_model_wrote_stays_and_what_it_writes_anew_is_a_branch(undone):
    branches = Branches()
    type_in(branches, "The cat")
    for end in (" sat.", " ran.", " ran off."):
        write(branches, f"The cat{end}")
        branches.follow(undone)
        type_in(branches, "The cat", len(undone))
    assert shown(branches) == [
        ("The cat sat.", 0, False),
        ("The cat ran.", 1, False),
        ("The cat ran off.", 1, False),
        ("The cat", 1, True),
    ]
    assert [one.at for one, _ in branches.tree()] == [0, 7, 7, 7]


def test_a_text_on_the_way_to_another_is_no_branch_once_it_is_left():
    branches = Branches()
    type_in(branches, "The cat")
    write(branches, "The cat sat.")
    branches.follow("The ca")
    branches.follow("Once")
    assert shown(branches) == [("The cat sat.", 0, False), ("Once", 0, True)]
    type_in(branches, "The cat sat.")
    type_in(branches, "Once upon")
    assert shown(branches) == [("The cat sat.", 0, False), ("Once upon", 0, True)]
    for end in range(8, -1, -1):
        branches.follow("Once upon"[:end])
    assert shown(branches) == [("The cat sat.", 0, False)]


def test_what_is_typed_behind_what_the_model_wrote_belongs_to_it():
    branches = Branches()
    write(branches, "The cat sat.")
    branches.follow("The cat sat. Oh")
    assert len(branches) == 1
    branches.follow("The cat sat. Ah")
    assert shown(branches) == [("The cat sat. Ah", 0, True)]
    write(branches, "The cat sat. Ah, no.")
    branches.follow("The cat sat. A")
    assert shown(branches)[0] == ("The cat sat. Ah, no.", 0, False)


def test_of_what_the_model_wrote_only_its_own_turn_is_kept():
    branches = Branches()
    branches.follow("User: Oh\nAssistant:")
    began = len(branches.current.text)
    branches.follow("User: Oh\nAssistant: Ah.\nUser:")
    branches.keep(began, len("User: Oh\nAssistant: Ah."))
    branches.follow("User: Oh\nAssistant: Ah.")
    assert shown(branches) == [("User: Oh\nAssistant: Ah.", 0, True)]
    branches.follow("User: Oh\nAssistant:")
    assert shown(branches)[0] == ("User: Oh\nAssistant: Ah.", 0, False)


def test_going_back_writes_on_where_it_was():
    branches = Branches()
    write(branches, "They saw")
    branches.follow("They ran")
    branches.follow("They saw")  # as an undo does, or a click on the row
    assert shown(branches) == [("They saw", 0, True), ("They ran", 1, False)]
    branches.follow("They saw me")
    assert shown(branches) == [("They saw me", 0, True), ("They ran", 1, False)]


def test_the_same_branch_is_not_made_twice():
    branches = Branches()
    write(branches, "They saw")
    for text in ("They ran", "They saw", "They ran", "They ran"):
        branches.follow(text)
    assert len(branches) == 2
    assert branches.current.text == "They ran"


def test_another_beginning_is_a_trunk_of_its_own_and_an_emptied_text_is_kept():
    branches = Branches()
    branches.follow("They saw")
    branches.follow("")
    assert branches.now is None
    branches.follow("O")
    branches.follow("Once")
    branches.follow("Mine")
    assert shown(branches) == [("They saw", 0, False), ("Once", 0, False), ("Mine", 0, True)]


def test_a_branch_that_is_cut_below_where_it_left_shares_less():
    branches = Branches()
    write(branches, "They saw the dog")
    branches.follow("They saw the cat")
    assert branches.current.at == 13
    branches.follow("They s")
    assert branches.current.at == 6


def test_only_so_many_are_kept_the_present_one_and_those_it_hangs_on_among_them():
    branches = Branches()
    write(branches, "a root")
    for number in range(MOST + 10):
        branches.follow(f"a{number}!")
        branches.follow("a root")
    branches.follow("a last")
    assert len(branches) == MOST
    assert branches.current.text == "a last"
    assert shown(branches)[0][0] == "a root"
