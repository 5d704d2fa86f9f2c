# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""Routing from Python, with nothing but ctypes and libbellrock_route.so.1.

  LD_LIBRARY_PATH=... python3 route_c.py line/service [COUNT [KEY]]
"""

import ctypes
import sys
import time

REFUSED = -10000


class Query(ctypes.Structure):
    """bellrock_route_query; ctypes begins with all zeros."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("method", ctypes.c_char_p),
        ("key", ctypes.c_char_p),
        ("key_length", ctypes.c_size_t),
        ("lane", ctypes.c_char_p),
        ("caller", ctypes.c_char_p),
        ("headers", ctypes.POINTER(ctypes.c_char_p)),
        ("header_count", ctypes.c_size_t),
        ("tried", ctypes.POINTER(ctypes.c_uint32)),
        ("tried_count", ctypes.c_size_t),
        ("qos", ctypes.c_uint32),
        ("zero", ctypes.c_uint32),
    ]


class Route(ctypes.Structure):
    """bellrock_route."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("ip", ctypes.c_char * 48),
        ("port", ctypes.c_uint16),
        ("zero", ctypes.c_uint16),
        ("slot", ctypes.c_uint32),
        ("opaque", ctypes.c_uint64 * 4),
    ]

    @property
    def address(self):
        return self.ip.decode(), self.port


class RouteError(Exception):
    """A code below 0; .code."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


def load(path="libbellrock_route.so.1"):
    library = ctypes.CDLL(path)
    pointer = ctypes.POINTER
    library.bellrock_last_error.restype = ctypes.c_char_p
    library.bellrock_router_open.argtypes = [ctypes.c_char_p, ctypes.c_int64,
                                             pointer(ctypes.c_void_p)]
    library.bellrock_router_close.argtypes = [ctypes.c_void_p]
    library.bellrock_router_close.restype = None
    library.bellrock_get_route.argtypes = [ctypes.c_void_p, pointer(Query), pointer(Route)]
    library.bellrock_update_route_result.argtypes = [ctypes.c_void_p, pointer(Route), ctypes.c_int,
                                                     ctypes.c_int64]
    return library


class Router:
    """One service. Use it with `with`, or close() it."""

    def __init__(self, library, service, timeout_ms=3000):
        self._library = library
        self._router = ctypes.c_void_p()
        self._check(library.bellrock_router_open(service.encode(), timeout_ms,
                                                 ctypes.byref(self._router)))

    def get(self, key=None, method=None, lane=None):
        """Where to send one request: a Route. RouteError with .code REFUSED: not now."""
        query = Query(size=ctypes.sizeof(Query), key=key, key_length=len(key or b""),
                      method=method, lane=lane)
        route = Route(size=ctypes.sizeof(Route))
        self._check(self._library.bellrock_get_route(self._router, query, route))
        return route

    def update(self, route, succeeded, latency_s):
        self._check(self._library.bellrock_update_route_result(
            self._router, route, 0 if succeeded else -1, int(latency_s * 1e6)))

    def close(self):
        self._library.bellrock_router_close(self._router)
        self._router = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _check(self, code):
        if code < 0:
            raise RouteError(code, self._library.bellrock_last_error().decode())


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: route_c.py line/service [COUNT [KEY]]")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    key = sys.argv[3].encode() if len(sys.argv) > 3 else None
    try:
        with Router(load(), sys.argv[1]) as router:
            for _ in range(count):
                route = router.get(key)
                began = time.monotonic()
                print(*route.address)  # your request would go here
                router.update(route, True, time.monotonic() - began)
    except RouteError as error:
        sys.exit(f"route_c.py: {error}")


if __name__ == "__main__":
    main()
