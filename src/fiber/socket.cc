// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>

namespace bellrock::fiber {

Status NetworkError(std::string_view context, int error) {
  std::string text = fmt::format("{}: {}", context, std::generic_category().message(error));
  switch (error) {
    case EADDRINUSE:
      return AlreadyExistsError(std::move(text));
    case EACCES:
    case EPERM:
      return PermissionDeniedError(std::move(text));
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return ResourceExhaustedError(std::move(text));
    case EINVAL:
    case ENAMETOOLONG:
    case EAFNOSUPPORT:
    case EADDRNOTAVAIL:
    case EMSGSIZE:
      return InvalidArgumentError(std::move(text));
    default:
      return UnavailableError(std::move(text));
  }
}

Result<SocketAddress> SocketAddress::From(const Address& address) {
  SocketAddress result;
  if (address.kind() == Address::Kind::kUnix) {
    auto* unix_address = reinterpret_cast<sockaddr_un*>(&result.storage);
    if (address.host().empty() || address.host().size() >= sizeof(unix_address->sun_path)) {
      return InvalidArgumentError(fmt::format("address {}: a socket path has 1 to {} bytes",
                                              address.ToString(),
                                              sizeof(unix_address->sun_path) - 1));
    }
    unix_address->sun_family = AF_UNIX;
    std::memcpy(unix_address->sun_path, address.host().data(), address.host().size());
    result.length =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.host().size() + 1);
    return result;
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
  if (inet_pton(AF_INET, address.host().c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port());
    result.length = sizeof(sockaddr_in);
    return result;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
  if (inet_pton(AF_INET6, address.host().c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port());
    result.length = sizeof(sockaddr_in6);
    return result;
  }
  return InvalidArgumentError(fmt::format(
      "address {}: host '{}' is not an IP address; names are not resolved, write the address",
      address.ToString(), address.host()));
}

Address SocketAddress::ToAddress() const {
  char text[INET6_ADDRSTRLEN] = {};
  switch (storage.ss_family) {
    case AF_INET: {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
      inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
      return Address::Tcp(text, ntohs(v4->sin_port));
    }
    case AF_INET6: {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
      inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
      return Address::Tcp(text, ntohs(v6->sin6_port));
    }
    case AF_UNIX: {
      const auto* unix_address = reinterpret_cast<const sockaddr_un*>(&storage);
      const size_t prefix = offsetof(sockaddr_un, sun_path);
      if (length <= prefix) return Address::Unix("");  // unnamed, as clients are
      return Address::Unix(
          std::string(unix_address->sun_path, strnlen(unix_address->sun_path, length - prefix)));
    }
    default:
      return Address();
  }
}

Status Socket::Open(int family, int type) {
  const int descriptor = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return NetworkError("socket", errno);
  descriptor_ = descriptor;
  return Status::Ok();
}

Status Socket::Adopt(int descriptor) {
  if (descriptor != descriptor_) descriptor_ = descriptor;
  BELLROCK_ASSIGN(EpollPoller * poller, EpollPoller::Current());
  return poller->Watch(descriptor_, watch_);
}

Status Socket::WaitReadable(Time until) {
  return watch_.readable.Wait(until);
}
Status Socket::WaitWritable(Time until) {
  return watch_.writable.Wait(until);
}

void Socket::Close() {
  if (descriptor_ < 0) return;
  close(descriptor_);  // also takes it out of epoll
  descriptor_ = -1;
  if (!watch_.readable.empty()) watch_.readable.WakeAll();
  if (!watch_.writable.empty()) watch_.writable.WakeAll();
}

Status Socket::SetOption(int level, int option, int value) {
  if (setsockopt(descriptor_, level, option, &value, sizeof(value)) == 0) return Status::Ok();
  return NetworkError("setsockopt", errno);
}

Address Socket::LocalAddress() const {
  SocketAddress local;
  if (getsockname(descriptor_, local.get(), &local.length) != 0) return Address();
  return local.ToAddress();
}

}  // namespace bellrock::fiber
