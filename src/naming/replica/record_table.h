// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "naming/replica/digest.h"
#include "naming/replica/record.h"
#include "naming/traits_pool.h"
#include "naming/tree.h"

namespace bellrock::naming::replica {

// Told of every change of an instance, in the order of revisions.
class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  virtual void OnPut(Instance& instance, RecordChange change) = 0;
  // It is in the tree until this returns; `by` is the word that ended it.
  virtual void OnRemove(Instance& instance, uint64_t revision, const Stamp& by) = 0;
  // A document (document.h) was set or taken back.
  virtual void OnDocument(const std::string& path, const OperatorWord& word, uint64_t revision) = 0;
};

// All records by path. Those with a live instance are the tree's instances themselves, so that
// nothing is kept twice; the rest (tombstones, operators' words without an instance) are few and
// lie beside it. The tree's digests are of all, and right after every change. Owned by a replica.
class RecordTable {
 public:
  // Both: false stops.
  using RecordVisitor = std::function<bool(const std::string& path, const Record&)>;
  using DigestVisitor = std::function<bool(std::string_view name, const Digest&)>;

  // `observer` may be nullptr.
  explicit RecordTable(RecordObserver* observer = nullptr) : observer_(observer) {}

  // Empty: nothing is known of it.
  Record Find(std::string_view instance_path) const;
  // `before` is what Find() says; an empty record removes it. The path has six components.
  void Put(const std::string& instance_path, const Record& before, const Record& record);
  void Put(const std::string& instance_path, const Record& record) {
    Put(instance_path, Find(instance_path), record);
  }

  // The digest of a directory, or of a cluster.
  Digest At(std::string_view directory_path) const;
  const Digest& root() const { return tree_.root().digest; }
  // The children of a directory, or the live records of a cluster, after `after` in order of name.
  void ForEachChild(std::string_view directory_path, std::string_view after,
                    const DigestVisitor& visitor) const;

  // Records without a live instance, all of them; and instances from after `after` ("" = all).
  // True if it came to the end.
  bool ForEachOther(const RecordVisitor& visitor) const;
  bool ForEachInstance(std::string_view after, const RecordVisitor& visitor) const;
  // Live documents after that path, in order.
  bool ForEachDocument(std::string_view after, const RecordVisitor& visitor) const;

  Tree& tree() { return tree_; }
  const Tree& tree() const { return tree_; }
  size_t operator_words() const { return operator_words_; }  // live ones
  size_t document_bytes() const { return document_bytes_; }

  // Of the last change of an instance or document on this node: grows with each.
  uint64_t revision() const { return revision_; }
  void RaiseRevision(uint64_t at_least) {
    if (revision_ < at_least) revision_ = at_least;
  }

 private:
  void PutInstance(const std::string& path, const Record& before, const Record& record,
                   const Shift& shift);
  void RemoveInstance(const std::string& path, const Record& record, const Shift& shift);
  void TellOfDocument(const std::string& path, const Record& before, const Record& record);
  void ForEachRecord(const Directory& cluster, std::string_view after,
                     const DigestVisitor& visitor) const;
  static Record RecordOf(const Instance& instance, std::string path);

  RecordObserver* const observer_;
  Tree tree_;
  std::map<std::string, Record, std::less<>> others_;
  TraitsPool traits_;
  size_t operator_words_ = 0;
  size_t document_bytes_ = 0;
  uint64_t revision_ = 0;
};

// How many names deep: 0 the root .. 5 a cluster.
int LevelOf(std::string_view directory_path);
// The path of a child; of the root too.
std::string ChildPath(std::string_view directory_path, std::string_view name);

}  // namespace bellrock::naming::replica
