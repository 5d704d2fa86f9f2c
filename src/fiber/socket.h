// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "base/address.h"
#include "bellrock/status.h"
#include "fiber/environment.h"
#include "fiber/epoll_poller.h"

// What stream, listener and datagram sockets share. Inside src/fiber only.
namespace bellrock::fiber {

// "connect 127.0.0.1:7600: Connection refused", with the code that tells the caller what to do.
Status NetworkError(std::string_view context, int error);

// An Address as the kernel takes it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  static Result<SocketAddress> From(const Address& address);
  Address ToAddress() const;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// Owns a non-blocking descriptor that is watched by the current loop's poller. Waiting functions
// block the fiber.
class Socket {
 public:
  Socket() = default;
  ~Socket() { Close(); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  Status Open(int family, int type);
  // Takes the descriptor over, also when it fails.
  Status Adopt(int descriptor);
  Status WaitReadable(Time until = kNever);
  // False after NothingToRead() until the kernel announces more: a read can be spared.
  bool may_read() const { return watch_.may_read; }
  bool ended() const { return watch_.ended; }
  // A read took all there was.
  void NothingToRead() { watch_.may_read = watch_.ended; }
  Status WaitWritable(Time until = kNever);
  // Wakes whoever waits. Idempotent.
  void Close();

  bool closed() const { return descriptor_ < 0; }
  int descriptor() const { return descriptor_; }
  Status SetOption(int level, int option, int value);
  // The address the kernel gave it.
  Address LocalAddress() const;

 private:
  int descriptor_ = -1;
  IoWatch watch_;
};

// The socket under a stream of this file's; nullptr for others (TLS, simulated).
Socket* SocketOf(Stream& stream);

// `socket` is connected or being accepted: TCP gets TCP_NODELAY.
Result<std::unique_ptr<Stream>> ConnectStream(const Address& address);
Result<std::unique_ptr<Stream>> AdoptStream(int descriptor, const Address& local,
                                            const Address& peer);
Result<std::unique_ptr<Listener>> ListenOn(const Address& address, const ListenOptions& options);
Result<std::unique_ptr<DatagramSocket>> BindDatagram(const Address& address);

}  // namespace bellrock::fiber
