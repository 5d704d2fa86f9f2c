// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Calls of every kind from clients that come and go, each reply compared with its request and each
// end with its deadline. Prints what it counted as JSON.
//   soak_load --port 7001 --port 7002 --connections 100 --seconds 600
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "fiber/fiber.h"
#include "rpc/client.h"
#include "rpc/echo_service.h"

namespace bellrock::rpc {
namespace {

using sample::v1::CountRequest;
using sample::v1::EchoReply;
using sample::v1::EchoRequest;
using sample::v1::EchoStub;

constexpr int kCallsOfAClient = 400;
constexpr int kFibersOfAClient = 4;
constexpr int kItems = 20;
constexpr size_t kLargeBytes = 40'000;
constexpr Duration kEndMax = std::chrono::seconds(10);  // of calls begun at the last moment
constexpr int kExitWithoutEnd = 3;
constexpr size_t kTurnsKept = 10'000;

// What the soak is about.
struct Tally {
  uint64_t begun = 0;
  uint64_t ended = 0;
  uint64_t ok = 0;
  uint64_t clients = 0;
  uint64_t grpc_calls = 0;      // ended; the others are of native frames
  uint64_t wrong_replies = 0;   // a reply that is not its request's, or too few or many items
  uint64_t foreign_errors = 0;  // a status that none of the faults explains
  std::array<uint64_t, kStatusCodeCount> by_code{};
  Duration latest{0};    // how long after its deadline a call ended at worst
  Duration loop_lag{0};  // how late the loop itself was at worst: no call can end before its turn
  uint64_t latest_turns = 0;  // the same as `latest` in turns of the loop
  std::deque<Time> turns;     // when the last of them were, kTurnsKept at most
};

// How late a call ended. In milliseconds the machine has its share; in turns of the loop since the
// deadline only what ends calls has.
void NoteLateness(Tally& tally, Duration lateness, Time deadline) {
  tally.latest = std::max(tally.latest, lateness);
  if (lateness <= Duration::zero()) return;
  const auto after = std::upper_bound(tally.turns.begin(), tally.turns.end(), deadline);
  tally.latest_turns =
      std::max(tally.latest_turns, static_cast<uint64_t>(tally.turns.end() - after));
}

// One call's end: counted, and held against what may happen when peers are killed.
void Note(Tally& tally, const Status& status, bool reply_fits, Time deadline) {
  ++tally.ended;
  ++tally.by_code[static_cast<size_t>(status.code())];
  NoteLateness(tally, fiber::Loop::Current()->Now() - deadline, deadline);
  if (status.ok()) {
    ++tally.ok;
    if (!reply_fits) ++tally.wrong_replies;
    return;
  }
  const StatusCode code = status.code();
  const bool explained = code == StatusCode::kUnavailable || code == StatusCode::kDeadlineExceeded;
  if (explained) return;
  if (tally.foreign_errors++ < 10) std::fprintf(stderr, "%s\n", status.ToString().c_str());
}

Status Unary(EchoStub& stub, const std::string& text, const CallOptions& options, bool* fits) {
  EchoRequest request;
  request.set_text(text);
  Result<EchoReply> reply = stub.Say(request, options);
  if (!reply.ok()) return reply.status();
  *fits = reply->text() == text;
  return Status::Ok();
}

Status ServerStream(EchoStub& stub, const CallOptions& options, bool* fits) {
  CountRequest request;
  request.set_items(kItems);
  request.set_item_bytes(1000);
  Result<Reader<EchoReply>> reader = stub.Count(request, options);
  if (!reader.ok()) return reader.status();
  EchoReply item;
  int items = 0;
  bool in_order = true;
  for (;;) {
    BELLROCK_ASSIGN(const bool more, reader->Read(item));
    if (!more) break;
    in_order = in_order && item.text() == std::to_string(items);
    ++items;
  }
  *fits = in_order && items == kItems;
  return Status::Ok();
}

Status Chat(EchoStub& stub, const std::string& text, const CallOptions& options, bool* fits) {
  auto chat = stub.Chat(options);
  if (!chat.ok()) return chat.status();
  EchoRequest request;
  EchoReply reply;
  for (int i = 0; i < 5; ++i) {
    request.set_text(text + std::to_string(i));
    if (Status written = chat->Write(request); !written.ok()) {
      Result<bool> why = chat->Read(reply);  // the write only says that it is over
      return why.ok() ? written : why.status();
    }
    BELLROCK_ASSIGN(const bool more, chat->Read(reply));
    if (!more || reply.text() != request.text()) return Status::Ok();
  }
  BELLROCK_TRY(chat->CloseWrites());
  BELLROCK_ASSIGN(const bool more, chat->Read(reply));
  *fits = !more;
  return Status::Ok();
}

void OneCall(Tally& tally, EchoStub& stub, uint64_t number) {
  const std::string text = "call " + std::to_string(number);
  const Duration timeout = std::chrono::milliseconds(300 + 100 * (number % 5));
  const CallOptions options{.timeout = timeout, .attempts = 3};
  const Time deadline = fiber::Loop::Current()->Now() + timeout;
  bool fits = false;
  ++tally.begun;
  Status status;
  switch (number % 20) {
    case 0:
      status = ServerStream(stub, options, &fits);
      break;
    case 1:
      status = Chat(stub, text, options, &fits);
      break;
    case 2:
      status = Unary(stub, text + std::string(kLargeBytes, 'x'), options, &fits);
      break;
    default:
      status = Unary(stub, text, options, &fits);
  }
  Note(tally, status, fits, deadline);
}

// A client from its first connection to its end. Every fourth one speaks gRPC.
void LiveOnce(Tally& tally, const std::vector<Address>& addresses, Time until) {
  const bool grpc = tally.clients++ % 4 == 3;
  FixedEndpoints endpoints(addresses);
  Client client(fiber::RealEnvironment(), endpoints, nullptr,
                {.caller = "soak/load", .protocol = grpc ? Protocol::kGrpc : Protocol::kNative});
  EchoStub stub(client);
  std::vector<fiber::JoinHandle> fibers;
  for (int i = 0; i < kFibersOfAClient; ++i) {
    fibers.push_back(fiber::Start([&] {
      for (int k = 0; k < kCallsOfAClient / kFibersOfAClient; ++k) {
        if (fiber::Loop::Current()->Now() >= until) return;
        OneCall(tally, stub, tally.begun);
        if (grpc) ++tally.grpc_calls;
      }
    }));
  }
  for (fiber::JoinHandle& fiber : fibers) fiber.Join();
}

double Ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

void Print(const Tally& tally) {
  nlohmann::json codes = nlohmann::json::object();
  for (int i = 0; i < kStatusCodeCount; ++i) {
    const uint64_t count = tally.by_code[static_cast<size_t>(i)];
    if (count > 0) codes[std::string(StatusCodeName(static_cast<StatusCode>(i)))] = count;
  }
  const nlohmann::json report = {{"begun", tally.begun},
                                 {"ended", tally.ended},
                                 {"ok", tally.ok},
                                 {"clients", tally.clients},
                                 {"grpc_calls", tally.grpc_calls},
                                 {"wrong_replies", tally.wrong_replies},
                                 {"foreign_errors", tally.foreign_errors},
                                 {"latest_ms", Ms(tally.latest)},
                                 {"loop_lag_ms", Ms(tally.loop_lag)},
                                 {"latest_turns", tally.latest_turns},
                                 {"codes", codes}};
  std::printf("%s\n", report.dump().c_str());
}

// A call that never ends must not keep the report from being printed.
void EndWithoutCalls(const Tally& tally, Time until) {
  if (!fiber::SleepUntil(until + kEndMax).ok()) return;
  Print(tally);
  std::fflush(stdout);
  std::_Exit(kExitWithoutEnd);
}

// Until cancelled: a mark about every millisecond, or every turn of a loop that is slower.
void WatchLag(Tally& tally) {
  for (;;) {
    const Time due = fiber::Loop::Current()->Now() + std::chrono::milliseconds(1);
    if (!fiber::SleepUntil(due).ok()) return;
    const Time now = fiber::Loop::Current()->Now();
    tally.loop_lag = std::max(tally.loop_lag, now - due);
    tally.turns.push_back(now);
    if (tally.turns.size() > kTurnsKept) tally.turns.pop_front();
  }
}

void Load(Tally& tally, const std::vector<int>& ports, int connections, int seconds) {
  const Time until = fiber::Loop::Current()->Now() + std::chrono::seconds(seconds);
  fiber::JoinHandle bound = fiber::Start([&tally, until] { EndWithoutCalls(tally, until); });
  fiber::JoinHandle lag = fiber::Start([&tally] { WatchLag(tally); });
  std::vector<fiber::JoinHandle> clients;
  for (int i = 0; i < connections; ++i) {
    std::vector<Address> addresses;
    for (size_t k = 0; k < ports.size(); ++k) {
      const int port = ports[(k + static_cast<size_t>(i)) % ports.size()];
      addresses.push_back(Address::Tcp("127.0.0.1", static_cast<uint16_t>(port)));
    }
    clients.push_back(fiber::Start([&tally, addresses, until] {
      while (fiber::Loop::Current()->Now() < until) LiveOnce(tally, addresses, until);
    }));
  }
  for (fiber::JoinHandle& client : clients) client.Join();
}

}  // namespace
}  // namespace bellrock::rpc

int main(int argc, char** argv) {
  CLI::App app("Calls of every kind from clients that come and go.");
  std::vector<int> ports;
  int connections = 100;
  int seconds = 10;
  app.add_option("--port", ports, "servers on loopback")->required();
  app.add_option("--connections", connections, "clients at a time")->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", seconds, "how long clients are begun")->check(CLI::Range(1, 36'000));
  CLI11_PARSE(app, argc, argv);
  bellrock::fiber::LoopGroup loops(1);
  bellrock::rpc::Tally tally;
  (void)bellrock::fiber::RunOn(loops.loop(0),
                               [&] { bellrock::rpc::Load(tally, ports, connections, seconds); });
  bellrock::rpc::Print(tally);
  return 0;
}
