"""COSEM objects of the network behind the module slot.

Reference: IEC 62056-6-2, class_id 1 (Data), class_id 7 (Profile generic).
"""

from dcu import buffers
from dcu.cosem_row import data_row, profile_row
from dcu.plc_tree import nodes_of
from wire import axdr

_STATE = "structure {visible state, version, trouble, band, u16 PAN, members, on file}"


def plc_rows(dcu):
    def state():
        found = dcu.plc.status()
        if found is None:
            return axdr.null()
        texts = [found[name] or "" for name in ("state", "version", "trouble", "band")]
        numbers = [int(found["pan"], 16), found["members"], found["on_file"]]
        cells = [axdr.visible(text) for text in texts] + [axdr.u16(number) for number in numbers]
        return axdr.structure(cells)

    nodes = buffers.Nodes(lambda: nodes_of(dcu))
    return (
        data_row("0.0.96.128.4.255", "module slot; null: none", _STATE, state),
        profile_row("0.0.99.128.4.255", "meters behind the module slot", nodes),
    )
