// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

namespace bellrock {

// A function's static that is never destroyed, for what the whole process leans on: loops run until
// the last static that holds them goes, in an order nobody chose.
//
//   static Immortal<SystemClock> clock;
//   return *clock;
template <typename T>
class Immortal {
 public:
  template <typename... Args>
  explicit Immortal(Args&&... args) {
    std::construct_at(&value_, std::forward<Args>(args)...);
  }
  ~Immortal() {}
  Immortal(const Immortal&) = delete;
  Immortal& operator=(const Immortal&) = delete;

  T& operator*() { return value_; }

 private:
  union {
    T value_;
  };
};

}  // namespace bellrock
