// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "routing/client/thread_views.h"

#include <utility>
#include <vector>

#include "base/immortal.h"

namespace bellrock::routing::client {
namespace {

// Versions are unique in the process, so a reused index never looks up to date.
std::atomic<uint64_t> next_version{1};
std::atomic<uint64_t> next_seed{1};  // of threads' random numbers

struct Indexes {
  std::mutex mutex;
  std::vector<uint32_t> free;
  uint32_t next = 0;
};
Indexes& AllIndexes() {
  static Immortal<Indexes> indexes;  // routers end with the statics of the program
  return *indexes;
}

uint32_t TakeIndex() {
  Indexes& all = AllIndexes();
  std::lock_guard lock(all.mutex);
  if (all.free.empty()) return all.next++;
  const uint32_t index = all.free.back();
  all.free.pop_back();
  return index;
}

void GiveIndexBack(uint32_t index) {
  Indexes& all = AllIndexes();
  std::lock_guard lock(all.mutex);
  all.free.push_back(index);
}

// This thread's views. Plain pointers beside the owner, so that the fast path needs no check
// whether the owner was constructed.
struct ThreadViews {
  std::vector<std::unique_ptr<ThreadView>> views;
  ~ThreadViews();
};
constinit thread_local std::unique_ptr<ThreadView>* thread_views = nullptr;
constinit thread_local uint32_t thread_views_count = 0;
thread_local ThreadViews owner;

ThreadViews::~ThreadViews() {
  thread_views = nullptr;
  thread_views_count = 0;
}

}  // namespace

ThreadView::~ThreadView() {
  if (leased_from) leased_from->ReturnStripe(stripe);
}

SharedView::SharedView(std::shared_ptr<const View> first)
    : index_(TakeIndex()), version_(next_version.fetch_add(1)), current_(std::move(first)) {}

SharedView::~SharedView() {
  GiveIndexBack(index_);
}

void SharedView::Replace(std::shared_ptr<const View> view) {
  std::lock_guard lock(mutex_);
  current_.swap(view);
  version_.store(next_version.fetch_add(1), std::memory_order_release);
}

ThreadView& SharedView::Mine() {
  if (index_ < thread_views_count) [[likely]] {
    ThreadView* mine = thread_views[index_].get();
    if (mine != nullptr && mine->version == version_.load(std::memory_order_acquire)) [[likely]] {
      return *mine;
    }
  }
  return Renew();
}

ThreadView& SharedView::Renew() {
  if (owner.views.size() <= index_) owner.views.resize(index_ + 1);
  thread_views = owner.views.data();
  thread_views_count = static_cast<uint32_t>(owner.views.size());
  std::unique_ptr<ThreadView>& place = owner.views[index_];
  if (!place) {
    place = std::make_unique<ThreadView>();
    place->random = SplitMix64(next_seed.fetch_add(1));
  }
  ThreadView& mine = *place;
  {
    std::lock_guard lock(mutex_);
    // What was taken of other cursors means nothing here.
    if (!mine.view || mine.view->cursors != current_->cursors) {
      mine.claim = Claim();
      mine.claims.clear();
    }
    mine.view = current_;
    mine.version = version_.load(std::memory_order_relaxed);
  }
  if (mine.view->counters != mine.leased_from) {
    if (mine.leased_from) mine.leased_from->ReturnStripe(mine.stripe);
    mine.leased_from = mine.view->counters;
    mine.stripe = mine.leased_from ? mine.leased_from->LeaseStripe() : 0;
  }
  return mine;
}

}  // namespace bellrock::routing::client
