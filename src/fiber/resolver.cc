// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/resolver.h"

#include <fmt/format.h>
#include <netdb.h>
#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/immortal.h"
#include "fiber/fiber.h"
#include "fiber/socket.h"
#include "fiber/wait_point.h"

namespace bellrock::fiber {
namespace {

using Addresses = Result<std::vector<std::string>>;

Status LookupError(const std::string& host, int error) {
  std::string text = fmt::format("host name '{}': {}", host, gai_strerror(error));
  if (error == EAI_NONAME || error == EAI_NODATA) return NotFoundError(std::move(text));
  return UnavailableError(std::move(text));
}

Addresses LookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
    return LookupError(host, error);
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    SocketAddress address;
    std::copy_n(reinterpret_cast<const char*>(entry->ai_addr), entry->ai_addrlen,
                reinterpret_cast<char*>(&address.storage));
    std::string literal = address.ToAddress().host();
    const bool known = std::find(addresses.begin(), addresses.end(), literal) != addresses.end();
    if (!literal.empty() && !known) addresses.push_back(std::move(literal));
  }
  if (addresses.empty()) return LookupError(host, EAI_NODATA);
  return addresses;
}

// One question. Shared by the fiber that asks and the thread that answers; the fiber may go away
// first, and its loop with it.
class Lookup {
 public:
  explicit Lookup(std::string host) : host_(std::move(host)), loop_(Loop::Current()) {}

  // The asking fiber.
  Addresses Wait() {
    const Status answered = answered_.Wait();
    std::lock_guard lock(mutex_);
    loop_ = nullptr;
    if (!answered.ok()) return answered.WithContext(fmt::format("host name '{}'", host_));
    return std::move(*addresses_);
  }
  // The thread. `self` keeps this object until the loop has seen the answer.
  static void Answer(const std::shared_ptr<Lookup>& self) {
    Addresses addresses = LookUp(self->host_);
    std::lock_guard lock(self->mutex_);
    self->addresses_ = std::move(addresses);
    if (self->loop_ == nullptr) return;
    WaitPoint::PostCallback(*self->loop_, [self] { self->answered_.Set(); });
  }

 private:
  const std::string host_;
  std::mutex mutex_;
  Loop* loop_;  // nullptr: nobody waits any more
  std::optional<Addresses> addresses_;
  Event answered_;  // the loop's
};

// Its thread is begun by the first question and never joined: it may be inside getaddrinfo for long
// after the process wants to end.
class SystemResolver final : public Resolver {
 public:
  Addresses Resolve(const std::string& host) override {
    if (!InFiber()) return LookUp(host);
    BELLROCK_TRY(CheckCurrent());
    auto lookup = std::make_shared<Lookup>(host);
    {
      std::lock_guard lock(mutex_);
      if (lookups_.size() >= kLookupsMax) {
        return ResourceExhaustedError(
            fmt::format("host name '{}': {} others are being looked up", host, kLookupsMax));
      }
      lookups_.push_back(lookup);
      if (!std::exchange(started_, true)) std::thread([this] { Work(); }).detach();
    }
    changed_.notify_one();
    return lookup->Wait();
  }

 private:
  void Work() {
    pthread_setname_np(pthread_self(), "resolver");
    for (;;) {
      std::shared_ptr<Lookup> lookup;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !lookups_.empty(); });
        lookup = std::move(lookups_.front());
        lookups_.pop_front();
      }
      Lookup::Answer(lookup);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Lookup>> lookups_;
  bool started_ = false;
};

}  // namespace

Resolver& RealResolver() {
  static Immortal<SystemResolver> resolver;
  return *resolver;
}

}  // namespace bellrock::fiber
