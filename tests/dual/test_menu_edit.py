"""What is set at the panel: editors, refusals, the password, the minute to keep a change."""

from lcd_menu.lock import FACTORY
from tests.dual.panel_plant import PASSWORD, Plant

CHANNEL = "enter down*4 enter"
MAIN_IP = "enter down*5 enter enter"
HEART = "enter down*5 enter down*4 enter"
ADDRESS_1 = "enter down*3 enter down enter"


def settings_after(plant):
    return plant.dcu.settings.get


def test_reading_is_free_and_changing_asks_for_the_password():
    assert Plant().press("enter down*3 enter").title() == "Terminal ID"
    plant = Plant().press(ADDRESS_1)
    assert plant.title() == "Password"
    assert plant.unlock().title() == "Address 1"
    plant.press("right*3 up enter")
    assert plant.rows()[1] == "Stored" and settings_after(plant)("terminal.area") == "0732"
    assert plant.press("enter enter").title() == "Address 1", "asked for the password again"


def test_digits_are_seen_only_under_the_cursor():
    shown = Plant().press(CHANNEL + " up*3 right up*5").rows()[1]
    assert shown == "*4____"


def test_a_password_that_is_not_complete_is_said_to_be_so_and_no_try():
    plant = Plant().press(CHANNEL + " enter")
    assert plant.rows()[2] == "6 digits"
    for _ in range(3):
        plant.press("up right enter")
    assert "6 digits" in plant.rows() and "Wait" not in " ".join(plant.rows())
    assert plant.press("back enter").unlock().title() == "Channel type"


def test_a_new_password_that_is_not_complete_is_said_to_be_so():
    plant = Plant()
    plant.dcu.settings.put("panel.password", "")
    plant.press("enter down*2 enter enter").type(FACTORY)
    assert plant.title() == "Set password"
    assert plant.press("up right enter").rows()[2] == "6 digits"
    assert settings_after(plant)("panel.password") == ""


def test_what_is_refused_is_said_in_the_language_of_the_panel():
    plant = Plant()
    plant.dcu.settings.put("panel.language", "es")
    plant.press(MAIN_IP).unlock().press("up*9 enter")
    assert "cada parte 0 - 255" in " ".join(plant.rows()) and "each" not in " ".join(plant.rows())


def test_three_wrong_tries_wait_a_minute_and_the_next_twice_as_long():
    plant = Plant().press(CHANNEL)
    for _ in range(3):
        assert "Wait" not in " ".join(plant.rows())
        plant.type("999999")
    assert "Wait 60 s" in " ".join(plant.rows())
    assert plant.type(PASSWORD).title() == "Password", "the right one while one has to wait"
    for _ in range(6):
        plant.wait(9).press("left")
    plant.press("back enter")
    assert "Wait" not in " ".join(plant.rows())
    plant.type("999999")
    assert "Wait 120 s" in " ".join(plant.rows())


def test_the_wait_outlasts_the_light():
    plant = Plant().press(CHANNEL)
    for _ in range(3):
        plant.type("999999")
    plant.wait(60).press("left " + CHANNEL).type("999999")
    plant.wait(60).press("left " + CHANNEL)
    assert "Wait" in " ".join(plant.rows())


def test_the_right_password_forgives_the_wrong_ones():
    plant = Plant().press(CHANNEL).type("999999").type("999998").unlock()
    assert plant.title() == "Channel type"
    plant.menu.lock.close()
    plant.press("back enter").type("999999").type("999999")
    assert "Wait" not in " ".join(plant.rows())


def test_the_password_of_the_factory_opens_set_password_and_nothing_else():
    plant = Plant(has_password=False).press(CHANNEL).type(FACTORY)
    assert plant.title() == "Set password"
    assert "lock" in plant.screen().icons
    plant.press("back")
    assert plant.press("enter").title() == "Password"
    plant.type(FACTORY).type(FACTORY)
    assert plant.rows()[2] == "Refused: 000000"
    plant.type("111111").type("111112")
    assert plant.rows()[2] == "Not the same"
    plant.type("111111").type("111111")
    assert plant.rows()[1] == "Stored"
    assert settings_after(plant)("panel.password") == "111111"
    plant.menu.lock.close()
    assert plant.press("back enter").type(FACTORY).title() == "Password"
    assert plant.type("111111").title() == "Channel type"


def test_a_value_out_of_range_is_refused_on_the_spot_with_the_range():
    plant = Plant().press(HEART).unlock().press("up*9 enter")
    assert plant.rows()[1:4] == ["2 - 3600", "9300", "Refused: 2 - 3600"]
    assert settings_after(plant)("hes.heartbeat_s") == 300
    plant.press("down*8 enter")
    assert settings_after(plant)("hes.heartbeat_s") == 1300


def test_an_address_is_four_numbers_and_comes_with_a_port():
    plant = Plant().press(MAIN_IP).unlock()
    assert plant.rows()[1] == "000.000.000.000"
    plant.press("up right right up right up*2 enter")
    assert plant.rows()[1] == "Keep? 60 s"
    assert settings_after(plant)("hes.main") == "101.200.0.0:8000"
    plant.press("down enter enter down enter right up enter down enter enter")
    assert settings_after(plant)("hes.main") == "101.200.0.0:9000"
    plant.press("up enter down right*2 down right down*2 enter down enter")
    assert settings_after(plant)("hes.main") == ""


def test_an_address_with_a_part_over_255_is_refused():
    plant = Plant().press(MAIN_IP).unlock().press("up*3 enter")
    assert "each part 0 - 255" in plant.rows() and settings_after(plant)("hes.main") == ""


def test_a_port_without_an_address_is_refused():
    plant = Plant().press("enter down*5 enter down enter").unlock().press("up enter")
    assert "Refused: 1 - 65535" in plant.rows() and settings_after(plant)("hes.main") == ""


def test_a_change_of_the_network_is_taken_back_after_a_minute_that_nobody_confirmed():
    plant = Plant().press(CHANNEL).unlock().press("down enter")
    assert settings_after(plant)("uplink.channel") == "modem"
    plant.wait(59)
    assert settings_after(plant)("uplink.channel") == "modem"
    plant.wait(1)
    assert settings_after(plant)("uplink.channel") == "ethernet"


def test_no_takes_the_change_back_at_once_and_yes_keeps_it():
    for keys, left in (("enter", "ethernet"), ("back", "ethernet"), ("down enter", "modem")):
        plant = Plant().press(CHANNEL).unlock().press("down enter").press(keys)
        assert settings_after(plant)("uplink.channel") == left, keys
        assert settings_after(plant.wait(100))("uplink.channel") == left, keys


def test_what_the_hes_has_set_meanwhile_is_not_taken_back():
    plant = Plant().press(MAIN_IP).unlock().press("up enter")
    plant.dcu.settings.put("hes.main", "10.0.0.1:4059")
    assert settings_after(plant.wait(70))("hes.main") == "10.0.0.1:4059"


def test_a_disk_that_refuses_to_take_back_is_asked_again():
    plant = Plant().press(CHANNEL).unlock().press("down enter")
    plant.kept.full = True
    plant.wait(60)
    assert settings_after(plant)("uplink.channel") == "modem"
    plant.kept.full = False
    assert settings_after(plant.wait(10))("uplink.channel") == "ethernet"


def test_a_disk_that_is_full_is_said_and_nothing_is_changed():
    plant = Plant().press(ADDRESS_1).unlock()
    plant.kept.full = True
    plant.press("up enter")
    assert "no space" in " ".join(plant.rows())
    assert settings_after(plant)("terminal.area") == "0731"


def test_who_edits_sees_that_the_hes_changed_the_field_before_storing_over_it():
    plant = Plant().press(HEART).unlock().press("right up")
    plant.dcu.settings.put("hes.heartbeat_s", "77")
    plant.press("enter")
    assert settings_after(plant)("hes.heartbeat_s") == 77
    assert "Changed meanwhile:" in " ".join(plant.rows()) and "77" in " ".join(plant.rows())
    plant.press("enter")
    assert settings_after(plant)("hes.heartbeat_s") == 400


def test_who_types_on_still_sees_what_somebody_else_has_made_of_the_field():
    plant = Plant().press(HEART).unlock().press("right up")
    plant.dcu.settings.put("hes.heartbeat_s", "77")
    for keys in ("", "up down left up*9"):  # seen, then typed on
        plant.press(keys)
        assert "Changed meanwhile: 77" in " ".join(plant.rows())
    plant.press("enter")
    assert "Refused: 2 - 3600" in " ".join(plant.rows())
    plant.press("up enter")
    assert settings_after(plant)("hes.heartbeat_s") == 400


def test_who_edits_may_put_back_what_somebody_else_changed():
    plant = Plant().press(HEART).unlock()
    plant.dcu.settings.put("hes.heartbeat_s", "77")
    plant.press("enter enter")
    assert settings_after(plant)("hes.heartbeat_s") == 300


def test_what_is_there_already_is_not_written_again():
    plant = Plant().press(ADDRESS_1).unlock()
    saves = plant.kept.saves
    plant.press("up down enter")
    assert plant.kept.saves == saves and plant.title() == "Terminal ID"


def test_text_is_typed_from_a_to_z_and_a_held_key_goes_faster():
    plant = Plant()
    plant.dcu.settings.put("uplink.channel", "modem")
    plant.press("enter down*5 enter down*5 enter").unlock()
    assert plant.title() == "APN"
    plant.press("up*3 right up right up*2 right up*3 enter down enter")
    assert settings_after(plant)("modem.apn") == "c" + "a" + "b" + "c"
    plant.press("enter enter up*9 ", gap_ms=100)
    assert plant.rows()[1][0] == chr(ord("c") + 8 + 5)


def test_what_applies_to_a_modem_only_is_hidden_with_ethernet():
    plant = Plant().press("enter down*5 enter")
    assert "APN" not in plant.rows()
    plant.dcu.settings.put("uplink.channel", "modem")
    assert "APN" in plant.rows()


def test_what_somebody_typed_is_not_translated():
    plant = Plant()
    plant.dcu.settings.put_all(
        [("uplink.channel", "modem"), ("modem.apn", "online"), ("panel.language", "es")]
    )
    assert "APN online" in plant.press("enter down*5 enter").rows()


def test_the_clock_is_set_in_civil_time():
    plant = Plant()
    plant.dcu.settings.put("clock.zone", "CET-1CEST,M3.5.0,M10.5.0/3")
    plant.press("enter down enter enter").unlock()
    assert plant.rows()[1][:16] == "2025-11-22 22:53"
    plant.press("right*5 up right*2 up enter")
    assert plant.rows()[1] == "Stored"
    assert plant.model.field("clock.set", None).text[:16] == "2025-12-23 22:53"


def test_a_day_that_is_not_in_the_calendar_is_refused():
    plant = Plant().press("enter down enter enter").unlock().press("right*6 up enter")
    before = plant.dcu.clock.shift_s
    assert "no such date or time" in " ".join(plant.rows()) and plant.dcu.clock.shift_s == before


def test_a_meter_is_added_changed_and_deleted():
    plant = Plant(2).press("enter enter down enter down enter").unlock()
    plant.press("right*3 up*4 right up*2 enter enter down*3 enter down enter enter")
    plant.press("down enter down enter down enter")
    assert plant.rows()[1] == "MP 3"
    record = plant.dcu.archive.get(3)
    assert (record.address, record.channel) == (42, "rs485-2")
    plant.press("enter back up enter down*2 enter down enter right*3 up enter")
    assert plant.dcu.archive.get(3).address == 52 and plant.rows()[1] == "Stored"
    plant.press("enter down*8 enter down enter down enter")
    assert [meter.mp for meter in plant.dcu.archive.meters()] == [1, 2]
    assert plant.rows()[1] == "Deleted"


def test_a_change_of_a_meter_keeps_its_password():
    plant = Plant(2)
    plant.dcu.archive.import_csv("mp,address,auth,password\n2,18,lls,00000001\n")
    plant.press("enter enter enter down enter down enter").unlock().press("right*3 up enter")
    record = plant.dcu.archive.get(2)
    assert (record.address, record.password) == (28, "00000001")


def test_a_meter_that_is_removed_while_it_is_edited_is_refused():
    plant = Plant(2).press("enter enter enter down enter down enter").unlock().press("up")
    plant.dcu.archive.remove(2)
    assert "no meter at MP 2" in " ".join(plant.press("enter").rows())
    plant.press("back back back")


def test_an_action_is_asked_about_twice():
    for keys, ending in (("", ""), ("down enter", ""), ("down enter down enter", "reboot")):
        plant = Plant().press("enter down*8 enter").unlock().press(keys)
        assert ending in plant.dcu.ending and bool(ending) == bool(plant.dcu.ending), keys


def test_the_grey_level_is_seen_at_once_and_kept_by_enter_alone():
    plant = Plant().press("enter down*10 enter enter").unlock().press("left*3")
    assert plant.menu.contrast == 5 and settings_after(plant)("panel.contrast") == 8
    plant.press("back")
    assert plant.menu.contrast is None and settings_after(plant)("panel.contrast") == 8
    plant.press("enter right*9 enter")
    assert settings_after(plant)("panel.contrast") == 10 and plant.menu.contrast is None
