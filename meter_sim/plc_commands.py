"""What a person, or a script, may do to a simulated module and its network: one line each."""

import json

from meter_sim import plc_node


def command(world, line):
    """ "ok", JSON, or "error: ..." with what to do."""
    return obeyed(COMMANDS, world, line)


def obeyed(commands, world, line):
    """commands: {verb: (function(world, words...), usage)}"""
    words = line.split()
    if not words or words[0] not in commands:
        return f"error: no command {line!r}; there are: {', '.join(sorted(commands))}"
    act, usage = commands[words[0]]
    if len(words) - 1 != len(usage.split()):
        return f"error: {words[0]} wants {usage or 'nothing more'}"
    try:
        return act(world, *words[1:]) or "ok"
    except (ValueError, KeyError):
        return f"error: {words[0]} {usage}: no such number"


def _node(world, number):
    return world.net.nodes[int(number)]


def _off(world, number):
    world.net.power_off(_node(world, number))


def _on(world, number):
    world.net.power_on(_node(world, number))


def _all(switch):
    def act(world):
        for node in world.net.nodes.values():
            switch(world.net, node)

    return act


def _silent(world, number):
    _node(world, number).is_silent = True


def _well(world, number):
    _node(world, number).is_silent = False


def _psk(world, number, digits):
    _node(world, number).psk = bytes.fromhex(digits)


def _leave(world, number):
    if _node(world, number).state == plc_node.MEMBER:
        world.net.leave(_node(world, number))


def _storm(world, count):
    """So many members forget their network at once."""
    for node in world.net.members()[: int(count)]:
        world.net.lose(node)


def _twin(world, number, other):
    """One node gets the EUI of another."""
    _node(world, other).eui = _node(world, number).eui


def _break(world, one, other):
    world.net.mesh.broken.append((min(int(one), int(other)), max(int(one), int(other))))


def _mend(world):
    world.net.mesh.broken.clear()


def noise(world, feeder, decibels, seconds):
    """A burst on one feeder."""
    noise_db = world.town.noise_db
    number, more_db = int(feeder), float(decibels)
    noise_db[number] += more_db

    def over():
        noise_db[number] -= more_db

    world.events.after(1000 * float(seconds), over)


def feeder_of(world, word):
    number = int(word)
    if not 1 <= number <= world.town.feeders:
        raise ValueError
    return number


def _switch(change):
    """A feeder goes to another transformer, or comes back; its meters look for a network."""

    def act(world, feeder):
        number = feeder_of(world, feeder)
        change(world.town.away, number)
        world.net.mesh.forget_places()
        for node in world.net.nodes.values():
            if world.town.place[node.number][0] == number:
                world.net.lose(node)

    return act


def _move(world, number, feeder, metres):
    world.town.move(_node(world, number).number, int(feeder), float(metres))
    world.net.mesh.forget_places()


def _replace(world):
    """Another module, that has counted nothing and knows nothing, is put in."""
    world.module.pib.become_another()
    _insert(world)


def _lose(world, chance):
    world.net.air.lose = float(chance)


def fault(name, kind=float):
    def act(world, value):
        setattr(world.module.faults, name, kind(value))

    return act


def _reboot(world):
    world.module.reboot()


def _remove(world):
    world.module.is_present = False


def _insert(world):
    world.module.is_present = True
    world.module.reboot(0)


def _conflict(world):
    """Another network with our PAN identifier is heard."""
    pan = world.module.pib.mac[0x50]
    world.module.say(b"\x20" + pan + b"\x02\x00\x05\x02\x00\x00\x80\x05\x00\x00")


def _nodes(world):
    rows = []
    for number, node in sorted(world.net.nodes.items()):
        row = {"number": number, "eui": node.eui.hex(), "state": node.state}
        if node.state == plc_node.MEMBER:
            row["short"] = node.short
            row["way"] = list(world.net.mesh.ups.get(number, ()))
        rows.append(row)
    return json.dumps(rows)


def _stats(world):
    joined = len(world.net.members())
    ignored = world.net.admission.ignored
    found = {"members": joined, "ignored_joins": ignored}
    found.update(world.net.air.stats)
    return json.dumps(found)


COMMANDS = {
    "off": (_off, "NUMBER"),
    "on": (_on, "NUMBER"),
    "off-all": (_all(lambda net, node: net.power_off(node)), ""),
    "on-all": (_all(lambda net, node: net.power_on(node)), ""),
    "silent": (_silent, "NUMBER"),
    "well": (_well, "NUMBER"),
    "psk": (_psk, "NUMBER HEX"),
    "leave": (_leave, "NUMBER"),
    "storm": (_storm, "COUNT"),
    "twin": (_twin, "NUMBER NUMBER"),
    "break": (_break, "NUMBER NUMBER"),
    "mend": (_mend, ""),
    "noise": (noise, "FEEDER DECIBELS SECONDS"),
    "away": (_switch(set.add), "FEEDER"),
    "home": (_switch(set.discard), "FEEDER"),
    "move": (_move, "NUMBER FEEDER METRES"),
    "lose": (_lose, "CHANCE"),
    "drop": (fault("drop"), "CHANCE"),
    "flip": (fault("flip"), "CHANCE"),
    "duplicate": (fault("duplicate"), "CHANCE"),
    "lose-flag": (fault("lose_flag"), "CHANCE"),
    "lose-confirm": (fault("lose_confirm"), "CHANCE"),
    "late": (fault("late_ms"), "MILLISECONDS"),
    "no-buffers": (fault("no_buffers", int), "COUNT"),
    "no-route": (fault("no_route", int), "COUNT"),
    "reboot": (_reboot, ""),
    "remove": (_remove, ""),
    "insert": (_insert, ""),
    "replace": (_replace, ""),
    "conflict": (_conflict, ""),
    "nodes": (_nodes, ""),
    "stats": (_stats, ""),
}
