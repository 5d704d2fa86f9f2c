# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""A server made of stock gRPC Python (generic handlers), for our client to call.

Prints its port and serves until its standard input ends. The folder of the generated
echo_pb2.py is its one argument.
"""
import concurrent.futures
import importlib
import sys
import threading
import time

import grpc

sys.path.insert(0, sys.argv[1])
echo = importlib.import_module("bellrock.rpc.sample.v1.echo_pb2")

DAY_S = 86_400
LEAVING_MAX_S = 10  # a caller that said it leaves and only ended its requests by then did not
CODES = {code.value[0]: code for code in grpc.StatusCode}
cancellations = 0
lock = threading.Lock()


def watch_cancellation(context):
    """Counts calls whose caller left: the callback comes with every end."""
    ended = threading.Event()

    def count():
        global cancellations
        if not ended.is_set():
            with lock:
                cancellations += 1

    context.add_callback(count)
    return ended


def echo_metadata(context):
    """Sends x-echo and x-echo-bin back: before the reply and after it."""
    sent = dict(context.invocation_metadata())
    pairs = [(key, sent[key]) for key in ("x-echo", "x-echo-bin") if key in sent]
    if "x-gzip" in sent:
        context.set_compression(grpc.Compression.Gzip)
    context.send_initial_metadata(pairs)
    context.set_trailing_metadata([("trailing-" + key, value) for key, value in pairs])
    return sent


def end_with(context, ended, code, text):
    ended.set()
    if code:
        context.abort(CODES[code], text)


def say(request, context):
    ended = watch_cancellation(context)
    sent = echo_metadata(context)
    left = context.time_remaining()
    time.sleep(request.sleep_ms / 1000)
    if not context.is_active():
        return echo.EchoReply()
    end_with(context, ended, request.code, request.text)
    reply = echo.EchoReply(text=request.text, caller=sent.get("bellrock-caller", ""))
    if request.text == "cancellations":
        reply.text = str(cancellations)
    reply.inner.name = sent.get("traceparent", "")
    # Without a deadline some versions say None, others a very long time.
    reply.deadline_ms = -1 if left is None or left > DAY_S else int(left * 1000)
    reply.filler = b"x" * int(request.ratio)
    if "x-echo-bin" in sent:
        reply.text = sent["x-echo"]
        reply.filler = sent["x-echo-bin"]
    return reply


def count_items(request, context):
    ended = watch_cancellation(context)
    echo_metadata(context)
    for number in range(request.items):
        if not context.is_active():
            return
        yield echo.EchoReply(text=str(number), filler=b"x" * request.item_bytes)
        time.sleep(request.pause_ms / 1000)
    end_with(context, ended, request.code, "as asked")


def sum_up(requests, context):
    ended = watch_cancellation(context)
    echo_metadata(context)
    reply = echo.SumReply()
    for request in requests:
        if request.code:
            end_with(context, ended, request.code, request.text)
        reply.requests += 1
        reply.bytes += len(request.text)
    ended.set()
    return reply


def chat(requests, context):
    ended = watch_cancellation(context)
    echo_metadata(context)
    left = threading.Event()
    context.add_callback(left.set)
    leaves = False
    for request in requests:
        leaves = leaves or request.text == "leaves"
        if request.code:
            end_with(context, ended, request.code, request.text)
        yield echo.EchoReply(text=request.text)
    # A caller that left looks at first like one that has no more requests.
    if not (leaves and left.wait(LEAVING_MAX_S)):
        ended.set()


def handlers():
    def kinds(make, function, request, reply):
        return make(
            function,
            request_deserializer=request.FromString,
            response_serializer=reply.SerializeToString,
        )

    return grpc.method_handlers_generic_handler(
        "bellrock.rpc.sample.v1.Echo",
        {
            "Say": kinds(
                grpc.unary_unary_rpc_method_handler, say, echo.EchoRequest, echo.EchoReply
            ),
            "Count": kinds(
                grpc.unary_stream_rpc_method_handler, count_items, echo.CountRequest, echo.EchoReply
            ),
            "Sum": kinds(
                grpc.stream_unary_rpc_method_handler, sum_up, echo.EchoRequest, echo.SumReply
            ),
            "Chat": kinds(
                grpc.stream_stream_rpc_method_handler, chat, echo.EchoRequest, echo.EchoReply
            ),
        },
    )


def main():
    server = grpc.server(
        concurrent.futures.ThreadPoolExecutor(max_workers=8),
        options=[("grpc.max_receive_message_length", -1)],
    )
    server.add_generic_rpc_handlers((handlers(),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    main()
