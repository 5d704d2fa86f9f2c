// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "naming/instance.h"

namespace bellrock::naming {

// Version, labels and health check are the same for most instances of a service: each set is kept
// once. Forgets what nobody holds any more. Owned by the record table.
class TraitsPool {
 public:
  // The shared one with the same content; nullptr gives the empty one.
  TraitsPtr Intern(const TraitsPtr& traits);

 private:
  void Sweep();

  const TraitsPtr empty_ = std::make_shared<const Traits>();
  std::unordered_map<std::string, std::weak_ptr<const Traits>> kept_;  // by their bytes
  size_t sweep_at_ = 1024;
};

}  // namespace bellrock::naming
