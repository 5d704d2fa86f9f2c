// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "fiber/fiber.h"
#include "fiber/sanitizers.h"
#include "fiber/socket.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

// A Unix listener with a full backlog answers EAGAIN and no event follows, so we ask again.
constexpr Duration kBacklogRetryEvery = std::chrono::milliseconds(1);
constexpr int kBacklogRetriesMax = 1000;

// recv() and send() of glibc are cancellation points, which costs two atomic operations a call in a
// program with threads. Nobody cancels ours. The sanitizers must see the buffers, so there the
// functions they know are called.
ssize_t Receive(int descriptor, void* to, size_t bytes) {
#if defined(BELLROCK_ASAN) || defined(BELLROCK_TSAN)
  return recv(descriptor, to, bytes, 0);
#else
  return syscall(SYS_recvfrom, descriptor, to, bytes, 0, nullptr, nullptr);
#endif
}

ssize_t SendOne(int descriptor, const void* from, size_t bytes) {
#if defined(BELLROCK_ASAN) || defined(BELLROCK_TSAN)
  return send(descriptor, from, bytes, MSG_NOSIGNAL);
#else
  return syscall(SYS_sendto, descriptor, from, bytes, MSG_NOSIGNAL, nullptr, 0);
#endif
}

class SocketStream final : public Stream {
 public:
  ~SocketStream() override { Close(); }

  Status Connect(const Address& address);
  Status Adopt(int descriptor, const Address& local, const Address& peer) {
    local_ = local;
    peer_ = peer;
    BELLROCK_TRY(socket_.Adopt(descriptor));
    return Tune();
  }

  Result<size_t> Read(std::span<std::byte> buffer) override;
  Status WaitReadable() override;
  Result<size_t> TryWrite(std::span<const iovec> parts) override;
  Status WaitWritable() override;
  Status WriteAll(std::span<const std::byte> bytes) override;
  Status EndWrite() override;
  bool quiet() const override { return !socket_.closed() && !socket_.may_read(); }
  void Close() override { socket_.Close(); }
  Socket& socket() { return socket_; }
  const Address& local() const override { return local_; }
  const Address& peer() const override { return peer_; }

 private:
  Status Tune() {
    if (peer_.kind() == Address::Kind::kUnix) return Status::Ok();
    return socket_.SetOption(IPPROTO_TCP, TCP_NODELAY, 1);
  }
  ssize_t Send(std::span<const iovec> parts);
  Status StartConnect(const SocketAddress& target, const std::string& context);
  Status Closed() const { return UnavailableError(fmt::format("stream to {}: closed", Name())); }
  Status Broken(std::string_view call) const {
    return NetworkError(fmt::format("{} {}", call, Name()), LastError());
  }
  std::string Name() const { return peer_.ToString(); }

  Socket socket_;
  Address local_;
  Address peer_;
};

Status SocketStream::Connect(const Address& address) {
  peer_ = address;
  const std::string context = "connect " + address.ToString();
  BELLROCK_ASSIGN(const SocketAddress target, SocketAddress::From(address));
  BELLROCK_TRY(socket_.Open(target.storage.ss_family, SOCK_STREAM));
  BELLROCK_TRY(StartConnect(target, context));
  local_ = socket_.LocalAddress();
  return Tune();
}

Status SocketStream::StartConnect(const SocketAddress& target, const std::string& context) {
  for (int tries = 0;; ++tries) {
    const int result = connect(socket_.descriptor(), target.get(), target.length);
    if (result == 0) return socket_.Adopt(socket_.descriptor());
    if (LastError() == EINPROGRESS) break;
    if (LastError() != EAGAIN || tries == kBacklogRetriesMax) {
      // Whatever the reason, the caller's remedy is another endpoint or a later try.
      return UnavailableError(std::string(NetworkError(context, LastError()).message()));
    }
    BELLROCK_TRY(SleepFor(kBacklogRetryEvery));
  }
  BELLROCK_TRY(socket_.Adopt(socket_.descriptor()));
  BELLROCK_TRY(socket_.WaitWritable().WithContext(context));
  if (socket_.closed()) return UnavailableError(context + ": closed");
  int error = 0;
  socklen_t size = sizeof(error);
  getsockopt(socket_.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return UnavailableError(std::string(NetworkError(context, error).message()));
  return Status::Ok();
}

Result<size_t> SocketStream::Read(std::span<std::byte> buffer) {
  for (;;) {
    if (socket_.closed()) return Closed();
    if (!socket_.may_read()) {
      BELLROCK_TRY(socket_.WaitReadable());
      continue;
    }
    const ssize_t count = Receive(socket_.descriptor(), buffer.data(), buffer.size());
    if (count >= 0) {
      // Less than there was room for is all of it: asking again would only be told EAGAIN.
      if (static_cast<size_t>(count) < buffer.size()) socket_.NothingToRead();
      return static_cast<size_t>(count);
    }
    if (LastError() == EINTR) continue;
    if (LastError() != EAGAIN) return Broken("read");
    BELLROCK_TRY(socket_.WaitReadable());
  }
}

Status SocketStream::WaitReadable() {
  while (!socket_.closed() && !socket_.may_read()) BELLROCK_TRY(socket_.WaitReadable());
  return Status::Ok();
}

Result<size_t> SocketStream::TryWrite(std::span<const iovec> parts) {
  if (socket_.closed()) return Closed();
  for (;;) {
    const ssize_t count = Send(parts);
    if (count >= 0) return static_cast<size_t>(count);
    if (LastError() == EAGAIN) return size_t{0};
    if (LastError() != EINTR) return Broken("write");
  }
}

ssize_t SocketStream::Send(std::span<const iovec> parts) {
  if (parts.size() == 1) {  // less work for the kernel than a message of one part
    return SendOne(socket_.descriptor(), parts[0].iov_base, parts[0].iov_len);
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts.data());
  message.msg_iovlen = std::min<size_t>(parts.size(), IOV_MAX);
  return sendmsg(socket_.descriptor(), &message, MSG_NOSIGNAL);
}

Status SocketStream::WaitWritable() {
  if (socket_.closed()) return Closed();
  BELLROCK_TRY(socket_.WaitWritable());
  if (socket_.closed()) return Closed();
  return Status::Ok();
}

Status SocketStream::WriteAll(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
    BELLROCK_ASSIGN(const size_t count, TryWrite({&part, 1}));
    if (count == 0) BELLROCK_TRY(WaitWritable());
    bytes = bytes.subspan(count);
  }
  return Status::Ok();
}

Status SocketStream::EndWrite() {
  if (socket_.closed()) return Closed();
  return shutdown(socket_.descriptor(), SHUT_WR) == 0 ? Status::Ok() : Broken("shutdown");
}

}  // namespace

Socket* SocketOf(Stream& stream) {
  auto* socket_stream = dynamic_cast<SocketStream*>(&stream);
  return socket_stream == nullptr ? nullptr : &socket_stream->socket();
}

Result<std::unique_ptr<Stream>> ConnectStream(const Address& address) {
  auto stream = std::make_unique<SocketStream>();
  BELLROCK_TRY(stream->Connect(address));
  return std::unique_ptr<Stream>(std::move(stream));
}

Result<std::unique_ptr<Stream>> AdoptStream(int descriptor, const Address& local,
                                            const Address& peer) {
  auto stream = std::make_unique<SocketStream>();
  BELLROCK_TRY(stream->Adopt(descriptor, local, peer));
  return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace bellrock::fiber
