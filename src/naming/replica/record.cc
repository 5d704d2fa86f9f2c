// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/replica/record.h"

#include <endian.h>
#include <xxhash.h>

#include <boost/container/small_vector.hpp>
#include <compare>
#include <tuple>
#include <type_traits>

namespace bellrock::naming::replica {
namespace {

// The bytes of a word in one unambiguous form: numbers of fixed width, texts with their length.
class Canonical {
 public:
  template <typename T>
  void Number(T value) {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    const uint64_t wide = htole64(static_cast<uint64_t>(value));
    const auto* bytes = reinterpret_cast<const char*>(&wide);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof wide);
  }
  void Text(std::string_view text) {
    Number(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  void Of(const Dot& dot) {
    Number(dot.origin.node);
    Number(dot.origin.epoch);
    Number(dot.sequence);
  }
  void Of(const Stamp& stamp) {
    Number(stamp.time.value);
    Of(stamp.dot);
    Number(stamp.mandate.term);
    Number(stamp.mandate.island);
  }
  void Of(const Spec& spec) {
    Text(spec.address);
    Number(spec.weight);
    Number(spec.lease_ms);
    // None are as good as empty ones: the table keeps no difference.
    if (spec.traits == nullptr) return Of(Traits{});
    Of(*spec.traits);
  }
  void Of(const Traits& traits) {
    Number(traits.labels.size());
    Text(traits.version);
    for (const auto& [key, value] : traits.labels) {
      Text(key);
      Text(value);
    }
    if (traits.health != HealthCheck{}) Of(traits.health);
  }
  void Of(const HealthCheck& health) {
    Number(health.kind);
    Number(health.interval_ms);
    Number(health.timeout_ms);
    Text(health.path);
  }
  void Of(const InstanceWord& word) {
    Number(word.incarnation);
    Number(word.sequence);
    Number(word.gone);
    Number(word.state);
    Number(word.registered_unix_ms);
    Of(word.stamp);
    if (word.spec != nullptr) Of(*word.spec);
  }
  void Of(const OperatorWord& word) {
    Of(word.stamp);
    Of(word.replaces);
    if (word.state == nullptr) {
      if (!word.why.empty()) Text(word.why);
      return;
    }
    Of(*word.state);
  }
  void Of(const OperatorState& state) {
    const bool document = !state.document.empty();
    Number((state.disabled ? 1 : 0) | (state.isolated ? 2 : 0) | (document ? 4 : 0));
    Number(state.weight);
    Text(state.reason);
    if (document) Text(state.document);
    if (!state.window) return;
    Number(state.window->from_unix_ms);
    Number(state.window->until_unix_ms);
    Number(state.window->begun);
    Of(*state.window->next);
  }
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  static constexpr size_t kUsualBytes = 512;  // without an allocation
  boost::container::small_vector<char, kUsualBytes> bytes_;
};

template <typename Said>
std::strong_ordering Compare(const Said& a, const Said& b) {
  Canonical bytes_a, bytes_b;
  bytes_a.Of(a);
  bytes_b.Of(b);
  return bytes_a.bytes() <=> bytes_b.bytes();
}

auto Rank(const InstanceWord& word) {
  return std::tie(word.incarnation, word.gone, word.sequence, word.stamp.time, word.stamp.dot);
}
auto Rank(const OperatorWord& word) {
  return std::tie(word.stamp.time, word.stamp.dot);
}

template <typename Word>
bool PrevailsByRank(const Word& a, const Word& b) {
  const auto rank_a = Rank(a), rank_b = Rank(b);
  if (rank_a != rank_b) return rank_a > rank_b;
  // One event never says two things; should a fault make it so, all still agree on one of them.
  return Compare(a, b) > 0;
}

template <typename Word>
std::optional<Word> Later(const std::optional<Word>& a, const std::optional<Word>& b) {
  if (!a || (b && Prevails(*b, *a))) return b;
  return a;
}

bool Live(const InstanceWord& word) {
  return !word.gone;
}
bool Live(const OperatorWord& word) {
  return word.state != nullptr;
}

template <typename Word>
std::optional<Word> LaterSeen(const std::optional<Word>& mine, const VersionVector& i_saw,
                              const std::optional<Word>& theirs, const VersionVector& they_saw) {
  if (mine && !theirs) {
    // A tombstone of mine goes by my own rules only.
    return Live(*mine) && they_saw.Covers(mine->stamp.dot) ? std::nullopt : mine;
  }
  if (theirs && !mine) return i_saw.Covers(theirs->stamp.dot) ? std::nullopt : theirs;
  return Later(mine, theirs);
}

template <typename Word>
bool SameOptional(const std::optional<Word>& a, const std::optional<Word>& b) {
  return a.has_value() == b.has_value() && (!a || SameWord(*a, *b));
}

size_t BytesOf(const Traits& traits) {
  constexpr size_t kLabelBytes = 16;
  size_t bytes = traits.version.size() + traits.health.path.size();
  for (const auto& [key, value] : traits.labels) bytes += kLabelBytes + key.size() + value.size();
  return bytes;
}

}  // namespace

bool Prevails(const InstanceWord& a, const InstanceWord& b) {
  return PrevailsByRank(a, b);
}
bool Prevails(const OperatorWord& a, const OperatorWord& b) {
  return PrevailsByRank(a, b);
}

bool SameSpec(const SpecPtr& a, const SpecPtr& b) {
  if (a == nullptr || b == nullptr || a == b) return a == b;
  return Compare(*a, *b) == 0;
}

bool SameWord(const InstanceWord& a, const InstanceWord& b) {
  return Rank(a) == Rank(b) && Compare(a, b) == 0;
}
bool SameWord(const OperatorWord& a, const OperatorWord& b) {
  return Rank(a) == Rank(b) && Compare(a, b) == 0;
}

bool SameRecord(const Record& a, const Record& b) {
  return SameOptional(a.instance, b.instance) && SameOptional(a.operator_word, b.operator_word);
}

Record Merge(const Record& a, const Record& b) {
  return {Later(a.instance, b.instance), Later(a.operator_word, b.operator_word)};
}

Record MergeSeen(const Known& mine, const Known& theirs) {
  return {
      LaterSeen(mine.record.instance, mine.seen, theirs.record.instance, theirs.seen),
      LaterSeen(mine.record.operator_word, mine.seen, theirs.record.operator_word, theirs.seen)};
}

Digest DigestOf(std::string_view path, const Record& record) {
  if (!record.live()) return {};
  Canonical bytes;
  bytes.Text(path);
  bytes.Number((record.has_instance() ? 1 : 0) | (record.has_operator() ? 2 : 0));
  if (record.has_instance()) bytes.Of(*record.instance);
  if (record.has_operator()) bytes.Of(*record.operator_word);
  const XXH128_hash_t hash = XXH3_128bits(bytes.bytes().data(), bytes.bytes().size());
  return {hash.low64, hash.high64, 1};
}

size_t BytesOf(const Record& record) {
  constexpr size_t kWordBytes = 96;  // numbers, stamp, what an allocation costs
  size_t bytes = 32;
  if (record.instance) {
    bytes += kWordBytes;
    if (const Spec* spec = record.instance->spec.get()) {
      bytes += spec->path.size() + spec->address.size();
      if (spec->traits != nullptr) bytes += BytesOf(*spec->traits);
    }
  }
  if (record.operator_word) {
    bytes += kWordBytes;
    if (const OperatorState* state = record.operator_word->state.get()) {
      bytes += state->reason.size() + state->document.size();
    }
    bytes += record.operator_word->why.size();
  }
  return bytes;
}

}  // namespace bellrock::naming::replica
