// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "bellrock/status.h"
#include "fiber/environment.h"

namespace bellrock::naming::server {

// What the servers of a cluster share and nobody else knows, so that no other process that reaches
// their port joins them: each datagram of gossip carries a tag made with it (HMAC-SHA-256), each
// replication call a token. It hides nothing: a token can be read off a network without TLS, and a
// recorded datagram can be sent again. A value; part of ClusterOptions.
class ClusterSecret {
 public:
  static constexpr size_t kBytesMin = 16;
  static constexpr size_t kBytesMax = 1024;
  static constexpr size_t kTagBytes = 32;

  // White space at the end, as of a file's last line, is no part of it. kInvalidArgument: too short
  // or too long.
  static Result<ClusterSecret> From(std::string_view text);
  static Result<ClusterSecret> Read(fiber::Disk& disk, const std::string& path);

  std::string Sealed(std::string bytes) const;
  // The bytes that were sealed; nullopt: not with this secret.
  std::optional<std::string_view> Opened(std::string_view sealed) const;
  // Carried in kTokenName of a call's metadata.
  static constexpr std::string_view kTokenName = "cluster-token";
  const std::string& token() const { return token_; }
  bool Admits(std::optional<std::string_view> token) const;

 private:
  explicit ClusterSecret(std::string key);

  std::string Tag(std::string_view purpose, std::string_view bytes) const;

  std::string key_;
  std::string token_;
};

}  // namespace bellrock::naming::server
