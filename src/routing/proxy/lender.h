// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "fiber/splice.h"
#include "routing/proxy/message_head.h"

// What a loop lends to whoever works just now: memory to move bytes through, heads to parse into,
// pipes of the kernel. A connection that waits holds none, so memory grows with the work under way
// and not with the number of connections. Belongs to one loop.
namespace bellrock::routing::proxy {

// Objects of one kind for use again.
template <typename T>
class Stock {
 public:
  static constexpr size_t kKeptMax = 64;

  // What a former user left in it is still there.
  std::unique_ptr<T> Take() {
    if (kept_.empty()) return std::make_unique_for_overwrite<T>();
    std::unique_ptr<T> taken = std::move(kept_.back());
    kept_.pop_back();
    return taken;
  }
  void Give(std::unique_ptr<T> object) {
    if (kept_.size() < kKeptMax) kept_.push_back(std::move(object));
  }

 private:
  std::vector<std::unique_ptr<T>> kept_;
};

// One of them for a scope.
template <typename T>
class Loan {
 public:
  explicit Loan(Stock<T>& stock) : stock_(stock), object_(stock.Take()) {}
  ~Loan() { stock_.Give(std::move(object_)); }
  Loan(const Loan&) = delete;
  Loan& operator=(const Loan&) = delete;
  T& operator*() { return *object_; }
  T* operator->() { return object_.get(); }

 private:
  Stock<T>& stock_;
  std::unique_ptr<T> object_;
};

class Lender {
 public:
  using Block = std::array<std::byte, 64 << 10>;
  struct Heads {
    MessageHead request;
    MessageHead answer;
  };

  Stock<Block>& blocks() { return blocks_; }
  Stock<Heads>& heads() { return heads_; }

 private:
  friend class PipeLoan;
  Stock<Block> blocks_;
  Stock<Heads> heads_;
  std::vector<std::unique_ptr<fiber::SplicePipe>> pipes_;
};

// A pipe for a scope, made or taken at the first use.
class PipeLoan {
 public:
  static constexpr size_t kKeptMax = 64;

  explicit PipeLoan(Lender& lender) : lender_(lender) {}
  ~PipeLoan();
  PipeLoan(const PipeLoan&) = delete;
  PipeLoan& operator=(const PipeLoan&) = delete;
  // Null if there is none to be had; bytes are then copied.
  fiber::SplicePipe* pipe();

 private:
  Lender& lender_;
  bool asked_ = false;
  std::unique_ptr<fiber::SplicePipe> pipe_;
};

}  // namespace bellrock::routing::proxy
