// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cerrno>

#include "fiber/socket.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

class UdpSocket final : public DatagramSocket {
 public:
  ~UdpSocket() override { Close(); }

  Status Bind(const Address& address) {
    if (address.kind() != Address::Kind::kTcp) {
      return InvalidArgumentError(
          fmt::format("bind {}: datagrams need an IP address and a port", address.ToString()));
    }
    BELLROCK_ASSIGN(const SocketAddress target, SocketAddress::From(address));
    BELLROCK_TRY(socket_.Open(target.storage.ss_family, SOCK_DGRAM));
    if (bind(socket_.descriptor(), target.get(), target.length) != 0)
      return NetworkError("bind " + address.ToString(), LastError());
    address_ = socket_.LocalAddress();
    return socket_.Adopt(socket_.descriptor());
  }

  Status SendTo(const Address& to, std::span<const std::byte> bytes) override {
    BELLROCK_ASSIGN(const SocketAddress target, SocketAddress::From(to));
    for (;;) {
      if (socket_.closed()) return Closed();
      const ssize_t count = sendto(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL,
                                   target.get(), target.length);
      if (count >= 0) return Status::Ok();
      if (LastError() == EAGAIN) {
        BELLROCK_TRY(socket_.WaitWritable());
      } else if (LastError() != EINTR) {
        return NetworkError("send to " + to.ToString(), LastError());
      }
    }
  }

  Result<size_t> ReceiveFrom(std::span<std::byte> buffer, Address& from) override {
    for (;;) {
      if (socket_.closed()) return Closed();
      SocketAddress peer;
      const ssize_t count =
          recvfrom(socket_.descriptor(), buffer.data(), buffer.size(), 0, peer.get(), &peer.length);
      if (count >= 0) {
        from = peer.ToAddress();
        return static_cast<size_t>(count);
      }
      if (LastError() == EAGAIN) {
        BELLROCK_TRY(socket_.WaitReadable());
      } else if (LastError() != EINTR) {
        return NetworkError("receive on " + address_.ToString(), LastError());
      }
    }
  }

  void Close() override { socket_.Close(); }
  const Address& address() const override { return address_; }

 private:
  Status Closed() const {
    return UnavailableError(fmt::format("socket {}: closed", address_.ToString()));
  }

  Socket socket_;
  Address address_;
};

}  // namespace

Result<std::unique_ptr<DatagramSocket>> BindDatagram(const Address& address) {
  auto socket = std::make_unique<UdpSocket>();
  BELLROCK_TRY(socket->Bind(address));
  return std::unique_ptr<DatagramSocket>(std::move(socket));
}

}  // namespace bellrock::fiber
