"""What pages call methods and screens."""

from appmodel.pages import screen_name
from appmodel.screens import registry


def test_every_registered_screen_has_a_readable_name():
    names = {entry.name for entry in registry.entries()} - {"demo"}
    assert {name for name in names if "_" in screen_name(name) or screen_name(name) == name} == set()
    assert len({screen_name(name) for name in names}) == len(names)


def test_another_screen_keeps_its_own_name():
    assert screen_name("my_screen") == "my screen"
