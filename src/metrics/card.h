// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bellrock/metrics/v1/metrics.pb.h"
#include "bellrock/status.h"
#include "metrics/quantile.h"

namespace bellrock::metrics {

// What a call is counted by; the value form of v1::Dimensions.
struct Dimensions {
  std::string caller;
  std::string callee;
  std::string method;
  std::string instance;
  int code = 0;
  std::string result = {};  // the application's own error type; "" is the code's name
  bool served = false;      // the callee's own view of a call that its caller counts, too

  friend bool operator==(const Dimensions&, const Dimensions&) = default;
  friend auto operator<=>(const Dimensions&, const Dimensions&) = default;
};

struct DimensionsHash {
  size_t operator()(const Dimensions& dimensions) const;
};

void EncodeDimensions(const Dimensions& from, v1::Dimensions& to);
// kInvalidArgument naming the field for a name that is too long or no canonical code.
Result<Dimensions> DecodeDimensions(const v1::Dimensions& from);

// A lossless map from latency in microseconds to count (OCTO-068): two cards merge to exactly the
// card of all their calls, so a percentile of a merged card is the percentile of the calls
// themselves (OCTO-072). Ascending by latency. A count beyond 32 bits continues in a further bucket
// of the same latency, which keeps a bucket at 8 bytes. A value; not thread-safe.
class Card {
 public:
  struct Bucket {
    uint32_t latency_us;
    uint32_t count;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };

  Card() = default;
  // Sorts `latencies_us` in place, then run-length.
  static Card FromLatencies(std::span<uint32_t> latencies_us);
  // kInvalidArgument naming the field, the value and the remedy.
  static Result<Card> Decode(const v1::Card& from);
  // The card of all calls of the parts, each ascending by latency; parts may be empty. Its time
  // goes with the buckets and not with the number of parts, as that of merging one by one does.
  static Card Sum(std::span<const std::span<const Bucket>> parts);
  static Card Sum(std::span<const Card> cards);

  void Encode(v1::Card& to) const;
  void Merge(const Card& other);

  uint64_t calls() const { return calls_; }
  uint32_t max_us() const { return buckets_.empty() ? 0 : buckets_.back().latency_us; }
  // 0 when empty.
  uint32_t PercentileUs(Quantile quantile) const;
  std::span<const Bucket> buckets() const { return buckets_; }
  size_t bytes() const { return sizeof(Card) + buckets_.capacity() * sizeof(Bucket); }

  friend bool operator==(const Card&, const Card&) = default;

 private:
  void Append(uint32_t latency_us, uint64_t count);
  void ShrinkIfWasteful();

  std::vector<Bucket> buckets_;
  uint64_t calls_ = 0;
};

}  // namespace bellrock::metrics
