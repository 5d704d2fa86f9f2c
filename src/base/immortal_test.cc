// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/immortal.h"

#include <gtest/gtest.h>

namespace bellrock {
namespace {

struct Tracked {
  explicit Tracked(bool& flag) : destroyed(flag) {}
  ~Tracked() { destroyed = true; }
  bool& destroyed;
};

TEST(Immortal, IsMadeAtOnceAndNeverDestroyed) {
  bool destroyed = false;
  {
    Immortal<Tracked> tracked(destroyed);
    EXPECT_EQ(&(*tracked).destroyed, &destroyed);
  }
  EXPECT_FALSE(destroyed);
}

}  // namespace
}  // namespace bellrock
