// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cstdint>
#include <iostream>
#include <span>
#include <string_view>

#include "bellrock/status.h"

// The flags that simulations share, so that a seed is repeated in all of them the same way:
//   sim_x_test                     the suite: 200 seeds
//   sim_x_test --seed N            one again
//   sim_x_test --seeds FIRST LAST  both included
//   sim_x_test --seed N --trace    with all that happened, where the simulation can tell
namespace bellrock {

struct Seeds {
  uint64_t first = 1;
  uint64_t last = 200;

  uint64_t count() const { return last - first + 1; }

  // After each: a long run says on stderr how far it is.
  void Done(uint64_t seed) const {
    static constexpr uint64_t kTold = 500;
    const uint64_t done = seed - first + 1;
    if (done % kTold == 0 && done < count()) {
      std::cerr << fmt::format("{} of {} seeds\n", done, count());
    }
  }
};

inline Result<uint64_t> SeedFrom(std::string_view flag, std::span<char* const> words, size_t at) {
  if (at >= words.size()) {
    return InvalidArgumentError(fmt::format("{}: a number is missing after it", flag));
  }
  const std::string_view word = words[at];
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), seed);
  if (error == std::errc() && end == word.data() + word.size()) return seed;
  return InvalidArgumentError(fmt::format("{} {}: not a number from 0", flag, word));
}

// `words` without the program's name. `trace` is null where the simulation has none.
inline Status ReadSeeds(std::span<char* const> words, Seeds& seeds, bool* trace = nullptr) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view flag = words[i];
    if (flag == "--trace" && trace != nullptr) {
      *trace = true;
    } else if (flag == "--seed") {
      BELLROCK_ASSIGN(seeds.first, SeedFrom(flag, words, ++i));
      seeds.last = seeds.first;
    } else if (flag == "--seeds") {
      BELLROCK_ASSIGN(seeds.first, SeedFrom(flag, words, ++i));
      BELLROCK_ASSIGN(seeds.last, SeedFrom(flag, words, ++i));
    } else {
      return InvalidArgumentError(fmt::format("{}: unknown; use --seed N or --seeds FIRST LAST{}",
                                              flag, trace == nullptr ? "" : ", and --trace"));
    }
  }
  if (seeds.first <= seeds.last) return Status::Ok();
  return InvalidArgumentError(
      fmt::format("--seeds {} {}: the first is beyond the last", seeds.first, seeds.last));
}

// What main() of a simulation does.
inline int RunSimulation(int argc, char** argv, Seeds& seeds, bool* trace = nullptr) {
  ::testing::InitGoogleTest(&argc, argv);
  const auto words = std::span<char* const>(argv, static_cast<size_t>(argc)).subspan(1);
  const Status read = ReadSeeds(words, seeds, trace);
  if (read.ok()) return RUN_ALL_TESTS();
  std::cerr << read.message() << "\n";
  return 2;
}

}  // namespace bellrock
