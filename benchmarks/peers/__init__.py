"""The solvers compared, one file each."""

from collections.abc import Callable
from importlib import import_module

from benchmarks.answer import Peer

_PEERS = {
    "sharedride": ("benchmarks.peers.ours", "Ours"),
    "insertion": ("benchmarks.peers.insertion", "Insertion"),
    "group-first": ("benchmarks.peers.group_first", "GroupFirst"),
    "or-tools": ("benchmarks.peers.ortools_routing", "OrToolsRouting"),
    "vroom": ("benchmarks.peers.vroom_", "Vroom"),
    "vroom-trimmed": ("benchmarks.peers.vroom_", "VroomTrimmed"),
    "pyvrp": ("benchmarks.peers.pyvrp_", "PyVrp"),
    "pyvrp-trimmed": ("benchmarks.peers.pyvrp_", "PyVrpTrimmed"),
    "vrp-cli": ("benchmarks.peers.vrp_cli_", "VrpCli"),
    "vrp-cli-trimmed": ("benchmarks.peers.vrp_cli_", "VrpCliTrimmed"),
}
NAMES = tuple(_PEERS)


def peer(name: str) -> Peer:
    """Return a peer by name; its package is imported when it solves."""
    module, member = _PEERS[name]
    make: Callable[[], Peer] = getattr(import_module(module), member)
    return make()
