// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bellrock::bench {

// What every registry is filled with: instances 0..count-1, spread over services so that those of
// one host (neighbours in number) belong to different services, as they do on real hosts.
struct Fleet {
  int64_t count = 0;
  int64_t per_service = 10;

  int64_t services() const { return count / per_service; }
  int64_t ServiceOf(int64_t n) const { return n % services(); }
  // The number of an instance within its service.
  int64_t IndexOf(int64_t n) const { return n / services(); }
};

// Instances up to 2^24, for their number is their address.
std::string AddressOf(int64_t n);
// "10.1.2.3:8080" or a path that ends with it; -1 if it is none of ours.
int64_t NumberOf(std::string_view address);

std::string ServiceName(int64_t service);  // "line7/service7"
// Ours: /{site}/{department}/{line}/{service}/{cluster}/{instance}.
std::string InstancePath(const Fleet& fleet, int64_t n);
// What an instance says of itself, for registries that hold texts: as JSON, and as a name in which
// everything stands, as Dubbo names its nodes.
std::string InstanceDocument(int64_t n);
std::string InstanceName(int64_t n);

}  // namespace bellrock::bench
