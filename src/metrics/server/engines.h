// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellrock/status.h"

namespace bellrock::metrics::server {

struct HostPort {
  std::string host;  // a name or an IP literal, without brackets
  uint16_t port = 0;

  std::string ToString() const;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

// Which queue: this process's own, one that another server serves, or Kafka.
struct QueueChoice {
  enum class Kind : uint8_t { kEmbedded, kServer, kKafka };
  Kind kind = Kind::kEmbedded;
  std::vector<HostPort> hosts{};  // the server, or some of the brokers

  friend bool operator==(const QueueChoice&, const QueueChoice&) = default;
};

// Which store: this process's own, one that another server serves, or ClickHouse.
struct StoreChoice {
  enum class Kind : uint8_t { kEmbedded, kServer, kClickhouse };
  Kind kind = Kind::kEmbedded;
  HostPort host{};
  std::string database = "bellrock";  // ClickHouse's

  friend bool operator==(const StoreChoice&, const StoreChoice&) = default;
};

inline constexpr size_t kBrokersMax = 64;  // in a list

// "embedded", "server:HOST:PORT", "kafka:HOST:PORT,HOST:PORT". `field` names it in errors, which
// tell what can be written.
Result<QueueChoice> ParseQueueChoice(std::string_view field, std::string_view text);
// "embedded", "server:HOST:PORT", "clickhouse:HOST:PORT", "clickhouse:HOST:PORT/DATABASE".
Result<StoreChoice> ParseStoreChoice(std::string_view field, std::string_view text);
// "yes" or "no".
Result<bool> ParseYesNo(std::string_view field, std::string_view text);

}  // namespace bellrock::metrics::server
