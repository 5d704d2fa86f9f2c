// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fiber/loop.h"
#include "metrics/store/store.h"

namespace bellrock::metrics::store {

// One empty store, made and used inside a fiber of a real loop.
class StoreHouse {
 public:
  virtual ~StoreHouse() = default;
  virtual Store& store() = 0;
  // Leaves the store as a process does that ends, and opens it again.
  virtual void Reopen() {}
};

// What every store promises; instantiated for each (store_contract_test.cc).
class StoreContract : public testing::TestWithParam<std::function<std::unique_ptr<StoreHouse>()>> {
 protected:
  StoreContract() : loops_(1) {}

  // Runs `body` in a fiber, with an empty store.
  void WithStore(const std::function<void(StoreHouse& house, Store& store)>& body);

 private:
  fiber::LoopGroup loops_;
};

// "music/storage" in the set "callee,result": {{"OK", 100, 3}} are three OK calls of 100 us.
struct CallsOf {
  std::string result;
  uint32_t latency_us = 0;
  uint32_t count = 1;
};
Shelf MinutesOf(const std::string& callee, const std::string& set = "callee,result");
Block BlockOf(const Shelf& shelf, int64_t window, const std::vector<CallsOf>& calls);

// "60 music/storage,OK:100x3 ...", rows ascending: what a block says, whatever its form.
std::string TextOf(const Block& block);
// All blocks of the shelf in [from, to), or the error.
std::vector<std::string> ScanTexts(Store& store, const Shelf& shelf, int64_t from = 0,
                                   int64_t to = int64_t{1} << 40);

}  // namespace bellrock::metrics::store
