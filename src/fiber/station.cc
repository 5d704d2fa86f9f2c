// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/station.h"

#include <cxxabi.h>

#include <cerrno>

#include "fiber/crew.h"
#include "fiber/scheduler.h"

namespace bellrock::fiber {
namespace {

constinit thread_local Station* current_station = nullptr;

}  // namespace

Station* Station::Current() {
  asm volatile("");  // a call that must not be taken for a pure one
  return current_station;
}

void Station::SetCurrent(Station* station) {
  current_station = station;
}

Fiber* Station::CurrentFiber() const {
  return user != nullptr ? user : scheduler->current();
}

void LeaveUserCode() {
  Station* station = Station::Current();
  if (station != nullptr && station->user != nullptr) station->crew->Leave(*station);
}

ExceptionState& ThreadExceptions() {
  asm volatile("");
  return *reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
}

int LastError() {
  asm volatile("");
  return errno;
}

}  // namespace bellrock::fiber
