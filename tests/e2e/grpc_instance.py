#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A stock gRPC server that knows nothing of Bellrock; messages are plain bytes. Each reply begins
with its name. Prints its port."""

import concurrent.futures
import sys

import grpc

NAME = sys.argv[1].encode()


def say(request, context):
    sent = dict(context.invocation_metadata())
    if "x-fail" in sent:
        context.abort(grpc.StatusCode[sent["x-fail"]], "as asked")
    context.set_trailing_metadata([("x-forwarded", sent.get("x-forwarded-for", "")),
                                   ("x-trace", sent.get("traceparent", ""))])
    return NAME + b" " + request


def count(request, _):
    for number in range(int(request)):
        yield b"%s %d" % (NAME, number)


def add(requests, _):
    return b"%s %d" % (NAME, sum(len(request) for request in requests))


def chat(requests, _):
    for request in requests:
        yield NAME + b" " + request


def main():
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=16),
                         options=[("grpc.max_receive_message_length", -1)])
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.v1.Till", {
        "Say": grpc.unary_unary_rpc_method_handler(say),
        "Count": grpc.unary_stream_rpc_method_handler(count),
        "Add": grpc.stream_unary_rpc_method_handler(add),
        "Chat": grpc.stream_stream_rpc_method_handler(chat)}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
