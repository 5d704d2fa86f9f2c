// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/user_section.h"

#include "fiber/crew.h"
#include "fiber/scheduler.h"
#include "fiber/station.h"

namespace bellrock::fiber {
namespace {

// The current fiber if its loop may be handed over.
Fiber* FiberOfCrew(const Station* station) {
  if (station == nullptr || station->crew == nullptr) return nullptr;
  return station->CurrentFiber();
}

}  // namespace

void UserSection::Begin() {
  Station* station = Station::Current();
  Fiber* fiber = FiberOfCrew(station);
  if (fiber == nullptr || fiber->user_scope) return;
  fiber_ = fiber;
  fiber->user_scope = true;
  station->crew->Enter(*station, *fiber);
}

void UserSection::End() {
  fiber_->user_scope = false;
  LeaveUserCode();
}

FrameworkSection::FrameworkSection() {
  Station* station = Station::Current();
  Fiber* fiber = FiberOfCrew(station);
  if (fiber == nullptr || !fiber->user_scope) return;
  fiber_ = fiber;
  fiber->user_scope = false;
  if (station->user != nullptr) station->crew->Leave(*station);
}

void FrameworkSection::End() {
  Station* station = Station::Current();
  fiber_->user_scope = true;
  station->crew->Enter(*station, *fiber_);
}

}  // namespace bellrock::fiber
