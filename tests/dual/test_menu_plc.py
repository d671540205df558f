"""What the panel has where there is a module in the slot, and how frames go up."""

from dcu.archive_row import NUMBER_MAX
from tests.dual.panel_plant import Plant
from tests.dual.test_menu_keys import typed

HEX = "0123456789ABCDEF"
EUI = "020000FFFE000012"


def test_a_meter_behind_the_module_is_added_by_keys():
    plant = Plant(1).with_module().press("enter enter down enter down*4 enter").unlock()
    plant.press("down*3 enter enter")
    assert plant.rows()[5] == "Channel plc"
    plant.press("up*3 enter")
    assert plant.rows()[1] == f"1 - {NUMBER_MAX}"
    typed(plant, "000000050001", ["0123456789"])
    plant.press("enter enter down*4 enter")
    typed(plant, EUI, [HEX])
    plant.press("enter enter down enter down enter down enter")
    record = plant.dcu.archive.get(2)
    assert (record.channel, record.address, record.eui.hex().upper()) == ("plc", 50001, EUI)
    assert plant.model.show("meters", 2) == "   2 50001 P unknown"
    assert plant.model.rows("meters.on.plc") == [2] and plant.model.rows("meters.on.1") == []


def test_a_long_address_is_edited_to_its_last_digit():
    plant = Plant(0).with_module()
    plant.dcu.archive.import_csv(f"mp,address,channel,eui\n1,999999999999,plc,{EUI}\n")
    plant.press("enter enter enter enter down enter").unlock().press("right*20 down enter")
    assert plant.dcu.archive.get(1).address == 999999999998


def test_without_a_module_nothing_speaks_of_one():
    for keys in (
        "down",
        "enter enter enter enter",
        "enter enter down enter",
        "enter down*13 enter",
    ):
        rows = " ".join(Plant(1).press(keys).rows())
        assert "EUI-64" not in rows and "PLC/RF" not in rows
        rows = " ".join(Plant(1).with_module().press(keys).rows())
        assert "EUI-64" in rows or "PLC/RF" in rows


def test_remote_up_is_the_mode_of_the_uplink_in_the_words_of_concentrators():
    plant = Plant(1).press("enter down*11 enter")
    assert plant.rows()[2] == "Remote-up TCP No zip"
    plant.press("down enter").unlock().press("down enter")
    assert plant.rows()[1] == "Keep? 60 s" and plant.dcu.settings.get("uplink.mode") == "udp"
    plant.press("down enter enter")
    assert plant.rows()[2] == "Remote-up UDP No zip"
    plant.dcu.settings.put("uplink.mode", "server")
    assert plant.rows()[2] == "Remote-up HES dials"
