// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/compute/cut_log.h"

namespace bellrock::metrics::compute {

bool CutLog::Apply(const v1::CutRecord& record) {
  return record.number() == 0 ? ApplyTakeover(record) : ApplyCut(record);
}

bool CutLog::ApplyTakeover(const v1::CutRecord& record) {
  if (record.epoch() <= epoch_) return false;
  epoch_ = record.epoch();
  node_ = record.node();
  begun_ = true;
  return true;
}

bool CutLog::ApplyCut(const v1::CutRecord& record) {
  if (record.to() < record.from()) return false;
  if (begun_) {
    if (record.epoch() != epoch_ || record.node() != node_) return false;
    if (record.number() != last_.number + 1 || record.from() != last_.to) return false;
  }
  begun_ = true;
  epoch_ = record.epoch();
  node_ = record.node();
  last_ = {record.number(), record.from(), record.to()};
  return true;
}

v1::CutRecord CutLog::Takeover(const std::string& node) const {
  v1::CutRecord record;
  record.set_epoch(epoch_ + 1);
  record.set_node(node);
  return record;
}

v1::CutRecord CutLog::Next(uint64_t to) const {
  v1::CutRecord record;
  record.set_epoch(epoch_);
  record.set_node(node_);
  record.set_number(last_.number + 1);
  record.set_from(last_.to);
  record.set_to(to);
  return record;
}

}  // namespace bellrock::metrics::compute
