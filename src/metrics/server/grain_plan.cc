// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "metrics/server/grain_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace bellrock::metrics::server {
namespace {

using store::Grain;
using store::SecondsOf;

constexpr std::string_view NameOf(Grain grain) {
  constexpr std::string_view kNames[] = {"second", "minute", "hour", "day"};
  return kNames[static_cast<int>(grain)];
}

constexpr Grain Next(Grain grain, int by) {
  return static_cast<Grain>(static_cast<int>(grain) + by);
}

constexpr int64_t FloorTo(int64_t width, int64_t second) {
  return second - second % width;
}

constexpr int64_t CeilTo(int64_t width, int64_t second) {
  return FloorTo(width, second + width - 1);
}

class Splitter {
 public:
  explicit Splitter(Grain finest) : finest_(finest) {}

  // [from, to) lies in one step; windows longer than `grain` do not fit in it.
  void Split(Grain grain, int64_t from, int64_t to) {
    if (grain == finest_) return Append({grain, from, to});
    const int64_t first = CeilTo(SecondsOf(grain), from);
    const int64_t last = FloorTo(SecondsOf(grain), to);
    if (first >= last) return Split(Next(grain, -1), from, to);
    Split(Next(grain, -1), from, first);
    Append({grain, first, last});
    Split(Next(grain, -1), last, to);
  }
  std::vector<Piece> Take() { return std::move(pieces_); }

 private:
  void Append(const Piece& piece) {
    if (piece.from >= piece.to) return;
    if (!pieces_.empty() && pieces_.back().grain == piece.grain) {
      pieces_.back().to = piece.to;
    } else {
      pieces_.push_back(piece);
    }
  }

  const Grain finest_;
  std::vector<Piece> pieces_;
};

}  // namespace

Grain FinestGrainOf(const query::Question& question) {
  const int64_t minute = SecondsOf(Grain::kMinute);
  const bool fits = question.step % minute == 0 && question.from % minute == 0;
  return fits ? Grain::kMinute : Grain::kSecond;
}

std::vector<Piece> PiecesOf(const query::Question& question) {
  const Grain finest = FinestGrainOf(question);
  const int64_t to = CeilTo(SecondsOf(finest), question.to);
  Splitter splitter(finest);
  for (int64_t step = question.from; step < to; step += std::min(question.step, to - step)) {
    splitter.Split(Grain::kDay, step, step + std::min(question.step, to - step));
  }
  return splitter.Take();
}

Status CheckKept(const std::vector<Piece>& pieces, int64_t now, const Retention& retention) {
  for (const Piece& piece : pieces) {
    const int64_t oldest = now - retention.Of(piece.grain);
    if (piece.to > oldest) continue;
    for (Grain longer = piece.grain; longer != Grain::kDay;) {
      longer = Next(longer, 1);
      if (piece.to <= now - retention.Of(longer)) continue;
      return OutOfRangeError(fmt::format(
          "from {} to {}: windows by the {} are kept for {} s, by the {} for {} s; ask in steps "
          "and bounds of whole {}s",
          piece.from, piece.to, NameOf(piece.grain), retention.Of(piece.grain), NameOf(longer),
          retention.Of(longer), NameOf(longer)));
    }
  }
  return Status::Ok();
}

}  // namespace bellrock::metrics::server
