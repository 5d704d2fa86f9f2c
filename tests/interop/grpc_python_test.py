# SPDX-FileCopyrightText: 2026 The Bellrock Authors
# SPDX-License-Identifier: Apache-2.0
"""The stock gRPC client of Python (Debian's python3-grpcio) calls our server."""

import threading
import time
import unittest

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from served_echo import MESSAGES, ServedEcho

ECHO = "bellrock.rpc.sample.v1.Echo"
REFLECTIONS = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")


def load_messages():
    files = descriptor_pb2.FileDescriptorSet.FromString(MESSAGES.read_bytes())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    methods = {f"{file.package}.{service.name}/{method.name}": method
               for file in files.file for service in file.service for method in service.method}
    factory = message_factory.MessageFactory(pool)
    return methods, lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name))


METHODS, MESSAGE = load_messages()
EchoRequest = MESSAGE("bellrock.rpc.sample.v1.EchoRequest")
CountRequest = MESSAGE("bellrock.rpc.sample.v1.CountRequest")
HealthRequest = MESSAGE("grpc.health.v1.HealthCheckRequest")
LARGE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
SERVING, NOT_SERVING, SERVICE_UNKNOWN = 1, 2, 3


def stub(channel, full_name):
    """The method as a callable, made by the channel's generic methods."""
    method = METHODS[full_name]
    kind = (("stream" if method.client_streaming else "unary") + "_"
            + ("stream" if method.server_streaming else "unary"))
    reply = MESSAGE(method.output_type.lstrip("."))
    return getattr(channel, kind)(f"/{full_name}",
                                  request_serializer=lambda message: message.SerializeToString(),
                                  response_deserializer=reply.FromString)


class GrpcPythonTest(unittest.TestCase):
    def setUp(self):
        self.server = ServedEcho()
        self.addCleanup(self.server.end)
        self.channel = grpc.insecure_channel(self.server.address, options=LARGE)
        self.addCleanup(self.channel.close)

    def echo(self, method):
        return stub(self.channel, f"{ECHO}/{method}")

    def test_unary(self):
        reply = self.echo("Say")(EchoRequest(text="hi", numbers=[1, 2]), timeout=10)
        self.assertEqual((reply.text, list(reply.numbers)), ("hi", [1, 2]))

    def test_server_streaming(self):
        replies = self.echo("Count")(CountRequest(items=100, item_bytes=5000), timeout=20)
        self.assertEqual([reply.text for reply in replies], [str(i) for i in range(100)])

    def test_client_streaming(self):
        requests = (EchoRequest(text="x" * 1000) for _ in range(2000))
        reply = self.echo("Sum")(requests, timeout=20)
        self.assertEqual((reply.requests, reply.bytes), (2000, 2_000_000))

    def test_bidirectional_streaming_answers_each_before_the_next(self):
        answered = threading.Semaphore(1)

        def requests():
            for i in range(50):
                answered.acquire()
                yield EchoRequest(text=str(i))

        texts = []
        for reply in self.echo("Chat")(requests(), timeout=20):
            texts.append(reply.text)
            answered.release()
        self.assertEqual(texts, [str(i) for i in range(50)])

    def test_empty_streams(self):
        self.assertEqual(self.echo("Sum")(iter(()), timeout=10).requests, 0)
        self.assertEqual(list(self.echo("Chat")(iter(()), timeout=10)), [])
        self.assertEqual(list(self.echo("Count")(CountRequest(), timeout=10)), [])

    def assert_fails(self, call, code, text):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        self.assertEqual(caught.exception.code(), code, caught.exception.details())
        self.assertIn(text, caught.exception.details())

    def test_an_error_has_code_and_any_text(self):
        text = "100 % wrong: \u00e4\n\u4f60"
        self.assert_fails(lambda: self.echo("Say")(EchoRequest(code=5, text=text), timeout=10),
                          grpc.StatusCode.NOT_FOUND, text)

    def test_an_error_type_is_one_more_trailer(self):
        for code, expected in [(9, {"SoldOut"}), (0, set())]:
            call = self.echo("Say").future(EchoRequest(code=code, text="no seat"), timeout=10,
                                           metadata=[("x-error-type", "SoldOut")])
            self.assertEqual(call.code().value[0], code)
            self.assertEqual({value for key, value in call.trailing_metadata()
                              if key == "bellrock-error-type"}, expected)
            self.assertEqual(call.details(), "no seat" if code else "")

    def test_an_error_after_items_of_a_stream(self):
        replies = self.echo("Count")(CountRequest(items=2, code=8), timeout=10)
        self.assertEqual([next(replies).text, next(replies).text], ["0", "1"])
        self.assert_fails(lambda: next(replies), grpc.StatusCode.RESOURCE_EXHAUSTED, "as asked")

    def test_unknown_methods_and_services_say_what_there_is(self):
        def raw(path):
            return self.channel.unary_unary(path)(b"", timeout=10)

        self.assert_fails(lambda: raw(f"/{ECHO}/Shout"), grpc.StatusCode.UNIMPLEMENTED,
                          "it has: Chat, Count, Say, Sum")
        self.assert_fails(lambda: raw("/no.Service/Call"), grpc.StatusCode.UNIMPLEMENTED, ECHO)

    def test_bytes_that_are_no_message(self):
        call = self.channel.unary_unary(f"/{ECHO}/Say")
        self.assert_fails(lambda: call(b"\xff\xff\xff", timeout=10),
                          grpc.StatusCode.INVALID_ARGUMENT, "request")

    def test_the_deadline_reaches_the_handler(self):
        reply = self.echo("Say")(EchoRequest(), timeout=30)
        # The client rounds it up.
        self.assertTrue(20_000 < reply.deadline_ms <= 31_000, reply.deadline_ms)
        self.assertEqual(self.echo("Say")(EchoRequest()).deadline_ms, -1)
        self.assert_fails(lambda: self.echo("Say")(EchoRequest(sleep_ms=60_000), timeout=0.2),
                          grpc.StatusCode.DEADLINE_EXCEEDED, "")

    def test_metadata_both_ways(self):
        sent = (("x-echo", "plain text"), ("x-echo-bin", bytes(range(256))),
                ("bellrock-caller", "web/gateway"),
                ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        reply, call = self.echo("Say").with_call(EchoRequest(), metadata=sent, timeout=10)
        back = dict(call.trailing_metadata())
        self.assertEqual((back["x-echo"], back["x-echo-bin"]), ("plain text", bytes(range(256))))
        self.assertEqual(back["x-trace"], "4bf92f3577b34da6a3ce929d0e0e4736")
        self.assertEqual(reply.caller, "web/gateway")

    def test_ten_megabytes_both_ways(self):
        request = EchoRequest(text="x" * 10_000_000, ratio=10_000_000)
        reply = self.echo("Say")(request, timeout=60)
        self.assertEqual((len(reply.text), len(reply.filler)), (10_000_000, 10_000_000))

    def test_a_message_beyond_the_limit_fails_its_call_only(self):
        huge = EchoRequest(text="x" * (65 << 20))
        self.assert_fails(lambda: self.echo("Say")(huge, timeout=60),
                          grpc.StatusCode.RESOURCE_EXHAUSTED, "the limit is 67108864")
        self.assertEqual(self.echo("Say")(EchoRequest(text="on"), timeout=10).text, "on")

    def cut_short(self):
        _, call = self.echo("Say").with_call(EchoRequest(), timeout=10)
        return int(dict(call.trailing_metadata())["x-cut-short"])

    def test_cancelling_cuts_the_handler_short(self):
        call = self.echo("Say").future(EchoRequest(sleep_ms=60_000))
        stream = self.echo("Count")(CountRequest(items=1_000_000, pause_ms=10))
        next(stream)
        call.cancel()
        stream.cancel()
        end = time.monotonic() + 10
        while self.cut_short() < 2 and time.monotonic() < end:
            time.sleep(0.01)
        self.assertEqual(self.cut_short(), 2)

    def test_gzip_both_ways(self):
        for text in ("", "short", "x" * 1_000_000):
            reply = self.echo("Say")(EchoRequest(text=text), timeout=10,
                                     compression=grpc.Compression.Gzip)
            self.assertEqual(reply.text, text)
        requests = (EchoRequest(text="y" * 5000) for _ in range(20))
        replies = self.echo("Chat")(requests, timeout=10, compression=grpc.Compression.Gzip)
        self.assertEqual([len(reply.text) for reply in replies], [5000] * 20)

    def test_a_packing_we_do_not_have_is_refused(self):
        self.assert_fails(
            lambda: self.echo("Say")(EchoRequest(text="x" * 1000), timeout=10,
                                     compression=grpc.Compression.Deflate),
            grpc.StatusCode.UNIMPLEMENTED, "use gzip or identity")

    def test_many_calls_at_once(self):
        calls = [self.echo("Say").future(EchoRequest(text=str(i)), timeout=30)
                 for i in range(1000)]
        self.assertEqual([call.result().text for call in calls], [str(i) for i in range(1000)])

    def test_health(self):
        check = stub(self.channel, "grpc.health.v1.Health/Check")
        for service in ("", ECHO):
            self.assertEqual(check(HealthRequest(service=service), timeout=10).status, SERVING)
        self.assert_fails(lambda: check(HealthRequest(service="no.Such"), timeout=10),
                          grpc.StatusCode.NOT_FOUND, ECHO)

    def test_watching_health_tells_of_the_shutdown(self):
        watch = stub(self.channel, "grpc.health.v1.Health/Watch")
        unknown = watch(HealthRequest(service="no.Such"))
        self.assertEqual(next(unknown).status, SERVICE_UNKNOWN)
        seen = watch(HealthRequest())
        self.assertEqual(next(seen).status, SERVING)
        self.server.begin_shutdown()
        self.assertEqual(next(seen).status, NOT_SERVING)
        self.assert_fails(lambda: next(seen), grpc.StatusCode.UNAVAILABLE, "shutting down")

    def test_a_shutdown_lets_calls_in_flight_end(self):
        call = self.echo("Say").future(EchoRequest(text="late", sleep_ms=500), timeout=10)
        self.echo("Say")(EchoRequest(), timeout=10)
        self.server.begin_shutdown()
        self.assertEqual(call.result().text, "late")
        self.assertEqual(self.server.end(), 0)

    def test_reflection(self):
        for service in REFLECTIONS:
            request_type = MESSAGE(service.replace("ServerReflection", "ServerReflectionRequest"))
            info = stub(self.channel, f"{service}/ServerReflectionInfo")

            def ask(**question):
                return next(info(iter([request_type(**question)]), timeout=10))

            listed = ask(list_services="").list_services_response.service
            names = [service.name for service in listed]
            self.assertEqual(names, sorted(names))
            self.assertTrue({ECHO, "grpc.health.v1.Health", *REFLECTIONS} <= set(names), names)
            by_symbol = ask(file_containing_symbol=f"{ECHO}.Say").file_descriptor_response
            by_name = ask(file_by_filename="bellrock/rpc/sample/v1/echo.proto")
            self.assertEqual(by_symbol, by_name.file_descriptor_response)
            file = descriptor_pb2.FileDescriptorProto.FromString(
                by_symbol.file_descriptor_proto[-1])
            self.assertEqual([method.name for method in file.service[0].method],
                             ["Say", "Count", "Sum", "Chat"])
            # What the program knows but does not serve is not shown.
            error = ask(file_containing_symbol="bellrock.rpc.v1.CallMeta").error_response
            self.assertEqual(error.error_code, 5)
            error = ask(file_containing_extension={"containing_type": "x.Y"}).error_response
            self.assertEqual(error.error_code, 5)
            numbers = ask(all_extension_numbers_of_type="bellrock.rpc.sample.v1.EchoRequest")
            self.assertEqual(list(numbers.all_extension_numbers_response.extension_number), [])


if __name__ == "__main__":
    unittest.main()
