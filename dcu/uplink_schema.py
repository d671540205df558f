"""The settings of the link to the HES, as rows of dcu/schema.py: see docs/uplink.md."""

MODES = ("client", "udp", "server")

ROWS = (
    ("uplink.channel", "choice", "ethernet", ("ethernet", "modem"), None, "way to the HES"),
    ("uplink.mode", "choice", "client", MODES, None, "TCP client, UDP client, or server"),
    ("uplink.port", "number", "4059", 1, 65535, "in server mode, where the HES dials"),
    ("uplink.ping_s", "number", "600", 10, 86400, "in server mode, without a call, s"),
    ("uplink.ping_host", "host", "", 0, 127, "asked in place of the HES, HOST:PORT"),
    ("uplink.reboot_h", "number", "24", 0, 720, "no HES heard, then a restart; 0: none, h"),
    ("uplink.idle_s", "number", "600", 10, 86400, "in server mode, silence till closed, s"),
    ("uplink.redial_max", "number", "3", 0, 100, "dials in vain, then a restart"),
    ("uplink.redial_wait_s", "number", "60", 1, 3600, "pause before a dial, s"),
    ("uplink.reset_waits_min", "numbers", "0,0,0,10,30,60", 0, 1440, "before restarts"),
    ("uplink.confirm_s", "number", "1800", 120, 86400, "a change is proved by then or goes, s"),
    ("uplink.jitter_percent", "number", "20", 0, 50, "spread of all pauses, of each way"),
    ("uplink.month_kib", "number", "0", 0, 100000000, "event past it; 0: none, KiB"),
)
