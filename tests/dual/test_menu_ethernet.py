"""The address of the DCU by six keys: typed in parts, chosen as one, kept or taken back."""

from hal.errors import Refused
from tests.dual.panel_plant import Plant

PAGE = "back*9 enter down*6 enter"
KEY = "eth.ipv4"


def at_page():
    return Plant(0).press(PAGE + " down enter").unlock().press("back")


def typed(plant, line, before, text):
    """The address in the line of that number, which shows `before`."""
    plant.press(PAGE + " down*%d enter" % line)
    cells = zip(padded(before), padded(text))
    for at, (now, wanted) in enumerate(cells):
        plant.press("right" if at else "")
        plant.press("up*%d" % ((int(wanted) - int(now)) % 10))
    return plant.press("enter")


def padded(text):
    return "".join(["%03d" % int(part) for part in text.split(".")])


def with_address():
    plant = at_page()
    typed(plant, 1, "0.0.0.0", "10.0.0.20")
    typed(plant, 3, "0.0.0.0", "10.0.0.1")
    return plant


def setting(plant):
    return plant.dcu.settings.get(KEY)


def test_what_is_typed_is_shown_and_changes_nothing_until_it_is_chosen():
    plant = with_address().press(PAGE)
    shown = plant.rows()
    assert shown[1:5] == [
        "AutoDetect IP system",
        "Address 10.0.0.20",
        "Mask 255.255.255.0",
        "Gateway 10.0.0.1",
    ]
    assert setting(plant) == "system"


def test_the_address_is_chosen_as_one_and_kept_by_yes():
    plant = with_address().press(PAGE + " enter")
    assert plant.rows()[1:4] == ["system", "dhcp", "10.0.0.20/24,10.0.0."]
    plant.press("down*2 enter")
    assert plant.rows()[1] == "Keep? 60 s" and setting(plant) == "10.0.0.20/24,10.0.0.1"
    plant.dcu.ethernet.trial = "it"
    plant.press("down enter")
    assert plant.rows()[1] == "Stored" and plant.dcu.ethernet.kept == "it"
    plant.wait(100)
    assert setting(plant) == "10.0.0.20/24,10.0.0.1"


def test_without_an_answer_the_old_way_comes_back():
    plant = with_address().press(PAGE + " enter down enter")
    assert setting(plant) == "dhcp"
    plant.dcu.ethernet.trial = "it"
    plant.wait(61)
    assert setting(plant) == "system" and plant.dcu.ethernet.kept is None


def test_a_gateway_of_another_network_is_refused_when_the_address_is_chosen():
    plant = at_page()
    typed(plant, 1, "0.0.0.0", "10.0.0.20")
    typed(plant, 3, "0.0.0.0", "10.0.1.1")
    plant.press(PAGE + " enter down*2 enter")
    assert "gateway" in " ".join(plant.rows()) and setting(plant) == "system"
    plant.wait(100)
    assert setting(plant) == "system"


def test_a_mask_may_be_changed_of_an_address_that_is_set():
    plant = at_page()
    plant.dcu.settings.put(KEY, "10.0.0.20/24,10.0.0.1,10.0.0.53")
    shown = plant.press(PAGE).rows()
    assert shown[3:6] == ["Mask 255.255.255.0", "Gateway 10.0.0.1", "DNS 10.0.0.53"]
    typed(plant, 2, "255.255.255.0", "255.255.0.0")
    plant.press(PAGE + " enter")
    names = plant.rows()[1:5]
    assert names[2][:9] == "10.0.0.20" and names[3][:12] == "10.0.0.20/16"
    plant.press("down enter down enter")
    assert setting(plant) == "10.0.0.20/16,10.0.0.1,10.0.0.53"


def test_who_keeps_another_change_of_the_network_needs_no_trial_of_ethernet():
    plant = at_page()
    plant.press("back*9 enter down*4 enter")  # the channel
    plant.press("down enter")
    assert plant.rows()[1] == "Keep? 60 s"
    plant.press("down enter")
    assert plant.rows()[1] == "Stored"
    try:
        plant.dcu.ethernet.keep()
        raise AssertionError("there is none")
    except Refused:
        pass
