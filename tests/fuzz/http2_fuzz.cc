// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// What a gRPC client may send, to a server in a simulated world: HTTP/2 frames, header blocks,
// messages. Whatever comes, the connection ends and the server serves the next one.
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/log.h"
#include "bellrock/rpc/sample/v1/echo.bellrock.h"
#include "bellrock/rpc/sample/v1/echo.pb.h"
#include "fiber/fiber.h"
#include "fuzz_input.h"
#include "rpc/http2/grpc_codec.h"
#include "rpc/http2/session.h"
#include "rpc/server.h"
#include "testing/world.h"

namespace bellrock::rpc::http2 {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::SumReply;

constexpr int kItemsMax = 20;

// Does what it is asked in bounds: the input chooses the requests too.
class SmallEcho final : public sample::v1::EchoService {
 public:
  Result<EchoReply> Say(ServerContext& context, const EchoRequest& request) override {
    BELLROCK_TRY(context.AddReplyMetadata("x-bin", request.text().substr(0, 100)));
    if (request.flag()) BELLROCK_TRY(fiber::SleepFor(std::chrono::milliseconds(50)));
    EchoReply reply;
    reply.set_text(request.text());
    return reply;
  }
  Status Count(ServerContext&, const CountRequest& request, Writer<EchoReply>& writer) override {
    EchoReply reply;
    reply.set_filler(std::string(5000, 'x'));
    for (int i = 0; i < std::min(request.items(), kItemsMax); ++i) {
      BELLROCK_TRY(writer.Write(reply));
    }
    return Status::Ok();
  }
  Result<SumReply> Sum(ServerContext&, Reader<EchoRequest>& reader) override {
    SumReply sum;
    EchoRequest request;
    for (;;) {
      BELLROCK_ASSIGN(const bool more, reader.Read(request));
      if (!more) return sum;
      sum.set_requests(sum.requests() + 1);
    }
  }
  Status Chat(ServerContext&, Reader<EchoRequest>& reader, Writer<EchoReply>& writer) override {
    EchoRequest request;
    for (;;) {
      BELLROCK_ASSIGN(const bool more, reader.Read(request));
      if (!more) return Status::Ok();
      BELLROCK_TRY(writer.Write(EchoReply()));
    }
  }
};

std::unique_ptr<fiber::Stream> ConnectTo(testing::World& world) {
  auto stream = world.Host("c").network.Connect(Address::Tcp("s", 7600));
  BELLROCK_CHECK(stream.ok(), "the server takes connections");
  return std::move(*stream);
}

// False once the server has closed.
bool Send(fiber::Stream& stream, std::string_view bytes) {
  return stream.WriteAll({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()}).ok();
}

std::string ReadSome(fiber::Stream& stream) {
  fiber::ScopedDeadline deadline(fiber::Loop::Current()->Now() + std::chrono::milliseconds(100));
  std::string all;
  std::byte buffer[4096];
  for (;;) {
    const Result<size_t> got = stream.Read(buffer);
    if (!got.ok() || *got == 0) return all;
    all.append(reinterpret_cast<const char*>(buffer), *got);
  }
}

void Attack(testing::World& world, fuzz::Input& input) {
  const auto stream = ConnectTo(world);
  if (!Send(*stream, kClientPreface)) return;
  const size_t piece = 1 + input.Byte() * 8;
  while (!input.empty() && Send(*stream, input.Bytes(piece))) fiber::Yield();
  (void)ReadSome(*stream);
}

// A server that still works answers a fresh connection's settings.
void CheckServes(testing::World& world) {
  const auto stream = ConnectTo(world);
  const std::string settings("\0\0\0\4\0\0\0\0\0", 9);
  BELLROCK_CHECK(Send(*stream, std::string(kClientPreface) + settings), "the server reads");
  BELLROCK_CHECK(!ReadSome(*stream).empty(), "the server answers");
}

// Straight to the codec, which a mutation of frames seldom reaches.
void CheckCodec(fuzz::Input& input) {
  MessageAssembler assembler(1000);
  while (!input.empty()) {
    const std::string bytes = input.Bytes(input.Byte());
    std::string_view piece = bytes;
    MessageAssembler::Message message;
    Result<bool> whole = true;
    while ((whole = assembler.Next(piece, &message)).ok() && *whole) {
      BELLROCK_CHECK(message.bytes.size() <= 1000, "a message over the limit is refused");
    }
    if (!whole.ok()) break;
    BELLROCK_CHECK(assembler.held_bytes() <= 1000 + kPrefixBytes, "what waits is bounded");
    BELLROCK_CHECK(PercentDecode(PercentEncode(bytes)) == bytes, "text survives");
    BELLROCK_CHECK(Base64Decode(Base64Encode(bytes)) == bytes, "bytes survive");
    (void)Base64Decode(bytes);
    (void)PercentDecode(bytes);
    if (const auto timeout = ParseTimeout(bytes)) {
      BELLROCK_CHECK(*timeout >= Duration(0), "a timeout is not negative");
    }
  }
}

}  // namespace
}  // namespace bellrock::rpc::http2

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace bellrock;
  (void)log::SetLevel("error");  // each refusal is a warning
  fuzz::Input input(data, size);
  if (input.Byte() == 0) {
    rpc::http2::CheckCodec(input);
    return 0;
  }
  testing::World world(1);
  world.Run([&] {
    rpc::http2::SmallEcho echo;
    rpc::Server server(world.Host("s"), {.frame_bytes_max = 100'000, .out_bytes_max = 100'000},
                       nullptr);
    BELLROCK_CHECK(server.Add(echo).ok(), "added");
    BELLROCK_CHECK(server.Listen(Address::Tcp("s", 7600)).ok(), "listens");
    rpc::http2::Attack(world, input);
    rpc::http2::CheckServes(world);
    server.Shutdown(world.loop().Now());
  });
  return 0;
}
