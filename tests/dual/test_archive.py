"""The meter archive: rows checked, taken as a whole or not at all. Runs on both interpreters."""

from dcu.archive import ADDRESS_MAX, METERS_MAX, Archive, Meter
from tests.kept import Kept, refusal

HEAD = "mp,address,channel,client,auth,password\n"


def archive_of(csv):
    archive = Archive(Kept())
    archive.import_csv(csv)
    return archive


def test_a_row_needs_mp_and_address_and_the_rest_has_defaults():
    meter = Meter({"mp": "5", "address": "17"})
    assert (meter.mp, meter.address, meter.channel) == (5, 17, "rs485-1")
    assert (meter.client, meter.auth, meter.logical, meter.octets) == (16, "none", 1, 0)
    assert "address" in refusal(Meter, {"mp": "5"})


def test_both_sides_of_the_limits_of_a_row():
    for field, low, high in (
        ("mp", 1, METERS_MAX),
        ("address", 1, ADDRESS_MAX),
        ("gather", 0, 999999999999),
        ("client", 1, 127),
        ("logical", 1, ADDRESS_MAX),
    ):
        row = {"mp": "1", "address": "1"}
        for inside in (low, high):
            row[field] = str(inside)
            assert getattr(Meter(row), field) == inside
        for outside in (str(low - 1), str(high + 1), "x", "1.5", "²"):
            row[field] = outside
            assert field in refusal(Meter, row), (field, outside)


def test_a_short_hdlc_address_holds_seven_bits():
    row = {"mp": "1", "address": "127", "logical": "127"}
    for octets in ("1", "2"):
        row["octets"] = octets
        Meter(row)
        for field in ("address", "logical"):
            long = dict(row)
            long[field] = "128"
            assert "octets" in refusal(Meter, long)
            long["octets"] = "4"
            Meter(long)


def test_a_choice_names_what_would_do():
    told = refusal(Meter, {"mp": "1", "address": "1", "channel": "rs485-9"})
    assert "rs485-1, rs485-2, rs485-3" in told
    assert "password" in refusal(Meter, {"mp": "1", "address": "1", "auth": "lls"})
    assert "colour" in refusal(Meter, {"mp": "1", "address": "1", "colour": "red"})


def test_a_password_that_is_taken_is_there_after_a_restart():
    row = {"mp": "1", "address": "17", "auth": "lls"}
    for password in ("x" * 64, "a b", "**", "#", "'~!"):
        kept = Kept()
        row["password"] = password
        Archive(kept).add(Meter(row))
        assert Archive(kept).get(1).password == password
    for password in ("x" * 65, " ab", "ab ", "*", "a,b", 'a"b', "a\tb", "é"):
        row["password"] = password
        told = refusal(Meter, row)
        assert told.startswith("password: at most 64"), password


def test_what_is_imported_is_there_after_a_restart():
    kept = Kept()
    assert Archive(kept).import_csv(HEAD + "2,18,rs485-1,1,lls,pw\n1,17,rs485-1,16,none,\n") == 2
    meters = Archive(kept).meters()
    assert [(m.mp, m.address, m.auth, m.password) for m in meters] == [
        (1, 17, "none", ""),
        (2, 18, "lls", "pw"),
    ]


def test_one_bad_row_and_nothing_is_imported_and_every_bad_row_is_named():
    archive = archive_of(HEAD + "1,17,rs485-1,16,none,\n")
    told = refusal(archive.import_csv, HEAD + "2,18,rs485-1,16,none,\n3,x,rs485-1,16,none,\n4,5\n")
    assert "line 3" in told and "line 4" in told and "line 2" not in told
    assert [meter.mp for meter in archive.meters()] == [1]


def test_a_duplicate_mp_or_address_is_refused_and_says_which():
    archive = archive_of(HEAD + "1,17,rs485-1,16,none,\n")
    assert "duplicate MP 1" in refusal(archive.add, Meter({"mp": "1", "address": "30"}))
    told = refusal(archive.add, Meter({"mp": "2", "address": "17"}))
    assert "duplicate address" in told and "MP 1 and MP 2" in told
    archive.add(Meter({"mp": "2", "address": "17", "channel": "rs485-2"}))
    assert "duplicate" in refusal(archive.import_csv, HEAD + "7,9,,,,\n7,10,,,,\n")


def test_an_export_shows_no_password_and_imports_again_without_losing_it():
    archive = archive_of(HEAD + "1,17,rs485-1,1,lls,topsecret\n")
    exported = archive.export_csv()
    assert "topsecret" not in exported
    archive.import_csv(exported)
    assert archive.get(1).password == "topsecret"
    assert "*" in refusal(Archive(Kept()).import_csv, exported)


def test_the_largest_archive_is_taken_and_one_more_is_not():
    lines = [f"{mp},{mp},rs485-1,16,none," for mp in range(1, METERS_MAX + 1)]
    archive = archive_of(HEAD + "\n".join(lines))
    assert len(archive.meters()) == METERS_MAX
    assert refusal(Meter, {"mp": str(METERS_MAX + 1), "address": "1"})


def test_a_file_without_column_names_is_told_what_it_needs():
    assert "mp,address" in refusal(Archive(Kept()).import_csv, "1,17,rs485-1\n")
    assert "mp,address" in refusal(Archive(Kept()).import_csv, "")


def test_comments_blank_lines_and_windows_line_ends_are_passed_over():
    csv = "\ufeff" + HEAD.replace("\n", "\r\n") + "# north\r\n\r\n1,17,rs485-1,16,none,\r\n"
    assert [meter.mp for meter in archive_of(csv).meters()] == [1]


def test_a_stored_row_that_no_longer_fits_is_left_out_and_named():
    archive = Archive(Kept((HEAD + "1,17,rs485-1,16,none,\n2,0,rs485-1,16,none,\n").encode()))
    assert [meter.mp for meter in archive.meters()] == [1]
    assert "line 3" in archive.refused[0]


def test_a_meter_is_found_by_channel_and_address():
    archive = archive_of(HEAD + "1,17,rs485-1,16,none,\n9,17,rs485-2,16,none,\n")
    assert archive.find("rs485-2", 17).mp == 9
    assert archive.find("rs485-3", 17) is None
    archive.remove(9)
    assert archive.find("rs485-2", 17) is None
    assert "no meter at MP 9" in refusal(archive.remove, 9)


def test_what_the_disk_refuses_changes_nothing():
    kept = Kept()
    archive = Archive(kept)
    kept.full = True
    assert "no space" in refusal(archive.add, Meter({"mp": "1", "address": "1"}))
    assert archive.meters() == []
