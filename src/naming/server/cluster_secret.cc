// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/cluster_secret.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <span>
#include <utility>

namespace bellrock::naming::server {
namespace {

bool Same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string Hex(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<uint8_t>(byte));
  return hex;
}

}  // namespace

ClusterSecret::ClusterSecret(std::string key)
    : key_(std::move(key)), token_(Hex(Tag("replication", ""))) {}

Result<ClusterSecret> ClusterSecret::From(std::string_view text) {
  const size_t end = text.find_last_not_of(" \t\r\n");
  const std::string_view key = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  if (key.size() >= kBytesMin && key.size() <= kBytesMax) return ClusterSecret(std::string(key));
  return InvalidArgumentError(fmt::format(
      "the cluster's secret has {} bytes: use {} to {}, as `openssl rand -hex 32` gives",
      key.size(), kBytesMin, kBytesMax));
}

Result<ClusterSecret> ClusterSecret::Read(fiber::Disk& disk, const std::string& path) {
  const auto context = [&](const Status& status) {
    return status.WithContext(fmt::format("cluster secret file {}", path));
  };
  Result<std::unique_ptr<fiber::File>> file = disk.Open(path, fiber::OpenMode::kRead);
  if (!file.ok()) return context(file.status());
  // One more than allowed, so that a longer file is told from one that just fits.
  std::string text(kBytesMax + 2, '\0');
  const Result<size_t> got = (*file)->ReadAt(0, std::as_writable_bytes(std::span(text)));
  if (!got.ok()) return context(got.status());
  text.resize(*got);
  Result<ClusterSecret> secret = From(text);
  return secret.ok() ? std::move(secret) : context(secret.status());
}

std::string ClusterSecret::Tag(std::string_view purpose, std::string_view bytes) const {
  const std::string text = std::string(purpose) + '\0' + std::string(bytes);
  std::string tag(kTagBytes, '\0');
  unsigned int length = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(tag.data()), &length);
  return tag;
}

std::string ClusterSecret::Sealed(std::string bytes) const {
  return bytes + Tag("gossip", bytes);
}

std::optional<std::string_view> ClusterSecret::Opened(std::string_view sealed) const {
  if (sealed.size() < kTagBytes) return std::nullopt;
  const std::string_view bytes = sealed.substr(0, sealed.size() - kTagBytes);
  if (!Same(Tag("gossip", bytes), sealed.substr(bytes.size()))) return std::nullopt;
  return bytes;
}

bool ClusterSecret::Admits(std::optional<std::string_view> token) const {
  return token.has_value() && Same(*token, token_);
}

}  // namespace bellrock::naming::server
