// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What an HTTP/2 client and an HTTP/2 instance may send to the proxy between them. Whatever comes,
// the proxy carries the next client's call.
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/log.h"
#include "fuzz_input.h"
#include "routing/proxy/http2_world_for_test.h"
#include "rpc/http2/session.h"
#include "testing/world.h"

namespace bellrock::routing::proxy {
namespace {

using std::chrono::milliseconds;

// Reads what comes for a moment, so that the other end can go on.
void ReadSome(fiber::Stream& stream) {
  fiber::ScopedDeadline deadline(fiber::Loop::Current()->Now() + milliseconds(100));
  std::byte buffer[4096];
  for (;;) {
    const Result<size_t> got = stream.Read(buffer);
    if (!got.ok() || *got == 0) return;
  }
}

void SendInPieces(fiber::Stream& stream, fuzz::Input& input) {
  const size_t piece = 1 + input.Byte() * 8;
  while (!input.empty() && stream.WriteAll(BytesOf(input.Bytes(piece))).ok()) fiber::Yield();
}

// A client that sends anything, in front of good instances.
void AttackAsClient(bellrock::testing::World& world, fuzz::Input& input) {
  Http2World scene(world, 2);
  {
    const auto stream = scene.proxy.Connect();
    if (stream->WriteAll(BytesOf(rpc::http2::kClientPreface)).ok()) SendInPieces(*stream, input);
    ReadSome(*stream);
  }
  const auto call = scene.Call();
  (void)fiber::SleepFor(milliseconds(200));
  BELLROCK_CHECK(call->closed, "the next client's call is answered");
}

// An instance that answers anything, behind a good client.
void AttackAsInstance(bellrock::testing::World& world, fuzz::Input& input) {
  const std::string bytes = input.Rest();
  ProxyWorld proxy(world, {"i"}, "http:music/catalog", {}, 80);
  Instance instance(world, "i", [&bytes](fiber::Stream& stream) {
    fuzz::Input answer(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    SendInPieces(stream, answer);
    ReadSome(stream);
  });
  rpc::http2::TestClient client(world.Host("c"), Address::Tcp("p", 9000));
  const auto call = client.Call(Http2World::kPath, "hello", {{"grpc-timeout", "500m"}});
  (void)fiber::SleepFor(std::chrono::seconds(20));
  BELLROCK_CHECK(call->closed, "whatever an instance does, its caller is told");
}

}  // namespace
}  // namespace bellrock::routing::proxy

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bellrock;
  (void)log::SetLevel("error");  // each refusal is a warning
  fuzz::Input input(data, size);
  const bool as_client = input.Byte() % 2 == 0;
  bellrock::testing::World world(1);
  world.Run([&] {
    if (as_client) {
      routing::proxy::AttackAsClient(world, input);
    } else {
      routing::proxy::AttackAsInstance(world, input);
    }
  });
  return 0;
}
