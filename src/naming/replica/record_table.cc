// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record_table.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/check.h"
#include "naming/document.h"

namespace bellrock::naming::replica {
namespace {

RecordChange ChangeOf(const Record& before, const Record& after) {
  if (!before.has_instance()) return RecordChange::kNew;
  const InstanceWord& was = *before.instance;
  const InstanceWord& is = *after.instance;
  if (was.incarnation != is.incarnation) return RecordChange::kNewLife;
  if (was.state != is.state) return RecordChange::kState;
  return SameWord(was, is) ? RecordChange::kOperator : RecordChange::kSpec;
}

void FillWord(Instance& instance, const InstanceWord& word, TraitsPool& traits) {
  instance.address = word.spec->address;
  instance.weight = word.spec->weight;
  instance.lease_ms = word.spec->lease_ms;
  instance.traits = traits.Intern(word.spec->traits);
  instance.health = instance.traits->health.kind;
  if (instance.incarnation != word.incarnation) instance.heard = 0;
  instance.incarnation = word.incarnation;
  instance.sequence = word.sequence;
  instance.registered_unix_ms = word.registered_unix_ms;
  instance.stamp = word.stamp;
}

void FillOperator(Instance& instance, const std::optional<OperatorWord>& word) {
  if (!word) {
    instance.operator_word = nullptr;
    return;
  }
  const bool same = instance.operator_word != nullptr && SameWord(*instance.operator_word, *word);
  if (!same) instance.operator_word = std::make_shared<const OperatorWord>(*word);
}

const std::string* DocumentOf(const Record& record) {
  if (!record.has_operator()) return nullptr;
  const std::string& document = record.operator_word->state->document;
  return document.empty() ? nullptr : &document;
}

size_t DocumentBytes(const Record& record) {
  const std::string* document = DocumentOf(record);
  return document == nullptr ? 0 : document->size();
}

}  // namespace

Record RecordTable::Find(std::string_view instance_path) const {
  const Instance* instance = tree_.Find(instance_path);
  if (instance != nullptr) return RecordOf(*instance, std::string(instance_path));
  if (others_.empty()) return {};
  const auto at = others_.find(instance_path);
  return at == others_.end() ? Record{} : at->second;
}

Record RecordTable::RecordOf(const Instance& instance, std::string path) {
  auto spec = std::make_shared<Spec>();
  spec->path = std::move(path);
  spec->address = instance.address;
  spec->weight = instance.weight;
  spec->lease_ms = instance.lease_ms;
  spec->traits = instance.traits;
  spec->incarnation = instance.incarnation;
  InstanceWord word;
  word.incarnation = instance.incarnation;
  word.sequence = instance.sequence;
  word.state = instance.state;
  word.registered_unix_ms = instance.registered_unix_ms;
  word.stamp = instance.stamp;
  word.spec = std::move(spec);
  Record record;
  record.instance = std::move(word);
  if (instance.operator_word != nullptr) record.operator_word = *instance.operator_word;
  return record;
}

void RecordTable::Put(const std::string& path, const Record& before, const Record& record) {
  Shift shift{0, DigestOf(path, before), DigestOf(path, record)};
  operator_words_ += (record.has_operator() ? 1 : 0) - (before.has_operator() ? 1 : 0);
  document_bytes_ += DocumentBytes(record) - DocumentBytes(before);
  if (before.has_instance() || record.has_instance()) {
    // A tombstone that came or went shows nowhere.
    if (shift.was != shift.is) shift.revision = ++revision_;
  } else {
    tree_.UpdateOther(path, shift);
  }
  if (record.has_instance()) {
    if (!before.has_instance() && !before.empty()) others_.erase(path);
    if (shift.revision != 0) return PutInstance(path, before, record, shift);
    return FillOperator(*tree_.Find(path), record.operator_word);
  }
  if (before.has_instance()) RemoveInstance(path, record, shift);
  if (record.empty()) {
    others_.erase(path);
  } else {
    others_[path] = record;
  }
  if (!before.has_instance()) TellOfDocument(path, before, record);
}

void RecordTable::TellOfDocument(const std::string& path, const Record& before,
                                 const Record& record) {
  if (DocumentOf(before) == nullptr && DocumentOf(record) == nullptr) return;
  // Its tombstone was forgotten: that says nothing new.
  if (!record.operator_word) return;
  if (before.operator_word && SameWord(*before.operator_word, *record.operator_word)) return;
  ++revision_;
  if (observer_ != nullptr) observer_->OnDocument(path, *record.operator_word, revision_);
}

void RecordTable::PutInstance(const std::string& path, const Record& before, const Record& record,
                              const Shift& shift) {
  const RecordChange change = ChangeOf(before, record);
  const auto fill = [&](Instance& instance) {
    FillWord(instance, *record.instance, traits_);
    instance.state = record.instance->state;
    FillOperator(instance, record.operator_word);
  };
  Instance* instance = before.has_instance() ? tree_.Find(path) : nullptr;
  if (instance == nullptr) {
    instance = &tree_.Insert(path, shift, fill);
  } else {
    tree_.Update(*instance, shift, fill);
  }
  if (observer_ != nullptr) observer_->OnPut(*instance, change);
}

void RecordTable::RemoveInstance(const std::string& path, const Record& record,
                                 const Shift& shift) {
  Instance* instance = tree_.Find(path);
  const Stamp by = record.instance ? record.instance->stamp : instance->stamp;
  if (observer_ != nullptr) observer_->OnRemove(*instance, shift.revision, by);
  tree_.Remove(*instance, shift);
}

Digest RecordTable::At(std::string_view directory_path) const {
  const Directory* directory = tree_.FindRecords(directory_path);
  return directory == nullptr ? Digest{} : directory->digest;
}

void RecordTable::ForEachChild(std::string_view directory_path, std::string_view after,
                               const DigestVisitor& visitor) const {
  const Directory* directory = tree_.FindRecords(directory_path);
  if (directory == nullptr) return;
  if (directory->level == kClusterLevel) return ForEachRecord(*directory, after, visitor);
  for (auto at = directory->children.upper_bound(after); at != directory->children.end(); ++at) {
    if (!visitor(at->first, at->second->digest)) return;
  }
}

// Those in the tree and those beside it, merged by name.
void RecordTable::ForEachRecord(const Directory& cluster, std::string_view after,
                                const DigestVisitor& visitor) const {
  const std::string prefix = cluster.path + "/";
  auto other = others_.upper_bound(prefix + std::string(after));
  bool going_on = true;
  const auto visit_others_before = [&](std::string_view name, bool to_the_end) {
    for (; going_on && other != others_.end() && other->first.starts_with(prefix); ++other) {
      const std::string_view its = std::string_view(other->first).substr(prefix.size());
      if (!to_the_end && its > name) return;
      if (other->second.live()) going_on = visitor(its, DigestOf(other->first, other->second));
    }
  };
  for (auto at = cluster.instances.upper_bound(after); at != cluster.instances.end(); ++at) {
    visit_others_before(at->first, false);
    if (!going_on) return;
    const std::string full = prefix + at->first;
    going_on = visitor(at->first, DigestOf(full, RecordOf(at->second, full)));
    if (!going_on) return;
  }
  visit_others_before({}, true);
}

bool RecordTable::ForEachOther(const RecordVisitor& visitor) const {
  for (const auto& [path, record] : others_) {
    if (!visitor(path, record)) return false;
  }
  return true;
}

bool RecordTable::ForEachDocument(std::string_view after, const RecordVisitor& visitor) const {
  for (auto at = others_.upper_bound(std::max(after, kDocumentPrefix)); at != others_.end(); ++at) {
    if (!at->first.starts_with(kDocumentPrefix)) return true;
    if (DocumentOf(at->second) != nullptr && !visitor(at->first, at->second)) return false;
  }
  return true;
}

bool RecordTable::ForEachInstance(std::string_view after, const RecordVisitor& visitor) const {
  return tree_.ForEach(Target{false, "/"}, after, [&](const Instance& instance) {
    const std::string path = PathOf(instance);
    return visitor(path, RecordOf(instance, path));
  });
}

int LevelOf(std::string_view directory_path) {
  if (directory_path == "/") return 0;
  return static_cast<int>(std::count(directory_path.begin(), directory_path.end(), '/'));
}

std::string ChildPath(std::string_view directory_path, std::string_view name) {
  std::string path(directory_path == "/" ? "" : directory_path);
  return path.append(1, '/').append(name);
}

}  // namespace bellrock::naming::replica
