// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/client/empty_hold.h"

#include <algorithm>
#include <utility>

namespace bellrock::naming::client {
namespace {

bool Disabled(const v1::Instance& instance) {
  return instance.operator_state().disabled() || instance.operator_state().isolated();
}

bool AnyUsable(const std::vector<v1::Instance>& list) {
  return std::any_of(list.begin(), list.end(), [](const v1::Instance& instance) {
    return instance.state() == v1::INSTANCE_STATE_WORKING && !Disabled(instance);
  });
}

// His word is stronger than this guard.
bool ByOperator(const std::vector<v1::Instance>& list) {
  return !list.empty() && std::all_of(list.begin(), list.end(), Disabled);
}

}  // namespace

void EmptyHold::Consider(std::vector<v1::Instance> before, const std::vector<v1::Instance>& after,
                         Time now) {
  if (active_ || !AnyUsable(before) || AnyUsable(after) || ByOperator(after)) return;
  active_ = true;
  until_ = now + kEmptyGrace;
  list_ = std::move(before);
}

bool EmptyHold::Release(const std::vector<v1::Instance>& list) {
  if (!active_ || !(AnyUsable(list) || ByOperator(list))) return false;
  End();
  return true;
}

bool EmptyHold::Tick(Time now) {
  if (now < until_) return false;
  End();
  return true;
}

void EmptyHold::End() {
  active_ = false;
  until_ = kNever;
  list_.clear();
}

}  // namespace bellrock::naming::client
