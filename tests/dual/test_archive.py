"""The meter archive: rows checked, taken as a whole or not at all. Runs on both interpreters."""

from dcu.archive import Archive
from dcu.archive_row import ADDRESS_MAX, FIELDS, METERS_MAX, Meter
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


def test_a_duplicate_within_a_file_names_both_lines():
    archive = archive_of(HEAD + "1,17,rs485-1,16,none,\n")
    told = refusal(archive.import_csv, HEAD + "7,9,,,,\n\n7,10,,,,\n8,9,,,,\n9,9,rs485-2,,,\n")
    assert told == (
        "nothing imported: line 4: duplicate MP 7 is on line 2, too; "
        "line 5: duplicate address: rs485-1 address 9 is on line 2, too"
    )
    told = refusal(archive.import_csv, HEAD + "7,17,,,,\n")
    assert told.startswith("nothing imported: duplicate address") and "MP 1 and MP 7" in told


def test_a_line_of_column_names_that_will_not_do_says_why():
    archive = archive_of(HEAD + "1,17,rs485-1,16,none,\n")
    for csv, told in (
        ("mp,address,colour\n1,2,red\n3,4,blue\n", "no column 'colour'; there are: mp,"),
        ("mp;address\n1;2\n", "semicolons"),
        ("mp\taddress\n1\t2\n", "tabs"),
        ('"mp","address"\n1,2\n', "quotes"),
        ("mp,address,mp\n1,2,3\n", "'mp' is there twice"),
    ):
        error = refusal(archive.import_csv, csv)
        assert error.startswith("nothing imported: line 1: ") and told in error, error
        assert "line 2" not in error
    assert "line 2: quotes" in refusal(archive.import_csv, HEAD + '"1","17",,,,\n')
    for csv in (HEAD, HEAD + "# none\n\n"):
        assert "no row below" in refusal(archive.import_csv, csv)


def test_a_field_that_must_be_there_is_missed_by_name():
    assert refusal(Meter, {"mp": "77"}) == "address is missing"
    assert refusal(Meter, {"address": "17"}) == "mp is missing"


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
    bad = HEAD + "x\n" * METERS_MAX
    told = refusal(archive.import_csv, bad)
    assert "line 1121: " in told and "more than" not in told
    for line in ("x\n", "1,1,rs485-1,16,none,\n"):  # of which the rest is not looked at
        told = refusal(archive.import_csv, bad + 3 * line)
        assert told.endswith("; line 1122: more than 1120 rows"), told[-100:]
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


KEY, LONG_KEY = "000102030405060708090a0b0c0d0e0f", "00" * 32
GMAC = {"mp": "1", "address": "17", "auth": "hls-gmac", "ek": KEY, "ak": KEY.upper()}


def with_(row, **changes):
    changed = dict(row)
    changed.update(changes)
    return changed


def test_a_row_of_an_older_dcu_takes_the_defaults_of_the_new_columns():
    meter = archive_of(HEAD + "1,17,rs485-1,16,none,\n").get(1)
    assert (meter.ciphering, meter.suite, meter.dedicated, meter.entry) == (
        "none",
        0,
        "no",
        "hdlc",
    )
    assert (meter.deviation, meter.release, meter.title) == ("normal", "none", b"")


def test_each_choice_is_taken_and_another_is_refused():
    full = with_(
        GMAC, password="secret", ciphering="authenc", suite="1", sk="11" * 32, pk="22" * 64
    )
    for field, choices in (
        ("auth", "none lls hls hls-md5 hls-sha1 hls-gmac hls-sha256 hls-ecdsa"),
        ("ciphering", "none auth enc authenc"),
        ("suite", "1"),
        ("dedicated", "yes no"),
        ("entry", "hdlc mode-e"),
        ("deviation", "normal reversed ignored"),
        ("release", "none plain ciphered"),
    ):
        for choice in choices.split():
            assert str(getattr(Meter(with_(full, **{field: choice})), field)) == choice
        assert refusal(Meter, with_(full, **{field: "other"})).startswith(field + ": ")
    assert refusal(Meter, with_(full, suite="3")).startswith("suite")


def test_keys_are_as_long_as_the_suite_has_them_and_a_title_has_eight_octets():
    meter = Meter(with_(GMAC, kek=KEY, title="4D4D4D0000000001"))
    assert meter.ek == meter.ak == meter.kek == bytes(range(16)) and len(meter.title) == 8
    for suite in "0", "1":
        Meter(with_(GMAC, suite=suite))
        assert refusal(Meter, with_(GMAC, suite=suite, ek=LONG_KEY)).startswith("ek: ")
        assert "32 hexadecimal digits" in refusal(Meter, with_(GMAC, suite=suite, ek=LONG_KEY))
        assert refusal(Meter, with_(GMAC, suite=suite, kek=LONG_KEY)).startswith("kek: ")
    Meter(with_(GMAC, suite="2", ek=LONG_KEY, ak=LONG_KEY))
    assert refusal(Meter, with_(GMAC, suite="2", ek=LONG_KEY)).startswith("ak: ")
    for field, text in (("ek", KEY[2:]), ("ak", KEY + "00"), ("kek", "x" * 32), ("ek", "²" * 32)):
        told = refusal(Meter, with_(GMAC, **{field: text}))
        assert told.startswith(field + ": ") and text not in told
    for title in ("4D4D4D00000000", "4D4D4D000000000100", "4D4D4D00000000 1"):
        assert refusal(Meter, with_(GMAC, title=title)).startswith("title: ")


def test_what_a_mechanism_or_ciphering_works_with_must_be_there():
    bare = {"mp": "1", "address": "17"}
    for auth in ("lls", "hls", "hls-md5", "hls-sha1", "hls-sha256"):
        assert refusal(Meter, with_(bare, auth=auth)).startswith("password: ")
        Meter(with_(bare, auth=auth, password="x"))
    for missing in ("ek", "ak"):
        assert refusal(Meter, with_(GMAC, **{missing: ""})).startswith(missing + ": ")
        for ciphering in ("auth", "authenc"):
            row = with_(GMAC, auth="none", ciphering=ciphering, **{missing: ""})
            assert refusal(Meter, row).startswith(missing + ": ")
    Meter(with_(bare, ciphering="enc", ek=KEY))
    assert refusal(Meter, with_(bare, ciphering="enc")).startswith("ek: ")
    assert refusal(Meter, with_(bare, auth="hls-ecdsa")).startswith("suite: ")
    for suite, size in (("1", 32), ("2", 48)):
        signing = with_(bare, auth="hls-ecdsa", suite=suite, sk="1a" * size, pk="1b" * 2 * size)
        meter = Meter(signing)
        assert (len(meter.sk), len(meter.pk)) == (size, 2 * size)
        for field, text in (("sk", ""), ("pk", ""), ("sk", "1a" * (80 - size)), ("pk", "1b" * 7)):
            assert refusal(Meter, with_(signing, **{field: text})).startswith(field + ": ")
    assert refusal(Meter, with_(GMAC, dedicated="yes")).startswith("dedicated: ")
    assert refusal(Meter, with_(GMAC, release="ciphered")).startswith("release: ")
    Meter(with_(GMAC, ciphering="authenc", dedicated="yes", release="ciphered"))


def test_no_secret_is_in_an_export_and_none_is_lost_by_importing_it():
    kept = Kept()
    row = with_(
        GMAC,
        password="topsecret",
        ak="0" * 31 + "1",
        kek="f" * 32,
        sk="3" * 64,
        title="4D4D4D0000000001",
    )
    archive = Archive(kept)
    archive.add(Meter(row))
    exported = archive.export_csv()
    for field in ("password", "ek", "ak", "kek", "sk"):
        assert row[field] not in exported and row[field].lower() not in exported
    assert "4d4d4d0000000001" in exported
    archive.import_csv(exported)
    assert Archive(kept).get(1).row() == Meter(row).row()
    assert set(FIELDS) >= set(row)
    told = refusal(Archive(Kept()).import_csv, exported)
    assert "* keeps" in told


def test_the_address_of_mode_e_is_such_that_a_meter_can_be_called_by_it():
    bare = {"mp": "1", "address": "17", "entry": "mode-e"}
    for text in ("", "00012345", "LGZ 12", "1" * 32):
        assert Meter(with_(bare, called=text)).called == text
    for text in ("1" * 33, "a!", "a/b", " 1", "1 ", "ä"):
        assert refusal(Meter, with_(bare, called=text)).startswith("called: ")
