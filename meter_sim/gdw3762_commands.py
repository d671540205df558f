"""What a person, or a script, may do to a simulated 376.2 module: one line each."""

import json

from meter_sim.plc_commands import fault, feeder_of, noise, obeyed


def command(world, line):
    """ "ok", JSON, or "error: ..." with what to do."""
    return obeyed(COMMANDS, world, line)


def _switch(name, value):
    def act(world, number):
        setattr(world.node(int(number)), name, value)

    return act


def _all(is_on):
    def act(world):
        for node in world.net.nodes.values():
            node.is_on = is_on

    return act


def _lose(world, chance):
    world.air.lose = float(chance)


def _connect(change):
    """A feeder goes to another transformer, or comes back."""

    def act(world, feeder):
        change(world.town.away, feeder_of(world, feeder))
        world.air.forget()

    return act


def _move(world, number, feeder, metres):
    world.town.move(world.node(int(number)).number, int(feeder), float(metres))
    world.air.forget()


def _reboot(world):
    world.module.reboot()


def _forget(world):
    world.module.nodes.clear()


def _remove(world):
    world.module.is_present = False


def _insert(world):
    world.module.is_present = True
    world.module.reboot()


def _replace(world):
    """Another module, that knows no node, is put in."""
    _forget(world)
    _insert(world)


def _nodes(world):
    rows = []
    for digits, node in sorted(world.net.nodes.items()):
        row = {"number": node.number, "address": digits, "on": node.is_on}
        row["listed"] = digits in world.module.nodes
        row["way"] = list(world.air.way(node.number))
        rows.append(row)
    return json.dumps(rows)


def _stats(world):
    reading = world.module.round
    found = {"nodes": len(world.module.nodes), "read": len(reading.read)}
    found["working"] = reading.is_working
    found.update(world.air.stats)
    return json.dumps(found)


COMMANDS = {
    "off": (_switch("is_on", False), "NUMBER"),
    "on": (_switch("is_on", True), "NUMBER"),
    "off-all": (_all(False), ""),
    "on-all": (_all(True), ""),
    "silent": (_switch("is_silent", True), "NUMBER"),
    "well": (_switch("is_silent", False), "NUMBER"),
    "noise": (noise, "FEEDER DECIBELS SECONDS"),
    "away": (_connect(set.add), "FEEDER"),
    "home": (_connect(set.discard), "FEEDER"),
    "move": (_move, "NUMBER FEEDER METRES"),
    "lose": (_lose, "CHANCE"),
    "drop": (fault("drop"), "CHANCE"),
    "flip": (fault("flip"), "CHANCE"),
    "duplicate": (fault("duplicate"), "CHANCE"),
    "lose-confirm": (fault("lose_confirm"), "CHANCE"),
    "late": (fault("late_ms"), "MILLISECONDS"),
    "busy": (fault("no_buffers", int), "COUNT"),
    "not-in-net": (fault("no_route", int), "COUNT"),
    "reboot": (_reboot, ""),
    "forget": (_forget, ""),
    "remove": (_remove, ""),
    "insert": (_insert, ""),
    "replace": (_replace, ""),
    "nodes": (_nodes, ""),
    "stats": (_stats, ""),
}
