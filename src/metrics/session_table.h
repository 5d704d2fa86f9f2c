// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bellrock/status.h"
#include "metrics/card_table.h"
#include "metrics/dimension.h"
#include "metrics/name_session.h"

// Tables between a sender and a receiver that remember the keys of the tables before: version 2 of
// docs/spec/card.md, for the wire alone. A table brings the keys that are new, and says of the
// others only which are there.
namespace bellrock::metrics {

// Whether the bytes are of such a table.
bool IsSessionTable(std::string_view bytes);

// The sender's side. The tables have the same dimensions, all of them. Not thread-safe.
class SessionWriter {
 public:
  SessionWriter() = default;
  SessionWriter(SessionWriter&&) = default;
  SessionWriter& operator=(SessionWriter&&) = default;

  // Nothing if the session has no room for the table's names and keys; a new one may have.
  std::optional<std::string> Encode(const CardTable& table);

  size_t keys() const { return numbers_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  CardTable NewKeys(const CardTable& table) const;
  // Of each name of the table, in the session; kSessionNamesMax stands for unknown.
  std::vector<uint32_t> NameNumbers(const CardTable& table) const;
  std::vector<uint32_t> KeyNumbers(const CardTable& table) const;

  NameSession names_;
  // From the numbers of a key's names, put together.
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> numbers_;
};

// The receiver's side: reads tables of both versions. The order of rows is the sender's business
// and depends on what went before. Not thread-safe.
class SessionReader {
 public:
  // kFailedPrecondition if tables before it are missing, kInvalidArgument says what is wrong with
  // it. What a refused one has taught stays, for a session that its sender gives up.
  Result<CardTable> Decode(std::string_view bytes, const TableBounds& bounds = {});

  size_t keys() const { return dimensions_.empty() ? 0 : parts_.size() / dimensions_.size(); }
  // What it holds takes about so many.
  size_t bytes() const { return bytes_; }

 private:
  friend class SessionTableReader;

  // The keys of a table that counts on `known` of them; how many there are with it.
  Result<size_t> Learn(size_t known, std::string_view fresh, const TableBounds& bounds);
  Result<size_t> AddKeys(size_t known, const CardTable& fresh);

  NameSession names_;
  std::vector<Dimension> dimensions_;
  std::vector<uint32_t> parts_;  // names_ of the keys, a key after the other
  size_t bytes_ = 0;
};

}  // namespace bellrock::metrics
