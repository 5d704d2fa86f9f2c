// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "zookeeper_session.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "zookeeper_wire.h"

namespace bellrock::bench {
namespace {

enum Operation : int32_t { kCreate = 1, kDelete = 2, kGetChildren = 8, kPing = 11 };
enum Xid : int32_t { kEventXid = -1, kPingXid = -2 };
enum Error : int32_t { kNone = 0, kNodeExists = -110 };
enum Flags : int32_t { kPersistent = 0, kEphemeral = 1 };

constexpr int32_t kAllPermissions = 31;
constexpr int32_t kAnyVersion = -1;
// Longer than any run: sessions live by what is measured, not by chance.
constexpr int32_t kSessionTimeoutMs = 600'000;
constexpr int32_t kFrameBytesMax = 16 << 20;
constexpr size_t kReadBytes = 16 << 10;

std::string Framed(std::string_view payload) {
  return JuteWriter().Text(payload).bytes();
}

}  // namespace

// A request that waits for its answer, on the stack of the fiber that sent it.
struct ZookeeperSession::Pending {
  bool done = false;
  int32_t error = kNone;
  std::string body;
  fiber::WaitQueue came;
};

Result<std::unique_ptr<ZookeeperSession>> ZookeeperSession::Connect(
    const Address& server, std::function<void()> on_event) {
  BELLROCK_ASSIGN(auto stream, fiber::RealEnvironment().network.Connect(server));
  auto session = std::unique_ptr<ZookeeperSession>(
      new ZookeeperSession(std::move(stream), std::move(on_event)));  // NOLINT(new): not public
  BELLROCK_TRY(session->Greet());
  session->reader_ = fiber::Start([raw = session.get()] { raw->RunReader(); });
  return session;
}

ZookeeperSession::ZookeeperSession(std::unique_ptr<fiber::Stream> stream,
                                   std::function<void()> on_event)
    : stream_(std::move(stream)), on_event_(std::move(on_event)) {}

ZookeeperSession::~ZookeeperSession() {
  reader_.Cancel();
  reader_.Join();
}

Status ZookeeperSession::Greet() {
  JuteWriter greeting;
  greeting.Int(0).Long(0).Int(kSessionTimeoutMs).Long(0);  // version, last zxid, timeout, session
  greeting.Text(std::string(16, '\0')).Bool(false);        // password, read-only
  BELLROCK_TRY(Send(greeting.bytes()));
  BELLROCK_ASSIGN(const std::string answer, ReadFrame());
  JuteReader reader(answer);
  reader.Int();
  if (reader.Int() <= 0) return UnavailableError("ZooKeeper gave no session");
  return Status::Ok();
}

Status ZookeeperSession::Send(std::string_view payload) {
  if (!end_.ok()) return end_;
  unsent_ += Framed(payload);
  if (sending_) return Status::Ok();
  sending_ = true;
  // Others of this turn add theirs, so that one write carries them all.
  fiber::Yield();
  Status sent;
  while (sent.ok() && !unsent_.empty()) {
    const std::string batch = std::exchange(unsent_, {});
    sent = stream_->WriteAll(std::as_bytes(std::span(batch)));
  }
  sending_ = false;
  return sent;
}

Status ZookeeperSession::ReadExactly(char* bytes, size_t count) {
  while (read_.size() - read_at_ < count) {
    read_.erase(0, std::exchange(read_at_, 0));
    std::array<std::byte, kReadBytes> buffer;
    BELLROCK_ASSIGN(const size_t got, stream_->Read(buffer));
    if (got == 0) return UnavailableError("ZooKeeper closed the connection");
    read_.append(reinterpret_cast<const char*>(buffer.data()), got);
  }
  read_.copy(bytes, count, read_at_);
  read_at_ += count;
  return Status::Ok();
}

Result<std::string> ZookeeperSession::ReadFrame() {
  std::array<char, 4> head;
  BELLROCK_TRY(ReadExactly(head.data(), head.size()));
  const int32_t length = JuteReader(std::string_view(head.data(), head.size())).Int();
  if (length < 0 || length > kFrameBytesMax) {
    return DataLossError(fmt::format("ZooKeeper sent a frame of {} bytes", length));
  }
  std::string frame(static_cast<size_t>(length), '\0');
  BELLROCK_TRY(ReadExactly(frame.data(), frame.size()));
  return frame;
}

void ZookeeperSession::RunReader() {
  while (true) {
    const Result<std::string> frame = ReadFrame();
    if (!frame.ok()) return EndWith(frame.status());
    Dispatch(*frame);
  }
}

void ZookeeperSession::Dispatch(std::string_view frame) {
  JuteReader reader(frame);
  const int32_t xid = reader.Int();
  reader.Long();  // zxid
  const int32_t error = reader.Int();
  if (xid == kEventXid) return on_event_();
  if (xid == kPingXid) {
    --pings_;
    ping_came_.WakeAll();
    return;
  }
  if (pending_.empty()) return EndWith(DataLossError("ZooKeeper answered what nobody asked"));
  Pending& pending = *pending_.front();
  pending_.pop_front();
  pending.done = true;
  pending.error = error;
  pending.body = reader.rest();
  pending.came.WakeOne();
}

void ZookeeperSession::EndWith(Status status) {
  end_ = std::move(status);
  for (Pending* pending : pending_) pending->came.WakeOne();
  pending_.clear();
  ping_came_.WakeAll();
}

Result<std::string> ZookeeperSession::Call(int32_t operation, std::string_view body) {
  Pending pending;
  pending_.push_back(&pending);  // before Send() blocks: the order is that of the bytes
  JuteWriter head;
  head.Int(next_xid_++).Int(operation);
  Status waited = Send(head.bytes() + std::string(body));
  while (waited.ok() && !pending.done && end_.ok()) waited = pending.came.Wait();
  if (!pending.done) {
    std::erase(pending_, &pending);
    return waited.ok() ? end_ : waited;
  }
  if (pending.error != kNone) {
    const std::string text = fmt::format("ZooKeeper's error {}", pending.error);
    return pending.error == kNodeExists ? AlreadyExistsError(text) : UnknownError(text);
  }
  return std::move(pending.body);
}

Status ZookeeperSession::Create(const std::string& path, std::string_view value, int32_t flags) {
  JuteWriter body;
  body.Text(path).Text(value);
  body.Int(1).Int(kAllPermissions).Text("world").Text("anyone");
  body.Int(flags);
  return Call(kCreate, body.bytes()).status();
}

Status ZookeeperSession::CreatePersistent(const std::string& path) {
  const Status created = Create(path, "", kPersistent);
  return created.code() == StatusCode::kAlreadyExists ? Status::Ok() : created;
}

Status ZookeeperSession::CreateEphemeral(const std::string& path, std::string_view value) {
  return Create(path, value, kEphemeral);
}

Status ZookeeperSession::Delete(const std::string& path) {
  return Call(kDelete, JuteWriter().Text(path).Int(kAnyVersion).bytes()).status();
}

Result<std::vector<std::string>> ZookeeperSession::Children(const std::string& path, bool watch) {
  BELLROCK_ASSIGN(const std::string body,
                  Call(kGetChildren, JuteWriter().Text(path).Bool(watch).bytes()));
  JuteReader reader(body);
  std::vector<std::string> names;
  for (int32_t left = reader.Int(); left > 0 && reader.ok(); --left) {
    names.emplace_back(reader.Text());
  }
  if (!reader.ok()) return DataLossError("ZooKeeper's children end half way");
  return names;
}

Status ZookeeperSession::SendPing() {
  ++pings_;
  return Send(JuteWriter().Int(kPingXid).Int(kPing).bytes());
}

Status ZookeeperSession::AwaitPing() {
  while (pings_ > 0 && end_.ok()) BELLROCK_TRY(ping_came_.Wait());
  return end_;
}

}  // namespace bellrock::bench
