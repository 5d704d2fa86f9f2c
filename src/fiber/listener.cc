// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"
#include "fiber/fiber.h"
#include "fiber/socket.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

// How long a listener rests when the process or the system is out of file descriptors.
constexpr Duration kNoDescriptorsPause = std::chrono::milliseconds(100);

bool OutOfDescriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

// A socket file that nobody listens on any more, left by a killed process.
bool IsStale(const SocketAddress& address) {
  Socket probe;
  if (!probe.Open(AF_UNIX, SOCK_STREAM).ok()) return false;
  return connect(probe.descriptor(), address.get(), address.length) != 0 &&
         LastError() == ECONNREFUSED;
}

class SocketListener final : public Listener {
 public:
  ~SocketListener() override { Close(); }

  Status Listen(const Address& address, const ListenOptions& options);
  Result<std::unique_ptr<Stream>> Accept() override;
  void Close() override;
  const Address& address() const override { return address_; }

 private:
  Status BindTo(const SocketAddress& target, const std::string& context);

  Socket socket_;
  Address address_;
  bool owns_file_ = false;
  bool starving_ = false;
};

Status SocketListener::Listen(const Address& address, const ListenOptions& options) {
  const std::string context = "listen " + address.ToString();
  BELLROCK_ASSIGN(const SocketAddress target, SocketAddress::From(address));
  BELLROCK_TRY(socket_.Open(target.storage.ss_family, SOCK_STREAM));
  if (address.kind() == Address::Kind::kTcp) {
    BELLROCK_TRY(socket_.SetOption(SOL_SOCKET, SO_REUSEADDR, 1));
    if (options.reuse_port) BELLROCK_TRY(socket_.SetOption(SOL_SOCKET, SO_REUSEPORT, 1));
  }
  BELLROCK_TRY(BindTo(target, context));
  owns_file_ = address.kind() == Address::Kind::kUnix;
  address_ = owns_file_ ? address : socket_.LocalAddress();
  if (listen(socket_.descriptor(), options.backlog) != 0) return NetworkError(context, LastError());
  return socket_.Adopt(socket_.descriptor());
}

Status SocketListener::BindTo(const SocketAddress& target, const std::string& context) {
  if (bind(socket_.descriptor(), target.get(), target.length) == 0) return Status::Ok();
  if (LastError() != EADDRINUSE || target.storage.ss_family != AF_UNIX || !IsStale(target))
    return NetworkError(context, EADDRINUSE == LastError() ? EADDRINUSE : LastError());
  unlink(target.ToAddress().host().c_str());
  if (bind(socket_.descriptor(), target.get(), target.length) == 0) return Status::Ok();
  return NetworkError(context, LastError());
}

Result<std::unique_ptr<Stream>> SocketListener::Accept() {
  for (;;) {
    if (socket_.closed())
      return UnavailableError(fmt::format("accept {}: closed", address_.ToString()));
    SocketAddress peer;
    const int descriptor =
        accept4(socket_.descriptor(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      starving_ = false;
      return AdoptStream(descriptor, address_, peer.ToAddress());
    }
    const int error = LastError();
    if (error == EAGAIN) {
      BELLROCK_TRY(socket_.WaitReadable());
    } else if (OutOfDescriptors(error)) {
      if (!std::exchange(starving_, true)) {
        log::Warning("fiber", "{}; connections wait, raise ulimit -n",
                     NetworkError("accept " + address_.ToString(), error).message());
      }
      BELLROCK_TRY(SleepFor(kNoDescriptorsPause));
    } else if (error != EINTR && error != ECONNABORTED && error != EPROTO) {
      return NetworkError("accept " + address_.ToString(), error);
    }
  }
}

void SocketListener::Close() {
  if (owns_file_) unlink(address_.host().c_str());
  owns_file_ = false;
  socket_.Close();
}

}  // namespace

Result<std::unique_ptr<Listener>> ListenOn(const Address& address, const ListenOptions& options) {
  auto listener = std::make_unique<SocketListener>();
  BELLROCK_TRY(listener->Listen(address, options));
  return std::unique_ptr<Listener>(std::move(listener));
}

}  // namespace bellrock::fiber
