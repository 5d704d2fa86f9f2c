// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <system_error>
#include <thread>

#include "fiber/fiber.h"

namespace bellrock::fiber {
namespace {

// Lookups take milliseconds and come twice a minute: looking is simpler than being woken by a
// thread that may outlive the loop.
constexpr auto kLookEvery = std::chrono::milliseconds(5);

std::atomic<int> lookups = 0;

struct Lookup {
  std::string name;
  uint16_t port = 0;
  std::atomic<bool> done = false;
  // The thread's until `done`.
  int error = 0;
  std::vector<Address> addresses;
};

std::string HostOf(const sockaddr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  const void* bytes =
      address.sa_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
          : &reinterpret_cast<const sockaddr_in&>(address).sin_addr;
  return inet_ntop(address.sa_family, bytes, text, sizeof text) == nullptr ? "" : text;
}

void Run(const std::shared_ptr<Lookup>& lookup) {
  pthread_setname_np(pthread_self(), "resolver");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  lookup->error = getaddrinfo(lookup->name.c_str(), nullptr, &hints, &found);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_family != AF_INET && each->ai_family != AF_INET6) continue;
    lookup->addresses.push_back(Address::Tcp(HostOf(*each->ai_addr), lookup->port));
  }
  if (found != nullptr) freeaddrinfo(found);
  lookup->done.store(true, std::memory_order_release);
  --lookups;
}

Status StartThread(const std::shared_ptr<Lookup>& lookup) {
  if (++lookups > kLookupsMax) {
    --lookups;
    return ResourceExhaustedError("resolve " + lookup->name +
                                  ": the lookups before have not ended");
  }
  try {
    std::thread([lookup] { Run(lookup); }).detach();
  } catch (const std::system_error& error) {
    --lookups;
    return ResourceExhaustedError("resolve " + lookup->name + ": " + error.what());
  }
  return Status::Ok();
}

}  // namespace

Result<std::vector<Address>> ResolveName(const std::string& name, uint16_t port) {
  auto lookup = std::make_shared<Lookup>();
  lookup->name = name;
  lookup->port = port;
  BELLROCK_TRY(StartThread(lookup));
  while (!lookup->done.load(std::memory_order_acquire)) BELLROCK_TRY(SleepFor(kLookEvery));
  if (lookup->error != 0) {
    const std::string text = "resolve " + name + ": " + gai_strerror(lookup->error);
    return lookup->error == EAI_NONAME ? NotFoundError(text) : UnavailableError(text);
  }
  return std::move(lookup->addresses);
}

}  // namespace bellrock::fiber
