// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fleet.h"

#include <fmt/format.h>

#include <charconv>

namespace bellrock::bench {
namespace {

constexpr int64_t kLines = 100;
constexpr int kOctets = 3;

}  // namespace

std::string AddressOf(int64_t n) {
  return fmt::format("10.{}.{}.{}:8080", n >> 16 & 255, n >> 8 & 255, n & 255);
}

int64_t NumberOf(std::string_view address) {
  const size_t slash = address.rfind('/');
  if (slash != std::string_view::npos) address.remove_prefix(slash + 1);
  if (!address.starts_with("10")) return -1;
  address.remove_prefix(2);
  int64_t number = 0;
  for (int i = 0; i < kOctets; ++i) {
    if (!address.starts_with('.')) return -1;
    address.remove_prefix(1);
    int octet = 0;
    const auto read = std::from_chars(address.data(), address.data() + address.size(), octet);
    if (read.ec != std::errc()) return -1;
    address.remove_prefix(static_cast<size_t>(read.ptr - address.data()));
    number = number << 8 | octet;
  }
  return number;
}

std::string ServiceName(int64_t service) {
  return fmt::format("line{}/service{}", service % kLines, service);
}

std::string InstancePath(const Fleet& fleet, int64_t n) {
  const char* site = fleet.IndexOf(n) % 2 == 0 ? "sh" : "sz";
  return fmt::format("/{}/im/{}/default/{}", site, ServiceName(fleet.ServiceOf(n)), AddressOf(n));
}

std::string InstanceDocument(int64_t n) {
  return fmt::format(
      R"({{"address":"{}","weight":100,"version":"1.4.2","labels":{{"zone":"{}","lane":"main"}}}})",
      AddressOf(n), n % 3);
}

std::string InstanceName(int64_t n) {
  return fmt::format("{}%3Fweight%3D100%26version%3D1.4.2%26zone%3D{}%26lane%3Dmain", AddressOf(n),
                     n % 3);
}

}  // namespace bellrock::bench
