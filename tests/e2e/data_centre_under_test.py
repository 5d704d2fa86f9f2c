# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""What the tests of a data centre of several processes ask and tell it."""

import time

from platform_under_test import CallError, call

QUERY = "bellrock.metrics.v1.Query"
PUSH = "bellrock.metrics.v1.Metrics/Push"


def workers(server):
    """Addresses of the nodes that work the partitions ("": the server); none while not all are
    worked."""
    reply = call(server, f"{QUERY}/Describe", timeout=60)
    if not all(row.get("worked") for row in reply.get("partitions", [])):
        return set()
    address = {node["name"]: node.get("address", "") for node in reply["nodes"]}
    return {address[row["node"]] for row in reply["partitions"]}


def calls_by(server, begin, *group_by):
    """{key: calls} since `begin`, a whole minute; {} if the server says: ask again."""
    try:
        reply = call(server, f"{QUERY}/Figures",
                     {"from": str(begin), "to": str(int(time.time()) // 60 * 60 + 60),
                      "groupBy": list(group_by), "limit": 1000}, timeout=60)
    except (CallError, OSError):
        return {}
    return {tuple(line.get("key", [])): int(line["total"].get("calls", 0))
            for line in reply.get("lines", [])}


def make_push(source, sequence, callee, calls):
    """The sequence-th push of a source that counts `calls` calls each time."""
    card = {"dimensions": {"caller": "shop/web", "callee": callee, "method": "Get",
                           "instance": "/sh/d/shop/cart/default/1", "code": 0},
            "second": str(int(time.time())), "latencyUsDelta": [250], "count": [calls]}
    return {"source": source, "epoch": "1", "sequence": str(sequence),
            "callsTotal": str(sequence * calls), "cards": [card]}


def push(server, message):
    """Whether it was taken; else it is to be sent again."""
    try:
        call(server, PUSH, message, timeout=60)
        return True
    except (CallError, OSError):
        return False
