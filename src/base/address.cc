// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>

namespace bellrock {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr size_t kUnixPathMax = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::string_view kRemedy =
    "; write ip:port, [ipv6]:port or unix:/path, for example 127.0.0.1:7600";

Status BadAddress(std::string_view text, std::string_view why) {
  return InvalidArgumentError("address '" + std::string(text) + "': " + std::string(why) +
                              std::string(kRemedy));
}

bool IsIpLiteral(const std::string& host) {
  unsigned char buffer[sizeof(in6_addr)];
  return inet_pton(AF_INET, host.c_str(), buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), buffer) == 1;
}

}  // namespace

Address Address::Tcp(std::string host, uint16_t port) {
  Address address;
  address.kind_ = Kind::kTcp;
  address.host_ = std::move(host);
  address.port_ = port;
  return address;
}

Address Address::Unix(std::string path) {
  Address address;
  address.kind_ = Kind::kUnix;
  address.host_ = std::move(path);
  return address;
}

Result<Address> Address::Parse(std::string_view text) {
  if (text.starts_with(kUnixPrefix)) {
    std::string_view path = text.substr(kUnixPrefix.size());
    if (path.empty()) return BadAddress(text, "the socket's path is empty");
    if (path.size() > kUnixPathMax) return BadAddress(text, "the socket's path is over 107 bytes");
    return Unix(std::string(path));
  }
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return BadAddress(text, "no port");
  std::string host(text.substr(0, colon));
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return BadAddress(text, "an IPv6 address needs brackets");
  }
  if (host == "localhost") host = "127.0.0.1";
  if (!IsIpLiteral(host)) return BadAddress(text, "the host is not an IP address");
  std::string_view digits = text.substr(colon + 1);
  uint32_t port = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size() || port > 65535) {
    return BadAddress(text, "the port is not a number from 0 to 65535");
  }
  return Tcp(std::move(host), static_cast<uint16_t>(port));
}

std::string Address::ToString() const {
  if (kind_ == Kind::kUnix) return std::string(kUnixPrefix) + host_;
  bool v6 = host_.find(':') != std::string::npos;
  return (v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(port_);
}

}  // namespace bellrock
