// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/source_memory.h"

#include <utility>

namespace bellrock::metrics::compute {
namespace {

std::string KeyOf(const std::string& source, uint64_t epoch) {
  return source + '#' + std::to_string(epoch);
}

}  // namespace

SourceMemory::Source& SourceMemory::Touch(const std::string& source, uint64_t epoch) {
  std::string key = KeyOf(source, epoch);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    order_.splice(order_.end(), order_, found->second);
    return order_.back();
  }
  if (order_.size() >= sources_max_) {
    by_key_.erase(KeyOf(order_.front().name, order_.front().epoch));
    order_.pop_front();
  }
  order_.push_back({source, epoch, {}});
  by_key_.emplace(std::move(key), std::prev(order_.end()));
  return order_.back();
}

bool SourceMemory::Note(const std::string& source, uint64_t epoch, uint64_t sequence) {
  return Touch(source, epoch).sequences.Note(sequence);
}

std::string SourceMemory::Save() const {
  v1::SourceMemory saved;
  saved.set_version(1);
  for (const Source& source : order_) {
    v1::SourceMemory::Source& to = *saved.add_sources();
    to.set_source(source.name);
    to.set_epoch(source.epoch);
    to.set_newest(source.sequences.newest());
    to.set_seen(source.sequences.Bits());
  }
  return saved.SerializeAsString();
}

Status SourceMemory::Load(const std::string& bytes) {
  v1::SourceMemory saved;
  if (!saved.ParseFromString(bytes)) {
    return DataLossError(
        "the memory of counted batches cannot be read; its partition must be "
        "replayed from an earlier cut");
  }
  order_.clear();
  by_key_.clear();
  for (const v1::SourceMemory::Source& source : saved.sources()) {
    Touch(source.source(), source.epoch()).sequences =
        SequenceWindow::From(source.newest(), source.seen());
  }
  return Status::Ok();
}

}  // namespace bellrock::metrics::compute
