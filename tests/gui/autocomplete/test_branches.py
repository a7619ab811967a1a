from __future__ import annotations

from gui.autocomplete.branches import MOST, Branches


def shown(branches):
    return [(one.text, depth, one.number == branches.now) for one, depth in branches.tree()]


def test_a_branch_grows_with_its_text():
    branches = Branches()
    for text in ("T", "They", "They saw", "They saw"):
        branches.follow(text)
    assert shown(branches) == [("They saw", 0, True)]


def test_another_token_leaves_the_text_and_keeps_it():
    branches = Branches()
    branches.follow("They saw the dog")
    branches.branch(4, "They ran")
    branches.follow("They ran home")
    branches.branch(8, "They ran off")
    assert shown(branches) == [
        ("They saw the dog", 0, False),
        ("They ran home", 1, False),
        ("They ran off", 2, True),
    ]
    assert [one.at for one, _ in branches.tree()] == [0, 4, 8]


def test_going_back_writes_on_where_it_was():
    branches = Branches()
    branches.follow("They saw")
    branches.branch(4, "They ran")
    branches.follow("They saw")  # as an undo does, or a click on the row
    assert shown(branches) == [("They saw", 0, True), ("They ran", 1, False)]
    branches.follow("They saw me")
    assert shown(branches) == [("They saw me", 0, True), ("They ran", 1, False)]


def test_the_same_branch_is_not_made_twice():
    branches = Branches()
    branches.follow("They saw")
    branches.branch(4, "They ran")
    branches.follow("They saw")
    branches.branch(4, "They ran")
    branches.branch(4, "They ran")
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
    branches.follow("They saw the dog")
    branches.branch(12, "They saw the cat")
    branches.follow("They s")
    assert branches.current.at == 6


def test_only_so_many_are_kept_the_present_one_and_those_it_hangs_on_among_them():
    branches = Branches()
    branches.follow("a root")
    for number in range(MOST + 10):
        branches.branch(1, f"a{number}")
        branches.follow("a root")
    branches.branch(1, "a last")
    assert len(branches) == MOST
    assert branches.current.text == "a last"
    assert shown(branches)[0][0] == "a root"
