"""The pages of the menu that set something."""

from lcd_menu.items import Action, Field, Job, View, page, rows

METERS = page(
    "Meter setting",
    rows(
        "Meter list",
        "meters",
        "no meters",
        View("MP", "meter.mp"),
        Field("Address", "meter.address"),
        Field("Gather", "meter.gather"),
        Field("Protocol", "meter.protocol"),
        Field("Channel", "meter.channel"),
        Field("EUI-64", "meter.eui"),
        View("State", "meter.state"),
        View("Reason", "meter.reason"),
        Job("Read now", "meter.read"),
        Job("Why", "meter.why"),
        Action("Delete", "meter.delete"),
    ),
    page(
        "Add meter",
        Field("MP", "new.mp"),
        Field("Address", "new.address"),
        Field("Gather", "new.gather"),
        Field("Protocol", "new.protocol"),
        Field("Channel", "new.channel"),
        Field("EUI-64", "new.eui"),
        Action("Store", "new.store"),
    ),
    page(
        "Search buses",
        Job("RS485-1", "search.1"),
        Job("RS485-2", "search.2"),
        Job("RS485-3", "search.3"),
    ),
)
TERMINAL = page(
    "Terminal ID",
    View("Terminal", "terminal.id"),
    Field("Address 1", "terminal.area"),
    Field("Address 2", "terminal.number"),
)
CHANNEL = Field("Channel type", "uplink.channel")
HOST = page(
    "Host IP",
    Field("Main IP", "hes.main/host"),
    Field("Main port", "hes.main/port"),
    Field("Sub IP", "hes.sub/host"),
    Field("Sub port", "hes.sub/port"),
    Field("Heart, s", "hes.heartbeat_s"),
    Field("APN", "modem.apn"),
    Field("User", "modem.user"),
    Field("Password", "modem.password"),
)
TERMINAL_IP = page(
    "Terminal IP",
    Field("AutoDetect IP", "eth.ipv4"),
    Field("Address", "eth.new.address"),
    Field("Mask", "eth.new.mask"),
    Field("Gateway", "eth.new.gateway"),
    Field("DNS", "eth.new.dns"),
    View("State", "eth.state"),
    View("IP address", "ip.own"),
    View("MAC", "ip.mac"),
)
CHANGE = page(
    "Change parameter",
    View("Route unit", "route.unit"),
    Field("Remote-up", "uplink.transport"),
    View("Comm status", "uplink.comm"),
    rows("All settings", "settings", "", Field("", "setting")),
)
